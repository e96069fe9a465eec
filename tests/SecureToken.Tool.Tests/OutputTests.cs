using System.Text.Json;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>What a person and what a program read.</summary>
public sealed class OutputTests
{
    private const string Escape = "\e";

    [Fact]
    public async Task The_report_of_a_success_is_one_JSON_object_on_standard_output()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = (await tool.RunAsync("inject", "--json", "--dotenv", ".env", "--user-secrets", "id")).Succeeds();
        JsonElement json = run.Json();
        Assert.Equal("inject", json.GetProperty("command").GetString());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("failure").ValueKind);
        JsonElement token = Assert.Single(json.GetProperty("tokens").EnumerateArray());
        Assert.Equal(tool.Emulator.InstanceId, token.GetProperty("instance").GetString());
        Assert.Equal(ToolFixture.TeamId, token.GetProperty("team").GetProperty("id").GetInt32());
        Assert.Matches("^[0-9a-f]{12}$", token.GetProperty("fingerprint").GetString());
        Assert.Equal(JsonValueKind.Null, token.GetProperty("failure").ValueKind);
        JsonElement[] destinations = [.. token.GetProperty("destinations").EnumerateArray()];
        Assert.Equal(["user-secrets", "dotenv"], destinations.Select(line => line.GetProperty("kind").GetString()!));
        Assert.Equal([tool.UserSecrets("id"), tool.At(".env")], destinations.Select(line => line.GetProperty("location").GetString()!));
        Assert.All(destinations, line => Assert.Equal("written", line.GetProperty("outcome").GetString()));
        Assert.Contains("written   dotenv", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, "SECTOK419", "--instance", "x")]
    [InlineData(10, "SECTOK109", "--frobnicate")]
    [InlineData(10, "SECTOK108", "--timeout")]
    [InlineData(11, "SECTOK203", "--api-key-file", "nowhere")]
    [InlineData(13, "SECTOK403", "--team", "nobody")]
    [InlineData(17, "SECTOK503", "--json-file", ".")]
    public async Task The_report_of_a_failure_is_one_JSON_object_too_and_a_person_still_reads_it(int exit, string code, params string[] fault)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = await tool.FailAsync(exit, code, ["inject", "--json", "--dotenv", ".env", .. fault]);
        JsonElement failure = run.Json().GetProperty("failure");
        Assert.Equal(code, failure.GetProperty("code").GetString());
        Assert.Contains(failure.GetProperty("message").GetString()!, run.Error, StringComparison.Ordinal);
        Assert.Contains(failure.GetProperty("next").GetString()!, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quiet_is_silent_about_success_and_not_about_failure()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = (await tool.RunAsync("inject", "--quiet", "--dotenv", ".env")).Succeeds();
        Assert.Empty(run.Output + run.Error);
        await tool.FailAsync(13, "SECTOK403", "inject", "-q", "--dotenv", ".env", "--team", "nobody");
    }

    [Fact]
    public async Task Verbose_says_where_the_values_come_from()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun normal = (await tool.RunAsync("inject", "--dotenv", ".env")).Succeeds();
        Assert.DoesNotContain("credential", normal.Error, StringComparison.Ordinal);
        ToolRun verbose = (await tool.RunAsync("inject", "--verbose", "--dotenv", ".env")).Succeeds();
        Assert.Contains("credential from SECTOKEN_API_KEY", verbose.Error, StringComparison.Ordinal);
        Assert.Contains("endpoint " + tool.Emulator.BaseUrl.ToString().TrimEnd('/'), verbose.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Standard_output_is_empty_unless_it_is_asked_for()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = (await tool.RunAsync("inject", "--verbose", "--dotenv", ".env")).Succeeds();
        Assert.Empty(run.Output);
        Assert.DoesNotContain(Escape, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TERM", "xterm-256color", true)]
    [InlineData("TERM", "dumb", false)]
    [InlineData("NO_COLOR", "1", false)]
    public async Task Colour_is_for_a_terminal_that_wants_it(string variable, string value, bool isColoured)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("TERM", "xterm-256color").Set(variable, value);
        ToolRun run = await tool.RunAsync(new ToolCall("inject", "--instance", "x") { OnTerminal = true });
        Assert.Equal(10, run.Exit);
        Assert.Contains(isColoured ? "\e[31merror\e[0m SECTOK" : "error SECTOK", run.Output, StringComparison.Ordinal);
        Assert.Equal(isColoured ? 2 : 0, run.Output.Count(character => character == '\e'));
    }

    [Fact]
    public async Task The_next_step_stands_below_the_error_and_names_what_to_do()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_TEAM", null);
        ToolRun run = await tool.FailAsync(10, "SECTOK101", "get");
        Assert.Equal(
            "dotnet-sectoken : error SECTOK101: The team is not set.\n  Specify --team (in a project: SecureTokenTeam), or set SECTOKEN_TEAM.\n",
            run.Error);
    }
}
