using System.Diagnostics;
using System.Globalization;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary><c>run --on-reset</c>: a program that lives through a reset.</summary>
[Trait("System", "Unix")]
[Trait("About", "Concurrency")]
public sealed class RunOnResetTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_reset_starts_the_program_again_or_ends_it() => Task.WhenAll(RestartAsync(), ExitAsync());

    [Theory]
    [InlineData("SECTOK108", "--on-reset", "reboot")]
    [InlineData("SECTOK108", "--on-reset", "signal", "--signal", "SIGNOTHING")]
    [InlineData("SECTOK108", "--on-reset", "signal", "--signal", "0")]
    [InlineData("SECTOK108", "--on-reset", "restart", "--interval", "4")]
    [InlineData("SECTOK107", "--on-reset", "restart", "--signal", "HUP")]
    [InlineData("SECTOK107", "--signal", "HUP")]
    [InlineData("SECTOK107", "--interval", "60")]
    [InlineData("SECTOK107", "--on-reset", "ignore", "--interval", "60")]
    public async Task A_wrong_option_is_told_before_anything_is_asked(string code, params string[] options)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await tool.FailAsync(125, code, ["run", .. options, "--", "touch", "ran"]);
        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task A_program_that_ends_by_itself_has_its_own_exit_status()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = await tool.RunAsync("run", "--on-reset", "restart", "--", "sh", "-c", $"echo ${ToolFixture.DefaultName}; exit 9");
        Assert.Equal((9, "***\n", string.Empty), (run.Exit, run.Output, run.Error));
        await tool.FailAsync(125, "SECTOK403", "run", "--on-reset", "restart", "--team", "nobody", "--", "touch", "ran");
        await tool.FailAsync(127, "SECTOK601", "run", "--on-reset", "restart", "--", "no-such-program");
    }

    private static async Task RestartAsync()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        using Process process = Start(tool, "restart");
        try
        {
            await SaysAsync(tool, tool.Token);
            tool.Protect("the old token", tool.Token);
            string born = tool.Emulator.ResetToken(ToolFixture.TeamId);
            await SaysAsync(tool, born);
            Assert.Contains("ended\n", await File.ReadAllTextAsync(tool.At("out"), Stop), StringComparison.Ordinal);
            (await tool.OtherAsync("kill", "-TERM", process.Id.ToString(CultureInfo.InvariantCulture))).Exits(0);
            (string output, string error) = await EndAsync(process);
            Assert.Equal(3, process.ExitCode);
            tool.AssertNoSecret(output + error);
            Assert.Equal("now ***\nnow ***\n", output);
            Assert.Matches(@"^dotnet-sectoken : team payments \(101\): token [0-9a-f]{12} -> [0-9a-f]{12}: restarting the program\n$", error);
        }
        finally
        {
            process.Kill();
        }
    }

    [Theory]
    [InlineData("restart", "sh")]
    [InlineData("exit", "sh")]
    [InlineData("restart", "bash --norc -i")]
    public async Task A_program_that_switched_the_echo_off_leaves_the_terminal_as_it_was(string onReset, string shell)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();

        // The first of them reads keys and dies of the signal; a later one says what the terminal does. An interactive shell has taken the
        // foreground as well.
        tool.Write("program.sh", $"if [ -e first ]; then stty -a >second; exit 0; fi; touch first; stty raw -echo; echo ${ToolFixture.DefaultName} >out; exec sleep 600");
        string line = string.Join(' ', ToolFixture.CommandLine(["run", "--on-reset", onReset, "--interval", "5", "--", .. shell.Split(' '), "program.sh"]).Select(ToolFixture.Quote));
        using var session = new ToolSession(tool, tool.StartOther("script", "-qec", $"stty -a >before; {line}; stty -a >after", "/dev/null"));
        await SaysAsync(tool, tool.Token);
        tool.Protect("the old token", tool.Token);
        File.Delete(tool.At("out"));
        tool.Emulator.ResetToken(ToolFixture.TeamId);
        await session.EndAsync();
        string before = await File.ReadAllTextAsync(tool.At("before"), Stop);
        Assert.Contains(" echo ", before, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(tool.At("after"), Stop));
        if (onReset == "restart")
        {
            Assert.Equal(before, await File.ReadAllTextAsync(tool.At("second"), Stop));
        }
    }

    private static async Task ExitAsync()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        using Process process = Start(tool, "exit");
        try
        {
            await SaysAsync(tool, tool.Token);
            tool.Protect("the old token", tool.Token);
            tool.Emulator.ResetToken(ToolFixture.TeamId);
            (string output, string error) = await EndAsync(process);
            Assert.Equal(75, process.ExitCode);
            tool.AssertNoSecret(output + error);
            Assert.EndsWith("stopping the program\n", error, StringComparison.Ordinal);
            Assert.EndsWith("ended\n", await File.ReadAllTextAsync(tool.At("out"), Stop), StringComparison.Ordinal);
        }
        finally
        {
            process.Kill();
        }
    }

    private static Process Start(ToolFixture tool, string onReset)
    {
        string script = $"trap 'echo ended >> out; exit 3' TERM; echo \"now ${ToolFixture.DefaultName}\"; echo ${ToolFixture.DefaultName} >> out; while :; do sleep 0.05; done";
        Process process = tool.Start("run", "--on-reset", onReset, "--interval", "5", "--", "sh", "-c", script);
        process.StandardInput.Close();
        return process;
    }

    private static async Task SaysAsync(ToolFixture tool, string line)
    {
        var limit = Stopwatch.StartNew();
        while (!File.Exists(tool.At("out")) || !(await File.ReadAllTextAsync(tool.At("out"), Stop)).Contains(line + "\n", StringComparison.Ordinal))
        {
            Assert.True(limit.Elapsed < TimeSpan.FromMinutes(1), "The program has not said it.");
            await Task.Delay(20, Stop);
        }
    }

    private static async Task<(string Output, string Error)> EndAsync(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync(Stop);
        Task<string> error = process.StandardError.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop).WaitAsync(TimeSpan.FromMinutes(1), Stop);
        return (await output, await error);
    }
}
