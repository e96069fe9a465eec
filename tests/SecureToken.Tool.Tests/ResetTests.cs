using System.Text.Json;
using SecureToken.Emulator;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary><c>reset</c>: what a person and a program see of it.</summary>
public sealed class ResetTests
{
    private const string Route = "/api/token/reset";
    private static readonly string[] Places = ["--user-secrets", "id", "--dotenv", ".env", "--json-file", "app.json"];

    [Fact]
    public async Task A_request_resets_and_the_receipt_is_printed_and_kept()
    {
        await using ToolFixture tool = await StartAsync();
        (await tool.RunAsync(["inject", .. Places])).Succeeds();
        tool.Protect("the old token", tool.Token);
        ToolRun run = (await tool.RunAsync(["reset", .. Places, "--request", "POST " + Route, "--yes", "--json"])).Succeeds();
        JsonElement json = run.Json();
        Assert.Equal("reset", json.GetProperty("command").GetString());
        Assert.Equal("requested", json.GetProperty("manner").GetString());
        Assert.True(json.GetProperty("wasReset").GetBoolean());
        Assert.True(json.GetProperty("oldTokenRefused").GetBoolean());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("failure").ValueKind);
        Assert.Equal(["written", "written", "written"], json.GetProperty("destinations").EnumerateArray().Select(destination => destination.GetProperty("outcome").GetString()));
        Assert.Equal(1, tool.Emulator.Count("POST", Route));
        Assert.Contains(tool.Token, await File.ReadAllTextAsync(tool.At(".env"), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        using var kept = JsonDocument.Parse(Assert.Single(await File.ReadAllLinesAsync(Receipts(tool), TestContext.Current.CancellationToken)));
        Assert.Equal(json.GetProperty("fingerprintAfter").GetString(), kept.RootElement.GetProperty("fingerprintAfter").GetString());
        Assert.Matches(@"Outage: [^(]+ s \(from the [^)]*last response that accepted|Outage: [^(]+ s \(from the first response that rejected", run.Error);
        Assert.Contains("until the last copy was written).", run.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"Programs that read these copies reload them without a restart:\n  - user-secrets ~/.microsoft/usersecrets/id/secrets.json ({ToolFixture.DefaultKey})\n"
            + $"Still to do, so that every program uses the new token:\n  - restart what reads {tool.At(".env")}\n",
            run.Error, StringComparison.Ordinal);
        Assert.Equal(2, json.GetProperty("todo").GetArrayLength());
        Assert.Contains("The old token is rejected.", run.Error, StringComparison.Ordinal);
        (await tool.RunAsync(["status", .. Places])).Succeeds();
    }

    [Fact]
    public async Task A_script_that_does_not_say_yes_is_refused_before_anything_is_asked_for()
    {
        await using ToolFixture tool = await StartAsync();
        await tool.FailAsync(10, "SECTOK705", ["reset", .. Places, "--request", "POST " + Route]);
        Assert.Empty(tool.Emulator.Requests);
    }

    [Theory]
    [InlineData("y\n", 0)]
    [InlineData("n\n", 10)]
    [InlineData("\n", 10)]
    public async Task A_person_is_asked_before_the_request_is_sent(string answer, int exit)
    {
        await using ToolFixture tool = await StartAsync();
        ToolRun run = await tool.RunAsync(new ToolCall(["reset", "--dotenv", ".env", "--request", "POST " + Route]) { OnTerminal = true, Input = answer });
        Assert.Equal(exit, run.Exit);
        Assert.Contains("Send it? [y/N]", run.Output, StringComparison.Ordinal);
        Assert.Equal(exit == 0 ? 1 : 0, tool.Emulator.Count("POST", Route));
        Assert.Equal(exit == 0, File.Exists(tool.At(".env")));
    }

    [Fact]
    public async Task The_request_of_the_settings_file_is_sent_and_named()
    {
        await using ToolFixture tool = await StartAsync();
        tool.Write("sectoken.json", $$"""{ "reset": { "method": "POST", "path": "{{Route}}" }, "tokens": [ { "team": "payments", "destinations": [ { "kind": "dotenv", "path": ".env" } ] } ] }""");
        ToolRun run = await tool.RunAsync(new ToolCall("reset") { OnTerminal = true, Input = "y\n" });
        Assert.Equal(0, run.Exit);
        Assert.Contains("(from sectoken.json", run.Output, StringComparison.Ordinal);
        Assert.Equal(1, tool.Emulator.Count("POST", Route));
    }

    [Fact]
    public async Task A_reset_is_of_one_token_and_team_chooses_it()
    {
        await using ToolFixture tool = await StartAsync();
        tool.Set("SECTOKEN_TEAM", null).Write("sectoken.json", """
            { "tokens": [
              { "team": "payments", "destinations": [ { "kind": "dotenv", "path": "one.env" } ] },
              { "team": "checkout", "destinations": [ { "kind": "dotenv", "path": "two.env" } ] } ] }
            """);
        ToolRun run = await tool.FailAsync(10, "SECTOK712", "reset", "--request", "POST " + Route, "--yes");
        Assert.Contains("payments", run.Error, StringComparison.Ordinal);
        Assert.Contains("checkout", run.Error, StringComparison.Ordinal);
        Assert.Empty(tool.Emulator.Requests);
        (await tool.RunAsync("reset", "--request", "POST " + Route, "--yes", "--team", "checkout")).Succeeds();
        Assert.False(File.Exists(tool.At("one.env")));
        Assert.Contains(tool.Emulator.TokenOf("checkout"), await File.ReadAllTextAsync(tool.At("two.env"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Trait("System", "Unix")]
    [Fact]
    [Trait("Needs", "namespaces")]
    public async Task One_read_only_destination_of_five_and_no_reset_is_requested()
    {
        await using ToolFixture tool = await StartAsync();
        string[] places = [.. Enumerable.Range(1, 5).SelectMany(i => (string[])["--dotenv", $"{i}/.env"])];
        (await tool.RunAsync(["inject", .. places])).Succeeds();
        string before = tool.Destinations().ToString();
        ToolRun run = await tool.RunAsync(new ToolCall(["reset", .. places, "--request", "POST " + Route, "--yes", "--json"])
        {
            Through = ["unshare", "-Urm", "sh", "-c", $"mount --bind '{tool.At("3")}' '{tool.At("3")}' && mount -o remount,ro,bind '{tool.At("3")}' && exec \"$@\"", "sh"],
        });
        Assert.True(run.Exit == 15, run.Error);
        Assert.Equal(["SECTOK505", "SECTOK701"], run.Errors);
        Assert.Contains(tool.At("3/.env"), run.Error, StringComparison.Ordinal);
        Assert.Equal("SECTOK701", run.Json().GetProperty("failure").GetProperty("code").GetString());
        Assert.Equal(0, tool.Emulator.Count("POST", Route));
        Assert.Equal(before, tool.Destinations().ToString());
    }

    [Trait("System", "Unix")]
    [Fact]
    public async Task More_destinations_than_files_may_be_open_usually_follow_too()
    {
        await using ToolFixture tool = await StartAsync();
        tool.Write("sectoken.json", $$"""{ "tokens": [ { "team": "payments", "destinations": [ {{string.Join(',', Enumerable.Range(0, 300).Select(i => $$"""{ "kind": "dotenv", "path": "{{i % 10}}/{{i}}.env" }"""))}} ] } ] }""");
        ToolRun run = (await tool.RunAsync(new ToolCall("reset", "--request", "POST " + Route, "--yes", "--json") { Through = ["sh", "-c", "ulimit -Sn 256 && exec \"$@\"", "sh"] })).Succeeds();
        Assert.Equal(300, run.Json().GetProperty("destinations").EnumerateArray().Count(destination => destination.GetProperty("outcome").GetString() == "written"));
    }

    [Trait("System", "Unix")]
    [Fact]
    [Trait("Needs", "strace")]
    public async Task No_program_that_it_starts_has_a_secret_among_its_arguments()
    {
        await using ToolFixture tool = await StartAsync();
        await Git.InitAsync(tool, ".env\nsecret.*\n");
        tool.Write("sectoken.json", """
            { "tokens": [ { "team": "payments", "destinations": [
              { "kind": "dotenv", "path": ".env" },
              { "kind": "command", "run": ["sh", "-c", "cat > secret.store"] } ] } ] }
            """);
        (await tool.RunAsync("inject")).Succeeds();
        tool.Protect("the old token", tool.Token);
        string trace = Path.Combine(tool.Home, "execve");
        ToolRun run = (await tool.RunAsync(new ToolCall("reset", "--request", "POST " + Route, "--yes", "--json")
        {
            // Stopped at this call only: at every call of all its processes it would be slow.
            Through = ["strace", "-f", "--seccomp-bpf", "-qq", "-s", "9999", "-e", "trace=execve", "-e", "signal=none", "-o", trace],
        })).Succeeds();
        string started = await File.ReadAllTextAsync(trace, TestContext.Current.CancellationToken);
        Assert.Contains("cat > secret.store", started, StringComparison.Ordinal);
        tool.AssertNoSecret(started);
        Assert.Equal(tool.Token, await File.ReadAllTextAsync(tool.At("secret.store"), TestContext.Current.CancellationToken));
        Assert.Equal(2, run.Json().GetProperty("destinations").GetArrayLength());
    }

    [Fact]
    public async Task A_rehearsal_says_what_a_reset_would_cost()
    {
        await using ToolFixture tool = await StartAsync();
        (await tool.RunAsync(["inject", .. Places])).Succeeds();
        ToolRun run = (await tool.RunAsync(["reset", .. Places, "--rehearse", "--json"])).Succeeds();

        // The pause between two looks, and what it took to try, which may be less than the half of a millisecond that is rounded up.
        Assert.InRange(run.Json().GetProperty("predictedOutageSeconds").GetDouble(), 5, 60);
        Assert.False(run.Json().GetProperty("wasReset").GetBoolean());
        Assert.Contains("the token was not reset", run.Error, StringComparison.Ordinal);
        (await tool.RunAsync(["status", .. Places])).Succeeds();
    }

    [Theory]
    [InlineData("SECTOK706", "--request", "GET /api/token")]
    [InlineData("SECTOK706", "--request", "POST http://evil.example/api/x")]
    [InlineData("SECTOK108", "--wait", "15")]
    [InlineData("SECTOK108", "--wait", "0m")]
    [InlineData("SECTOK108", "--wait", "25h")]
    [InlineData("SECTOK718", "--resume")]
    [InlineData("SECTOK107", "--resume", "--rehearse")]
    public async Task What_cannot_be_meant_is_refused(string code, params string[] options)
    {
        await using ToolFixture tool = await StartAsync();
        await tool.FailAsync(10, code, options.Contains("--resume") ? ["reset", .. options] : ["reset", "--dotenv", ".env", .. options]);
        Assert.Empty(tool.Emulator.Requests);
    }

    private static Task<ToolFixture> StartAsync() => ToolFixture.StartAsync(new EmulatorResetRoute("POST", Route));

    private static string Receipts(ToolFixture tool) => Path.Combine(tool.Home, ".local", "state", "sectoken", "resets.jsonl");
}
