using System.Diagnostics;
using System.Globalization;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>Signals reach the program, each once.</summary>
[Trait("System", "Unix")]
public sealed class RunSignalTests
{
    // The sleep is short because a shell runs its traps between its commands.
    private const string Reporter = "for s in HUP INT QUIT TERM USR1 USR2 WINCH; do trap \"echo $s\" $s; done; echo ready; while :; do sleep 0.05; done";

    [Fact]
    public async Task Every_signal_is_passed_on()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();

        // A session of its own: in the foreground of a terminal, keys would be expected to have reached the program already.
        using Process reporter = tool.Start(new ToolCall("run", "--", "sh", "-c", "echo $$; " + Reporter) { Through = ["setsid"] });
        string child = (await LineAsync(reporter))!;
        Assert.Equal("ready", await LineAsync(reporter));
        foreach (string signal in (string[])["HUP", "INT", "QUIT", "TERM", "USR1", "USR2", "WINCH"])
        {
            (await tool.OtherAsync("kill", "-" + signal, reporter.Id.ToString(CultureInfo.InvariantCulture))).Exits(0);
            Assert.Equal(signal, await LineAsync(reporter));
        }

        (await tool.OtherAsync("kill", "-KILL", child)).Exits(0);
        await reporter.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(137, reporter.ExitCode);
    }

    [Fact]
    public async Task A_program_that_does_not_handle_a_signal_ends_by_it_and_so_do_we()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        using Process process = tool.Start(new ToolCall("run", "--", "sh", "-c", "echo ready; exec sleep 600") { Through = ["setsid"] });
        Assert.Equal("ready", await LineAsync(process));
        (await tool.OtherAsync("kill", "-TERM", process.Id.ToString(CultureInfo.InvariantCulture))).Exits(0);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(143, process.ExitCode);
    }

    [Fact]
    public async Task A_key_of_the_terminal_reaches_the_program_once()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();

        // Not 'read': a key that comes just before the shell waits in it would run its trap after the next line only.
        tool.Write("count.sh", "n=0; trap 'n=$((n+1)); echo \"interrupt $n\"' INT; echo ready; while [ ! -e stop ]; do sleep 0.05; done; exit $n");
        string line = string.Join(' ', ToolFixture.CommandLine("run", "--", "sh", "count.sh").Select(word => "'" + word + "'"));
        using Process terminal = tool.StartOther("script", "-qec", line + " | (trap '' INT; cat)", "/dev/null");
        await UntilAsync(terminal, "ready");
        for (int i = 1; i <= 3; i++)
        {
            await terminal.StandardInput.WriteAsync('\x03');
            await terminal.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            await UntilAsync(terminal, $"interrupt {i}");
        }

        tool.Write("stop", string.Empty);
        string rest = await terminal.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("interrupt", rest, StringComparison.Ordinal);
    }

    private static Task<string?> LineAsync(Process process) =>
        process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

    private static async Task UntilAsync(Process process, string text)
    {
        while (await LineAsync(process) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"'{text}' was not said.");
    }
}
