using System.Text.Json;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary><c>doctor</c>: a report for a person, a bug report and a program.</summary>
public sealed class DoctorTests
{
    [Fact]
    public async Task All_in_order_is_exit_0_with_a_line_for_each_step_and_nothing_changed()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        (await tool.RunAsync("inject", "--dotenv", ".env")).Succeeds();
        string before = Snapshot.Of(tool.Home, tool.Work).ToString();
        ToolRun run = (await tool.RunAsync("doctor", "--dotenv", ".env")).Succeeds();
        Assert.Equal(before, Snapshot.Of(tool.Home, tool.Work).ToString());
        Assert.Empty(run.Error);
        Assert.Matches(@"^dotnet-sectoken \d+\.\d+\.\d+.* on .+, .+-.+, \.NET 10\.", run.Output);
        foreach (string step in (string[])["settings file", "settings", "network options", "plan", "state directory", "credential", "IAM", "IAM token", "clock", "service", "instance", "team", "token", "proof of team", "SysdigTeamID alone", "TeamID alone", "token per team", "/api/api/token", "copy"])
        {
            Assert.Matches($@"(?m)^  ok       {step} +\d+ ms  \S", run.Output);
        }

        Assert.Contains("SECTOKEN_API_KEY (api-key)", run.Output, StringComparison.Ordinal);
        Assert.Contains("~/.local/state/sectoken", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(tool.Home, run.Output, StringComparison.Ordinal);
        ToolRun.AssertPrintable(run.Output);
    }

    [Fact]
    public async Task The_report_for_a_program_has_the_same_steps_and_the_first_failure()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = await tool.RunAsync("doctor", "--dotenv", ".env", "--json");
        Assert.Equal(14, run.Exit);
        Assert.Equal(["SECTOK170"], run.Errors);
        JsonElement json = run.Json();
        Assert.Equal("doctor", json.GetProperty("command").GetString());
        Assert.Equal("SECTOK170", json.GetProperty("failure").GetProperty("code").GetString());
        Assert.All((string[])["version", "system", "runtimeIdentifier", "runtime"], name => Assert.NotEmpty(json.GetProperty(name).GetString()!));
        JsonElement[] steps = [.. json.GetProperty("steps").EnumerateArray()];
        Assert.All(steps, step => Assert.True(step.GetProperty("milliseconds").GetInt64() >= 0));
        JsonElement copy = Assert.Single(steps, step => step.GetProperty("name").GetString() == "copy");
        Assert.Equal("failed", copy.GetProperty("verdict").GetString());
        Assert.False(File.Exists(tool.At(".env")));
    }

    [Fact]
    public async Task Without_settings_it_says_what_is_missing_and_still_looks_at_the_credential()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_TEAM", null);
        ToolRun run = await tool.RunAsync("doctor");
        Assert.Equal(10, run.Exit);
        Assert.Empty(run.Error);
        Assert.Contains("SECTOK101", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^  ok       IAM token ", run.Output);
        Assert.Matches(@"(?m)^  skipped  service ", run.Output);
        Assert.Equal(0, tool.Fetches);
    }

    [Fact]
    public async Task A_broken_settings_file_is_the_first_failure()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Write("sectoken.json", "{ \"tokens\": [ { \"team\": ");
        ToolRun run = await tool.RunAsync("doctor");
        Assert.Equal(10, run.Exit);
        Assert.Matches(@"(?m)^  failed   settings file ", run.Output);
        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task Quiet_says_the_failures_alone()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_API_KEY", null);
        (await tool.RunAsync("doctor", "--dotenv", ".env", "-q", "--credential", "api-key")).FailsWith(11, "SECTOK221");
    }

    [Fact]
    public async Task A_proxy_is_named_without_its_password()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        const string Password = "proxy-password-1b2c3d4e";
        tool.Protect("the proxy's password", Password);
        tool.Set("no_proxy", null).Set("HTTPS_PROXY", $"http://user:{Password}@127.0.0.1:9");
        ToolRun run = await tool.RunAsync("doctor", "--iam-endpoint", "https://iam.cloud.ibm.com");
        Assert.Equal(12, run.Exit);
        Assert.Contains("HTTPS_PROXY 127.0.0.1:9", run.Output, StringComparison.Ordinal);
        Assert.Contains("SECTOK318", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_token_of_a_settings_file_is_looked_at_and_IAM_once()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_TEAM", null);
        tool.Write("sectoken.json", $$"""{ "tokens": [ { "team": "{{ToolFixture.Team}}", "destinations": [ { "kind": "dotenv", "path": "a.env" } ] }, { "team": "{{ToolFixture.OtherTeam}}", "destinations": [ { "kind": "dotenv", "path": "b.env" } ] } ] }""");
        (await tool.RunAsync("inject")).Succeeds();
        tool.Emulator.ClearRequests();
        ToolRun run = (await tool.RunAsync("doctor")).Succeeds();
        Assert.Equal(1, tool.Emulator.Count("POST", "/identity/token"));
        Assert.Contains("2 tokens, 2 destinations", run.Output, StringComparison.Ordinal);
        Assert.Contains("a.env", run.Output, StringComparison.Ordinal);
        Assert.Contains("b.env", run.Output, StringComparison.Ordinal);
    }
}
