using System.Globalization;
using System.Text.Json;
using SecureToken.Benchmarks.Measuring;
using SecureToken.Benchmarks.Reporting;
using SecureToken.Emulator;

namespace SecureToken.Benchmarks.OfTool;

/// <summary>A thousand repositories on one machine, each with its own run before, follow one reset.</summary>
internal static class FleetScale
{
    private const int Repositories = 1000;
    private const int Runs = 5;
    private const string Route = "/api/token/reset";

    public static async Task RunAsync(string native, Goals goals)
    {
        await using Workplace workplace = await Workplace.CreateAsync([new EmulatorTeam("payments", Workplace.Team)], new EmulatorResetRoute("POST", Route));
        for (int i = 0; i < Repositories; i++)
        {
            string repository = Directory.CreateDirectory(Path.Combine(workplace.Work, string.Create(CultureInfo.InvariantCulture, $"repository-{i}"))).FullName;
            MakeWorkTree(repository);
            File.WriteAllText(
                Path.Combine(repository, "sectoken.json"),
                """{ "tokens": [ { "team": "payments", "destinations": [ { "kind": "dotenv", "path": "api.env" } ] } ] }""");
            Child.Run(workplace.Tool(native, "inject", "-q") with { Directory = repository });
        }

        Invocation reset = workplace.Tool(native, "reset", "--all-known", "--request", "POST " + Route, "--yes", "--json", "-q") with
        {
            Directory = Path.Combine(workplace.Work, "repository-0"),
        };
        var wall = new Samples();
        var last = new Samples();
        var outage = new Samples();
        int copies = 0;
        int fetches = 0;
        int iam = 0;
        int resets = 0;
        for (int i = 0; i < Runs; i++)
        {
            workplace.Emulator.ClearRequests();
            ChildRun run = Child.Run(reset);
            using var receipt = JsonDocument.Parse(run.Output);
            wall.Add(run.Wall);
            JsonElement[] destinations = [.. receipt.RootElement.GetProperty("destinations").EnumerateArray()];
            last.Add(destinations.Max(destination => destination.GetProperty("milliseconds").GetDouble()));
            outage.Add(receipt.RootElement.GetProperty("outageSeconds").GetDouble() * 1000);
            copies = destinations.Length;
            fetches = workplace.Emulator.Count("GET", "/api/token");
            iam = workplace.Emulator.Count("POST", "/identity/token");
            resets = workplace.Emulator.Count("POST", Route);
        }

        string token = workplace.Emulator.TokenOf(Workplace.Team);
        int stale = Enumerable.Range(0, Repositories).Count(i =>
            !File.ReadAllText(Path.Combine(workplace.Work, string.Create(CultureInfo.InvariantCulture, $"repository-{i}"), "api.env")).Contains(token, StringComparison.Ordinal));
        var table = new Table($"one reset of {Repositories} repositories (`reset --all-known`)", $"median of {Runs}");
        table.Add("the last copy holds the new token, after it was known", Figure.Milliseconds(last.Median));
        table.Add("outage, from the last moment when the old token was seen alive", Figure.Milliseconds(outage.Median));
        table.Add("the whole command, git asked in each repository", Figure.Milliseconds(wall.Median));
        table.Add("requests: IAM, reset, token (before and after)", $"{iam}, {resets}, {fetches}");
        table.Add("copies updated, stale at the end", $"{copies}, {stale}");
        table.Print();
        goals.Add($"{Repositories} repositories follow one reset, and none is stale", $"{copies}, {stale} stale", copies == Repositories && stale == 0);
        goals.Add($"the last of {Repositories} repositories has the new token in under 1 s after it was known", Figure.Milliseconds(last.Median), last.Median < 1000);
    }

    /// <summary>What git needs to know a work tree; a thousand times <c>git init</c> would take longer than what is measured.</summary>
    private static void MakeWorkTree(string directory)
    {
        string git = Path.Combine(directory, ".git");
        Directory.CreateDirectory(Path.Combine(git, "objects"));
        Directory.CreateDirectory(Path.Combine(git, "refs"));
        File.WriteAllText(Path.Combine(git, "HEAD"), "ref: refs/heads/main\n");
        File.WriteAllText(Path.Combine(directory, ".gitignore"), "*.env\n");
    }
}
