using System.Globalization;
using SecureToken.Emulator;
using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>
/// <c>reset</c>, killed anywhere from the look at its settings to its last word: between the requests, while it writes, while a program
/// takes the token. Either nothing has happened, or <c>reset --resume</c> finishes it. <c>build/stress.sh</c> kills it at 500 points.
/// </summary>
[Trait("System", "Unix"), Trait("Needs", "gcc"), Trait("Cost", "high"), Trait("Stress", "yes")]
public sealed class KilledCommandTests(ITestOutputHelper output)
{
    private const string Route = "/api/token/reset";
    private const int Killed = 137;
    private static readonly int Most = Environment.GetEnvironmentVariable("SECTOKEN_STRESS") == "full" ? 520 : 24;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Wherever_it_is_killed_every_copy_and_every_command_has_the_living_token_after_one_resumption()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync(new EmulatorResetRoute("POST", Route));
        tool.Write("sectoken.json", $$"""
            { "reset": { "method": "POST", "path": "{{Route}}" }, "tokens": [ { "team": "payments", "destinations": [
              { "kind": "dotenv", "path": "a.env" }, { "kind": "json", "path": "b.json" }, { "kind": "user-secrets", "id": "app" },
              { "kind": "command", "run": ["sh", "-c", "cat > store.part && mv store.part store"] } ] } ] }
            """);
        (await tool.OtherAsync("gcc", "-shared", "-fPIC", "-O2", "-o", tool.At("killer.so"), Path.Combine(Repository.Root, "tests", "SecureToken.StorageProbe", "killer.c"), "-ldl")).Exits(0);
        (await tool.RunAsync("inject")).Succeeds();
        Assert.Empty(Stale(tool));
        int count = int.MaxValue;
        for (int run = 0; run < 3; run++)
        {
            (await KillAsync(tool, "KILLER_COUNT", tool.At("count"))).Succeeds();
            count = Math.Min(count, int.Parse(await File.ReadAllTextAsync(tool.At("count"), Stop), CultureInfo.InvariantCulture));
        }

        List<string> broken = [];
        int killed = 0;
        int before = 0;
        int resumed = 0;

        // Evenly over the whole of it; where there are fewer, some are met twice, with the threads in another order.
        int[] points = [.. Enumerable.Range(0, Most).Select(i => 1 + (i * count / Most))];
        foreach (int point in points)
        {
            string old = tool.Token;
            ToolRun run = await KillAsync(tool, "KILLER_AT", point.ToString(CultureInfo.InvariantCulture));
            killed += run.Exit == Killed ? 1 : 0;
            string[] stale = Stale(tool);
            if (run.Exit is not (Killed or 0))
            {
                broken.Add($"{point}: exit {run.Exit}");
            }

            if (IsUnfinished(tool))
            {
                ToolRun resume = await tool.RunAsync(Alone("reset", "--resume"));
                resumed++;
                if (resume.Exit != 0)
                {
                    broken.Add($"{point}: resuming ended with {resume.Exit}: {resume.Error}");
                }
            }
            else
            {
                // Nothing is left to resume, so nothing may be stale.
                before += tool.Token == old ? 1 : 0;
                broken.AddRange(stale.Select(copy => $"{point}: {copy} is stale, and nothing says so"));
            }

            broken.AddRange(Stale(tool).Select(copy => $"{point}: {copy} is stale at the end"));
            broken.AddRange(IsUnfinished(tool) ? [$"{point}: it is still unfinished"] : []);
        }

        string line = $"reset killed {points.Length} times, at {points.Distinct().Count()} of {count} points of the whole command: {killed} died, {before} before the reset, {resumed} resumed, "
            + $"{broken.Count} lost tokens, stale copies or wrong exit codes ({(ToolFixture.IsNative ? "native" : "managed")} tool)";
        output.WriteLine(line);
        Figures.Report("stress: " + line);
        Assert.True(broken.Count == 0, string.Join('\n', broken));
        Assert.True(killed >= points.Length * 9 / 10, $"only {killed} of {points.Length} killed");
        Assert.True(resumed > 0 && before > 0, "The kills do not meet the reset.");
    }

    private static async Task<ToolRun> KillAsync(ToolFixture tool, string name, string value)
    {
        tool.Set("LD_PRELOAD", tool.At("killer.so")).Set("KILLER_BEGIN", tool.At("sectoken.json")).Set(name, value);
        ToolRun run = await tool.RunAsync(Alone("reset", "--yes"));
        tool.Set("LD_PRELOAD", null).Set("KILLER_BEGIN", null).Set(name, null);
        return run;
    }

    /// <summary>While it is unfinished the state holds the new token by its purpose.</summary>
    private static ToolCall Alone(params string[] arguments) => new(arguments) { IsOneOfMany = true };

    private static bool IsUnfinished(ToolFixture tool)
    {
        string resets = Path.Combine(tool.Home, ".local", "state", "sectoken", "resets");
        return Directory.Exists(resets) && Directory.GetFiles(resets, "*.json").Length > 0;
    }

    private static string[] Stale(ToolFixture tool)
    {
        string token = tool.Token;
        return
        [
            .. ((string[])[tool.At("a.env"), tool.At("b.json"), tool.UserSecrets("app"), tool.At("store")])
                .Where(path => !File.Exists(path) || !File.ReadAllText(path).Contains(token, StringComparison.Ordinal)),
        ];
    }
}
