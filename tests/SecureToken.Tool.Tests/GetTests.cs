using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>The token on standard output, for a pipe and not for a screen.</summary>
public sealed class GetTests
{
    [Fact]
    public async Task Standard_output_is_the_token_and_nothing_else()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = (await tool.RunAsync(new ToolCall("get") { PrintsToken = true })).Succeeds();
        Assert.Equal(tool.Token, run.Output);
        Assert.Empty(run.Error);
        ToolRun verbose = (await tool.RunAsync(new ToolCall("get", "-v", "--reveal") { PrintsToken = true })).Succeeds();
        Assert.Equal(tool.Token, verbose.Output);
        Assert.Contains("credential from SECTOKEN_API_KEY", verbose.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_feed_ends_the_token_where_it_is_asked_for()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = (await tool.RunAsync(new ToolCall("get", "--newline") { PrintsToken = true })).Succeeds();
        Assert.Equal(tool.Token + "\n", run.Output);
    }

    [Trait("System", "Unix")]
    [Fact]
    [Trait("Needs", "kubectl")]
    public async Task Kubectl_stores_the_token_as_it_is()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = await tool.RunAsync(new ToolCall("get")
        {
            Through = ["sh", "-c", "\"$@\" | kubectl create secret generic t --from-file=token=/dev/stdin --dry-run=client -o 'jsonpath={.data.token}' | base64 -d | od -An -v -c | tr -d ' \\n'", "sh"],
            PrintsToken = true,
        });
        Assert.Equal(tool.Token, run.Output);
    }

    [Trait("System", "Unix")]
    [Theory]
    [Trait("Needs", "node")]
    [InlineData("node", "-e", "fetch(process.argv[1], { headers: { Authorization: 'Bearer ' + require('fs').readFileSync(0, 'utf8') } }).then(answer => console.log(answer.status))")]
    [InlineData("python3", "-c", """
        import http.client, sys, urllib.parse
        service = http.client.HTTPConnection(urllib.parse.urlsplit(sys.argv[1]).netloc)
        service.request('GET', '/api/users/me', headers={'Authorization': 'Bearer ' + sys.stdin.read()})
        print(service.getresponse().status)
        """)]
    public async Task A_program_sends_what_it_reads_as_a_header(params string[] program)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("READER", program[0]).Set("OPTION", program[1]).Set("PROGRAM", program[2]).Set("PAGE", new Uri(tool.Emulator.BaseUrl, "/api/users/me").ToString());
        ToolRun run = await tool.RunAsync(new ToolCall("get") { Through = ["sh", "-c", "\"$@\" | $READER $OPTION \"$PROGRAM\" \"$PAGE\"", "sh"] });
        Assert.Equal("200\n", run.Output);
    }

    [Fact]
    public async Task A_terminal_does_not_get_the_token_unasked()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = await tool.RunAsync(new ToolCall("get") { OnTerminal = true });
        Assert.Equal(10, run.Exit);
        Assert.Contains("SECTOK115", run.Output, StringComparison.Ordinal);
        Assert.Contains("--reveal", run.Output, StringComparison.Ordinal);
        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task A_terminal_gets_the_token_when_it_is_asked_for()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        // No live line, which a slow machine would draw between.
        tool.Set("TERM", "dumb");
        ToolRun run = await tool.RunAsync(new ToolCall("get", "--reveal") { OnTerminal = true, PrintsToken = true });
        Assert.Equal(0, run.Exit);
        Assert.Equal(tool.Token + "\r\n", run.Output);
    }

    [Fact]
    public async Task The_check_after_every_run_sees_a_token_that_does_not_belong_there()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        Exception leak = await Assert.ThrowsAnyAsync<Exception>(() => tool.RunAsync("get"));
        Assert.Contains("the token of payments as plain in standard output", leak.Message, StringComparison.Ordinal);
        Assert.ThrowsAny<Exception>(() => tool.AssertNoSecret(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("x" + tool.Emulator.ApiKey))));
    }

    [Fact]
    public async Task Nothing_is_written()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        (await tool.RunAsync(new ToolCall("get") { PrintsToken = true })).Succeeds();
        Assert.Empty(Directory.EnumerateFileSystemEntries(tool.Work));
        Assert.Empty(Directory.EnumerateFileSystemEntries(tool.Home));
    }

    [Trait("System", "Unix")]
    [Fact]
    public async Task A_reader_that_has_gone_is_no_failure()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = await tool.RunAsync(new ToolCall("get") { Through = ["sh", "-c", "{ \"$@\"; echo \"exit $?\" >&2; } | true", "sh"] });
        Assert.Equal("exit 0\n", run.Error);
    }
}
