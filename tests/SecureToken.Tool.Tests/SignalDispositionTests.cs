using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>The tests of signals can be trusted wherever they run: in a background job, under nohup, in an agent of a CI system.</summary>
[Trait("System", "Unix")]
public sealed class SignalDispositionTests
{
    [Fact]
    public async Task A_program_under_test_ignores_no_signal()
    {
        using var home = new TemporaryDirectory("signals");
        CommandResult status = await new Command(home.Path).RunAsync(home.Path, "grep", "SigIgn:", "/proc/self/status");
        Assert.Equal("SigIgn:\t0000000000000000\n", status.Exits(0).Output);
    }

    [Fact]
    public async Task A_program_under_test_ignores_no_signal_although_the_tests_ignore_three()
    {
        using var home = new TemporaryDirectory("signals");
        string tests = Path.Combine(AppContext.BaseDirectory, "SecureToken.Tool.Tests");
        string filter = $"{typeof(SignalDispositionTests).FullName}.{nameof(A_program_under_test_ignores_no_signal)}";
        const string Ignoring = "trap '' HUP INT QUIT; grep SigIgn: /proc/self/status; exec \"$@\"";
        CommandResult run = await new Command(home.Path).RunAsync(
            home.Path, "bash", "-c", Ignoring, "bash", tests, "--no-ansi", "--filter-method", filter);
        Assert.StartsWith("SigIgn:\t0000000000000007\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("succeeded: 1\n", run.Exits(0).Output, StringComparison.Ordinal);
    }
}
