using System.Diagnostics;
using System.Globalization;
using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>Exit 130 and 143: whoever interrupts finds everything as it was.</summary>
[Trait("System", "Unix")]
public sealed class InterruptTests
{
    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_ends_the_wait_for_an_answer(string signal, int exit)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using FaultServer silent = FaultServer.Behaving((_, _, stop) =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.Infinite, stop);
        });
        tool.Set("SECTOKEN_IAM_ENDPOINT", silent.BaseUrl).Write(".env", $"{ToolFixture.DefaultName}=old\n");
        string before = tool.Destinations().ToString();

        using Process process = tool.Start("inject", "--dotenv", ".env", "--json");
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        ToolRun run = await SignalAsync(tool, process, signal);

        run.FailsWith(exit, "SECTOK316");
        Assert.Equal(exit, run.Json().GetProperty("exitStatus").GetInt32());
        Assert.Equal("SECTOK316", run.Json().GetProperty("failure").GetProperty("code").GetString());
        Assert.Equal(before, tool.Destinations().ToString());
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_ends_the_wait_for_a_credential_on_standard_input(string signal, int exit)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        using Process process = tool.Start("inject", "--dotenv", ".env", "--api-key-stdin", "-v");

        // The line about the settings stands just before the read; a signal before the read is as good as one in it.
        Assert.StartsWith("endpoint ", await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        ToolRun run = await SignalAsync(tool, process, signal, keepInput: true);
        Assert.Equal(exit, run.Exit);
        Assert.Empty(tool.Emulator.Requests);
        Assert.False(File.Exists(tool.At(".env")));
    }

    private static async Task<ToolRun> SignalAsync(ToolFixture tool, Process process, string signal, bool keepInput = false)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        if (!keepInput)
        {
            process.StandardInput.Close();
        }

        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
        Task<string> error = process.StandardError.ReadToEndAsync(cancellation);
        string id = process.Id.ToString(CultureInfo.InvariantCulture);
        Task ended = process.WaitForExitAsync(cancellation);
        (await tool.OtherAsync("kill", "-" + signal, id)).Exits(0);
        try
        {
            await ended.WaitAsync(TimeSpan.FromMinutes(1), cancellation);
        }
        finally
        {
            process.Kill();
        }

        var run = new ToolRun(process.ExitCode, await output, await error);
        tool.AssertNoSecret(run.Output + run.Error);
        return run;
    }
}
