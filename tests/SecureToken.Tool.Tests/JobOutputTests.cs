using System.Text.Json;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>Variables of a job are set by commands on standard output, which nothing else may stand on or keep.</summary>
public sealed class JobOutputTests
{
    private const string Settings = """{ "tokens": [ { "destinations": [ { "kind": "github", "name": "TOKEN" } ] } ] }""";

    [Theory]
    [InlineData("inject", "--json")]
    [InlineData("watch", "--once", "--json")]
    [InlineData("reset", "--rehearse", "--json")]
    public async Task A_report_for_programs_and_a_variable_of_the_job_exclude_each_other(params string[] command)
    {
        await using ToolFixture tool = await StartAsync();
        ToolRun run = await tool.FailAsync(10, "SECTOK107", command);
        Assert.Contains("sectoken.json(1,", run.Error, StringComparison.Ordinal);
        Assert.Equal("SECTOK107", JsonDocument.Parse(run.Output).RootElement.GetProperty("failure").GetProperty("code").GetString());
        Assert.Empty(tool.Emulator.Requests);
    }

    [Trait("System", "Unix")]
    [Theory]
    [InlineData("out.log", "inject")]
    [InlineData("/dev/null", "inject")]
    [InlineData("out.log", "watch", "--once")]
    [InlineData("out.log", "reset", "--rehearse")]
    public async Task Where_standard_output_goes_to_a_file_or_nowhere_no_variable_is_set(string file, params string[] command)
    {
        await using ToolFixture tool = await StartAsync();
        ToolRun run = await tool.RunAsync(new ToolCall(command) { Through = ["sh", "-c", $"\"$@\" >{file}", "sh"] });
        Assert.Equal(["SECTOK612"], run.Errors);
        Assert.NotEqual(0, run.Exit);
        Assert.Empty(tool.Emulator.Requests);
        Assert.Empty(await File.ReadAllTextAsync(tool.At("env"), TestContext.Current.CancellationToken));
    }

    [Trait("System", "Unix")]
    [Fact]
    public async Task What_only_looks_may_go_to_a_file()
    {
        await using ToolFixture tool = await StartAsync();
        var look = new ToolCall("doctor") { Through = ["sh", "-c", "\"$@\" >out.log", "sh"] };
        (await tool.RunAsync(look)).Succeeds();
    }

    private static async Task<ToolFixture> StartAsync()
    {
        ToolFixture tool = await ToolFixture.StartAsync();
        tool.Write("sectoken.json", Settings);
        tool.Set("GITHUB_ACTIONS", "true").Set("GITHUB_ENV", tool.Write("env", string.Empty));
        return tool;
    }
}
