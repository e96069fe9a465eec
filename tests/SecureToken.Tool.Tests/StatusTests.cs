using System.Text.Json;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary><c>status</c>: what a person and a program read of the copies.</summary>
public sealed class StatusTests
{
    [Fact]
    public async Task All_current_is_exit_0_and_drift_is_exit_14()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string[] places = ["--user-secrets", "id", "--dotenv", ".env"];
        (await tool.RunAsync(["inject", .. places])).Succeeds();
        ToolRun current = (await tool.RunAsync(["status", .. places])).Succeeds();
        Assert.Contains("2 current.", current.Output, StringComparison.Ordinal);
        Assert.Empty(current.Error);

        tool.Protect("the old token", tool.Token);
        tool.Emulator.ResetToken(ToolFixture.TeamId);
        string before = tool.Destinations().ToString();
        ToolRun drift = await tool.RunAsync(["status", .. places, "--dotenv", "other.env"]);
        Assert.Equal(14, drift.Exit);
        Assert.Empty(drift.Error);
        Assert.Matches($@"(?m)^  stale    user-secrets  {tool.UserSecrets("id")}  {ToolFixture.DefaultKey}   holds [0-9a-f]{{12}}, which was current just now; reloads$", drift.Output);
        Assert.Matches($@"(?m)^  missing  dotenv        {tool.At("other.env")} +{ToolFixture.DefaultName}$", drift.Output);
        Assert.Contains("2 stale, 1 missing.", drift.Output, StringComparison.Ordinal);
        Assert.Equal(before, tool.Destinations().ToString());
    }

    [Fact]
    public async Task The_report_for_a_program_is_one_object_of_the_same_shape_as_that_of_inject()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        (await tool.RunAsync("inject", "--dotenv", ".env")).Succeeds();
        ToolRun run = (await tool.RunAsync("status", "--dotenv", ".env", "--json")).Succeeds();
        Assert.Empty(run.Error);
        JsonElement json = run.Json();
        Assert.Equal("status", json.GetProperty("command").GetString());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("failure").ValueKind);
        JsonElement token = Assert.Single(json.GetProperty("tokens").EnumerateArray());
        Assert.Equal(ToolFixture.TeamId, token.GetProperty("team").GetProperty("id").GetInt32());
        Assert.Equal("service", token.GetProperty("comparedWith").GetString());
        JsonElement copy = Assert.Single(token.GetProperty("destinations").EnumerateArray());
        Assert.Equal(("dotenv", tool.At(".env"), ToolFixture.DefaultName, "current"), (Text(copy, "kind"), Text(copy, "location"), Text(copy, "slot"), Text(copy, "outcome")));
        Assert.Equal(Text(token, "fingerprint"), Text(copy, "fingerprint"));

        tool.Emulator.FailNext(9, 501, "/api/token");
        run = await tool.RunAsync("status", "--dotenv", ".env", "--json");
        Assert.Equal(12, run.Exit);
        Assert.Equal(["SECTOK311"], run.Errors);
        json = run.Json();
        Assert.Equal("SECTOK311", json.GetProperty("failure").GetProperty("code").GetString());
        Assert.Equal("ledger", Assert.Single(json.GetProperty("tokens").EnumerateArray()).GetProperty("comparedWith").GetString());
    }

    [Fact]
    public async Task Offline_asks_nobody_and_needs_no_credential()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        (await tool.RunAsync("inject", "--dotenv", ".env")).Succeeds();
        tool.Emulator.ClearRequests();
        tool.Set("SECTOKEN_API_KEY", null);
        ToolRun run = (await tool.RunAsync("status", "--dotenv", ".env", "--offline")).Succeeds();
        Assert.Contains("from the ledger", run.Output, StringComparison.Ordinal);
        Assert.Empty(tool.Emulator.Requests);
        ToolRun unknown = await tool.RunAsync("status", "--dotenv", ".env", "--offline", "--team", ToolFixture.OtherTeam);
        unknown.FailsWith(12, "SECTOK751");
        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task All_reaches_other_repositories_and_teams_from_anywhere()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        (await tool.RunAsync("inject", "--dotenv", "one/.env")).Succeeds();
        (await tool.RunAsync("inject", "--dotenv", "two/.env", "--team", ToolFixture.OtherTeam)).Succeeds();
        (await tool.RunAsync("inject", "--dotenv", "three/.env", "--team", "101")).Succeeds();
        tool.Protect("the old token", tool.Token);
        tool.Emulator.ResetToken(ToolFixture.TeamId);
        (await tool.RunAsync("inject", "--dotenv", "three/.env")).Succeeds();
        tool.Set("SECTOKEN_TEAM", null).Set("SECTOKEN_INSTANCE", null);
        tool.Emulator.ClearRequests();
        ToolRun run = await tool.RunAsync(new ToolCall("status", "--all", "--json") { Directory = "/" });
        Assert.Equal(14, run.Exit);
        Assert.Equal(2, tool.Fetches);
        Assert.Equal(1, tool.Emulator.Count("POST", "/identity/token"));
        Dictionary<string, string> outcomes = run.Json().GetProperty("tokens").EnumerateArray().SelectMany(token => token.GetProperty("destinations").EnumerateArray())
            .ToDictionary(copy => Text(copy, "location"), copy => Text(copy, "outcome"));
        Assert.Equal(3, outcomes.Count);
        Assert.Equal(("stale", "current", "current"), (outcomes[tool.At("one/.env")], outcomes[tool.At("two/.env")], outcomes[tool.At("three/.env")]));
    }

    [Theory]
    [InlineData("--dotenv", ".env")]
    [InlineData("--project", ".")]
    [InlineData("--team", "payments")]
    [InlineData("--instance", "x")]
    [InlineData("--name", "X")]
    [InlineData("sectoken.json")]
    public async Task All_means_all(params string[] narrowing)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await tool.FailAsync(10, "SECTOK107", ["status", "--all", .. narrowing]);
    }

    [Fact]
    public async Task A_host_that_only_a_ledger_names_gets_no_credential()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        (await tool.RunAsync("inject", "--dotenv", ".env")).Succeeds();
        string service = tool.Emulator.BaseUrl.ToString();
        tool.Emulator.ClearRequests();
        tool.Set("SECTOKEN_ENDPOINT", null);
        ToolRun run = await tool.RunAsync("status", "--all");
        Assert.Equal(10, run.Exit);
        Assert.Equal(["SECTOK104"], run.Errors);
        Assert.Contains("1 current.", run.Output, StringComparison.Ordinal);
        Assert.Empty(tool.Emulator.Requests);
        (await tool.RunAsync("status", "--all", "--trust-host", "127.0.0.1")).Succeeds();
        (await tool.RunAsync("status", "--all", "--endpoint", service)).Succeeds();
    }

    [Fact]
    public async Task Quiet_says_it_by_the_exit_status_alone()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = await tool.RunAsync("status", "--dotenv", ".env", "-q");
        Assert.Equal((14, string.Empty, string.Empty), (run.Exit, run.Output, run.Error));
    }

    [Fact]
    public async Task A_forged_ledger_gets_no_control_sequence_to_a_terminal()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        (await tool.RunAsync("inject", "--dotenv", ".env")).Succeeds();
        string ledger = Assert.Single(Directory.GetFiles(Path.Combine(tool.Home, ".local", "state", "sectoken", "ledger"), "*.json"));
        string text = await File.ReadAllTextAsync(ledger, TestContext.Current.CancellationToken);
        int places = text.IndexOf("\"places\": [", StringComparison.Ordinal) + "\"places\": [".Length;
        const string Forged = """{ "kind": "dotenv\u001b[2J", "location": "/etc/passwd\u001b]0;x\u0007\u009b31m", "slot": "\u202eX\u0000", "fingerprint": "\u001b[31m", "writtenAt": "2026-01-01T00:00:00+00:00" },""";
        await File.WriteAllTextAsync(ledger, text.Insert(places, Forged), TestContext.Current.CancellationToken);
        // No live line, which a slow machine would draw between.
        tool.Set("TERM", "dumb");
        foreach (bool onTerminal in (bool[])[false, true])
        {
            ToolRun run = await tool.RunAsync(new ToolCall("status", "--all") { OnTerminal = onTerminal });
            Assert.Contains("/etc/passwd?]0;x??31m", run.Output, StringComparison.Ordinal);
            ToolRun.AssertPrintable(run.Output.Replace("\r", string.Empty, StringComparison.Ordinal));
        }

        ToolRun json = await tool.RunAsync("status", "--all", "--json");
        Assert.DoesNotContain(json.Output, character => char.IsControl(character) && character != '\n');
    }

    [Trait("System", "Unix")]
    [Theory]
    [InlineData(80, "current  dotenv  .env")]
    [InlineData(30, "current  dotenv  .env\n                   " + ToolFixture.DefaultName)]
    public async Task A_narrow_terminal_gets_its_rows_broken_between_columns(int width, string expected)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        (await tool.RunAsync("inject", "--dotenv", ".env")).Succeeds();
        // No live line, which a slow machine would draw between.
        tool.Set("TERM", "dumb");
        ToolRun run = await tool.RunAsync(new ToolCall("status", "--dotenv", ".env") { OnTerminal = true, Through = ["sh", "-c", $"stty cols {width} && exec \"$@\"", "-"] });
        Assert.Equal(0, run.Exit);
        Assert.Contains("  " + expected, run.Output.Replace("\r", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
