using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>What a program prints: masked in a pipe or file, untouched on a terminal.</summary>
[Trait("System", "Unix")]
public sealed class RunOutputTests
{
    private const string Token = "$" + ToolFixture.DefaultName;

    [Theory]
    [InlineData("printf 'a %s b' \"" + Token + "\"")]
    [InlineData("t=\"" + Token + "\"; a=$(printf %.9s \"$t\"); printf 'a %s' \"$a\"; sleep 0.3; printf '%s b' \"${t#\"$a\"}\"")]
    [InlineData("printf 'a %s b' \"$(printf %s \"" + Token + "\" | base64 -w0)\"")]
    [InlineData("printf 'a %s b' \"$(printf %s \"" + Token + "\" | base64 -w0)\" | tee /dev/stderr")]
    public async Task In_a_pipe_the_token_is_masked_however_it_is_written(string script)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();

        // The fixture looks for the token in every form in both streams.
        ToolRun run = await tool.RunAsync("run", "--", "sh", "-c", script);
        Assert.Equal("a *** b", run.Output);
        Assert.Equal(script.Contains("stderr", StringComparison.Ordinal) ? "a *** b" : string.Empty, run.Error);
    }

    [Fact]
    public async Task The_tokens_of_all_teams_are_masked()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = await tool.RunAsync("run", "--team", ToolFixture.Team, "--name", "A", "--team", ToolFixture.OtherTeam, "--name", "B", "--", "sh", "-c", "echo $A and $B");
        Assert.Equal("*** and ***\n", run.Output);
    }

    [Fact]
    public async Task Bytes_that_are_no_token_arrive_as_they_are()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = await tool.RunAsync(new ToolCall("run", "--", "sh", "-c", "head -c 300000 /dev/urandom | tee raw") { Through = ["sh", "-c", "\"$@\" >seen", "sh"] });
        Assert.Equal(0, run.Exit);
        Assert.Equal(await File.ReadAllBytesAsync(tool.At("raw"), TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(tool.At("seen"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Masking_can_be_switched_off()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = await tool.RunAsync(new ToolCall("run", "--no-mask", "--", "sh", "-c", $"echo {Token}") { PrintsToken = true });
        Assert.Equal(tool.Token + "\n", run.Output);
    }

    [Fact]
    public async Task On_a_terminal_nothing_is_between_the_program_and_the_terminal()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();

        // No live line, which a slow machine would draw between.
        tool.Set("TERM", "dumb");
        const string Script = "test -t 0 && test -t 1 && test -t 2 && printf '\\033[31mred\\033[0m %s\\n' \"" + Token + "\"; exit 3";
        ToolRun run = await tool.RunAsync(new ToolCall("run", "--", "sh", "-c", Script) { OnTerminal = true, PrintsToken = true });
        Assert.Equal(3, run.Exit);
        Assert.Equal($"\e[31mred\e[0m {tool.Token}\r\n", run.Output);
    }

    [Fact]
    public async Task Of_two_streams_only_the_one_that_is_no_terminal_is_masked()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();

        // No live line, which a slow machine would draw between.
        tool.Set("TERM", "dumb");
        const string Script = "echo \"" + Token + "\"; test -t 1 || echo piped; test -t 2 && echo terminal >&2";
        ToolRun run = await tool.RunAsync(new ToolCall("run", "--", "sh", "-c", Script) { OnTerminal = true, Through = ["sh", "-c", "\"$@\" >out", "sh"] });
        Assert.Equal("terminal\r\n", run.Output);
        Assert.Equal("***\npiped\n", await File.ReadAllTextAsync(tool.At("out"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_others_write_to_the_same_file_stays()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await tool.RunAsync(new ToolCall("run", "--", "sh", "-c", "echo mine; echo error >&2") { Through = ["sh", "-c", "{ echo first; \"$@\"; echo last; } >log 2>&1", "sh"] });
        string[] lines = await File.ReadAllLinesAsync(tool.At("log"), TestContext.Current.CancellationToken);
        Assert.Equal(["first", "error", "mine", "last"], [lines[0], .. lines[1..^1].Order(StringComparer.Ordinal), lines[^1]]);
    }

    [Fact]
    public async Task A_reader_that_has_gone_ends_the_program_as_it_would_without_us()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = await tool.RunAsync(new ToolCall("run", "--", "yes") { Through = ["sh", "-c", "{ \"$@\"; echo \"exit $?\" >&2; } | head -n 1", "sh"] });
        Assert.Equal("y\n", run.Output);
        Assert.Equal("exit 141\n", run.Error);
    }
}
