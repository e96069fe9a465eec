using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Reset;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Tests.Operations.Reset;
using SecureToken.Core.Tests.Service;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Stress;

/// <summary>The clock of the machine jumps, by hours and by years, forwards and backwards.</summary>
[Trait("Stress", "yes")]
public sealed class ClockJumpTests(ITestOutputHelper output)
{
    private readonly MovableClock _clock = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>What was written while the clock was ahead must not be taken for newer than all that comes.</summary>
    [Theory]
    [InlineData(50)]
    [InlineData(-50_000)]
    public async Task A_ledger_of_another_time_is_written_again(int minutes)
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination file = machine.Dotenv("a.env");
        _clock.Shift = TimeSpan.FromMinutes(minutes);
        await InjectAsync(machine, file);
        string? first = machine.InLedger;
        _clock.Shift = TimeSpan.Zero;
        machine.Press();
        await InjectAsync(machine, file);
        machine.AssertCurrent([file]);
        Assert.NotEqual(first, machine.InLedger);
    }

    [Fact]
    public async Task A_clock_that_is_a_month_ahead_is_named_and_everything_follows_when_it_is_right_again()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(3);
        await machine.InjectAsync(files);
        machine.Press();
        _clock.Shift = TimeSpan.FromDays(30);
        InjectReport report = await InjectOperation.RunAsync(OnThisClock(machine.Plan(files)), Stop);
        Assert.Equal((ExitStatus.Unavailable, "SECTOK317"), (report.Exit, report.Failure!.Code));
        Assert.All(files, file => Assert.False(machine.IsCurrent(file)));
        _clock.Shift = TimeSpan.Zero;
        await InjectAsync(machine, files);
        machine.AssertCurrent(files);
    }

    [Fact]
    public async Task A_watch_follows_every_reset()
    {
        int rounds = Pressure.Times(12, 300);
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(3);
        (_, int stale) = await WatchedResets.RunAsync(machine, files, OnThisClock(machine.Plan(files)), rounds, () =>
        {
            Jump();
            machine.Press();
            Jump();
            return Task.CompletedTask;
        });
        Pressure.Report(output, $"{2 * rounds} jumps of the clock and {rounds} resets, under watch: {stale} copies stale");
        Assert.Equal(0, stale);
    }

    [Fact]
    public async Task Resets_and_builds_and_injections_keep_every_copy_current()
    {
        int rounds = Pressure.Times(8, 150);
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(3);
        await machine.InjectAsync(files);
        int stale = 0;
        int untold = 0;
        for (int round = 0; round < rounds; round++)
        {
            Jump();
            ResetPlan plan = round % 2 == 0 ? machine.Guided(files) : machine.Requested(files);
            ResetReport report = await machine.RunAsync(plan with { Token = OnThisClock(plan.Token) }, new Guide(machine) { OnNoticed = Jump });
            Assert.True(report.Failures.Count == 0, string.Join(' ', report.Failures));
            stale += files.Count(file => !machine.IsCurrent(file));
            untold += report.Outage is null or { AtMostSeconds: < 0 } ? 1 : 0;

            // The same token by somebody else's reset: an injection follows it, and a build does when it asks again.
            Jump();
            machine.Press();
            await InjectAsync(machine, files);
            stale += files.Count(file => !machine.IsCurrent(file));
            Jump();
            InjectReport build = await InjectOperation.RunAsync(OnThisClock(machine.Plan(files)) with { Sharing = new Sharing(TimeSpan.Zero, $"build {round}") }, Stop);
            Assert.Equal(ExitStatus.Done, build.Exit);
            stale += files.Count(file => !machine.IsCurrent(file));
        }

        Pressure.Report(output, $"{4 * rounds} jumps of the clock during {rounds} resets and {2 * rounds} injections: {stale} copies stale, {untold} outages without a length");
        Assert.Equal(0, stale);
        Assert.Equal(0, untold);
    }

    /// <summary>An hour ahead every IAM token has expired before it is used, see below.</summary>
    private void Jump() => _clock.Shift = Random.Shared.Next(2) == 0
        ? TimeSpan.FromDays(Random.Shared.NextDouble() * -400) : TimeSpan.FromMinutes((Random.Shared.NextDouble() * 100) - 50);

    private async Task InjectAsync(ResetMachine machine, params Destination[] files) =>
        Assert.Equal(ExitStatus.Done, (await InjectOperation.RunAsync(OnThisClock(machine.Plan(files)), Stop)).Exit);

    private InjectPlan OnThisClock(InjectPlan plan) => plan with { Transport = plan.Transport with { Clock = _clock } };
}
