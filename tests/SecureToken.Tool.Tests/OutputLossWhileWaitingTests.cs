using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>Output that is lost while the tool waits for a reset. All the ways at the same time: each has to wait.</summary>
[Trait("Needs", "python")]
[Trait("About", "Concurrency")]
public sealed class OutputLossWhileWaitingTests
{
    private static IEnumerable<IReadOnlyList<string>> Losses =>
        LostOutput.All.SelectMany(way => ((string[])["1", "2", "12"]).Select(descriptors => LostOutput.Through(way, descriptors)));

    [Fact]
    public Task A_watch_goes_on_and_brings_every_copy_to_the_new_token() => Task.WhenAll(Losses.Select(async through =>
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        var call = new ToolCall("watch", "--dotenv", ".env", "--interval", "5", "--json") { Through = through };
        using var session = new ToolSession(tool, tool.Start(call));
        await UntilItHasAsync(tool, tool.Token);
        tool.Protect("the old token", tool.Token);
        await UntilItHasAsync(tool, tool.Emulator.ResetToken(ToolFixture.TeamId));
    }));

    [Fact]
    public Task A_guided_reset_converges_although_nobody_sees_it() => Task.WhenAll(Losses.Select(async through =>
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Write(".env", $"{ToolFixture.DefaultName}={tool.Token}\n");
        var call = new ToolCall("reset", "--dotenv", ".env", "--no-browser") { Through = through };
        using var session = new ToolSession(tool, tool.Start(call));
        await Wait.UntilAsync("the reset asks again and again", () => tool.Fetches >= 3);
        tool.Protect("the old token", tool.Token);
        string born = tool.Emulator.ResetToken(ToolFixture.TeamId);
        ToolRun run = await session.EndAsync();
        Assert.Equal(0, run.Exit);
        Assert.Equal($"{ToolFixture.DefaultName}={born}\n", await File.ReadAllTextAsync(tool.At(".env"), TestContext.Current.CancellationToken));
    }));

    private static Task UntilItHasAsync(ToolFixture tool, string token) =>
        Wait.UntilAsync("the copy follows", () => File.Exists(tool.At(".env")) && File.ReadAllText(tool.At(".env")) == $"{ToolFixture.DefaultName}={token}\n");
}
