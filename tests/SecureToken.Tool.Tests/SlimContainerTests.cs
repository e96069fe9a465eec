using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>What a slim container lacks is told with a code, and nothing ends the tool by a signal.</summary>
[Trait("System", "Unix")]
[Trait("Needs", "namespaces")]
public sealed class SlimContainerTests
{
    /// <summary>Every libssl becomes an empty file, as if it were not there; then the command.</summary>
    private const string WithoutOpenSsl =
        "for library in $(find /lib /usr/lib -name 'libssl.so*' -type f); do mount --bind /dev/null \"$library\"; done; exec \"$@\"";

    [Theory]
    [InlineData("get")]
    [InlineData("inject", "--dotenv", "a.env")]
    [InlineData("doctor")]
    [InlineData("status", "--all")]
    public async Task Without_OpenSSL_a_command_says_so(params string[] arguments)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = await RunAsync(tool, arguments);
        Assert.True(run.Exit == 12, run.Error);
        Assert.Equal(["SECTOK319"], run.Errors);
        Assert.False(File.Exists(tool.At("a.env")));
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("inject", "--help")]
    [InlineData("config")]
    [InlineData("completion", "bash")]
    public async Task Without_OpenSSL_what_only_prints_text_works(params string[] arguments)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        (await RunAsync(tool, arguments)).Succeeds();
    }

    private static Task<ToolRun> RunAsync(ToolFixture tool, string[] arguments) =>
        tool.RunAsync(new ToolCall(arguments) { Through = ["unshare", "-Urm", "sh", "-c", WithoutOpenSsl, "sh"] });
}
