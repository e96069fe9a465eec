using System.Globalization;
using System.Text;
using System.Text.Json;
using SecureToken.Benchmarks.Measuring;
using SecureToken.Benchmarks.Reporting;
using SecureToken.Emulator;

namespace SecureToken.Benchmarks.OfTool;

/// <summary>A reset of a thousand copies: how long after the new token was known the last one holds it.</summary>
internal static class ResetScale
{
    private const int Destinations = 1000;
    private const int Runs = 5;
    private const string Route = "/api/token/reset";

    public static async Task RunAsync(string native, Goals goals)
    {
        await using Workplace workplace = await Workplace.CreateAsync([new EmulatorTeam("payments", Workplace.Team)], new EmulatorResetRoute("POST", Route));
        WriteSettings(workplace);
        Invocation inject = workplace.Tool(native, "inject", "-q");
        Invocation reset = workplace.Tool(native, "reset", "--request", "POST " + Route, "--yes", "--json", "-q");
        Child.Run(inject);
        var wall = new Samples();
        var last = new Samples();
        var outage = new Samples();
        for (int i = 0; i < Runs; i++)
        {
            ChildRun run = Child.Run(reset);
            using var receipt = JsonDocument.Parse(run.Output);
            wall.Add(run.Wall);
            last.Add(receipt.RootElement.GetProperty("destinations").EnumerateArray().Max(destination => destination.GetProperty("milliseconds").GetDouble()));
            outage.Add(receipt.RootElement.GetProperty("outageSeconds").GetDouble() * 1000);
        }

        double rehearsal = Child.Run(workplace.Tool(native, "reset", "--rehearse", "-q")).Wall.TotalMilliseconds;
        var table = new Table($"a reset of {Destinations} files", $"median of {Runs}");
        table.Add("the last file holds the new token, after it was known", Figure.Milliseconds(last.Median));
        table.Add("outage, from the last moment when the old token was seen alive", Figure.Milliseconds(outage.Median));
        table.Add("the whole command, proofs before and after included", Figure.Milliseconds(wall.Median));
        table.Add("a rehearsal (once)", Figure.Milliseconds(rehearsal));
        table.Print();
        goals.Add($"the last of {Destinations} files holds the new token in under 1 s after it was known", Figure.Milliseconds(last.Median), last.Median < 1000);
    }

    private static void WriteSettings(Workplace workplace)
    {
        var text = new StringBuilder("{ \"tokens\": [ { \"team\": \"payments\", \"destinations\": [\n");
        for (int i = 0; i < Destinations; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{{ \"kind\": \"{(i % 2 == 0 ? "dotenv" : "json")}\", \"path\": \"{i / 10}/{i}.{(i % 2 == 0 ? "env" : "json")}\" }},\n");
        }

        File.WriteAllText(Path.Combine(workplace.Work, "sectoken.json"), text.Append("] } ] }\n").ToString());
    }
}
