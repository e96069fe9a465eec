using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Reset;
using SecureToken.Core.Tests.Operations.Reset;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Stress;

/// <summary>Two people on one machine begin a reset of one token at the same moment.</summary>
[Trait("Stress", "yes")]
public sealed class TwoResetsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task One_resets_and_the_other_is_refused_or_comes_after_it()
    {
        int rounds = Pressure.Times(8, 200);
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(4);
        await machine.InjectAsync(files);
        int done = 0;
        int refused = 0;
        int stale = 0;
        for (int round = 0; round < rounds; round++)
        {
            ResetReport[] reports = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => machine.RunAsync(machine.Requested(files)))));
            stale += files.Count(file => !machine.IsCurrent(file));
            done += reports.Count(report => report.Exit == ExitStatus.Done);
            refused += reports.Count(report => report.Exit != ExitStatus.Done);
            foreach (ResetReport report in reports.Where(report => report.Exit != ExitStatus.Done))
            {
                // Whoever comes second says so; nothing of his reset has begun.
                Assert.Equal(DiagnosticDescriptors.ResetRunning, Assert.Single(report.Failures).Descriptor);
            }

            Assert.True(reports[0].Exit == ExitStatus.Done || reports[1].Exit == ExitStatus.Done, string.Join(' ', reports.SelectMany(report => report.Failures)));
        }

        Pressure.Report(output, $"{rounds} times two resets at once: {done} done, {refused} refused as the second, {machine.Resets} tokens reset, {stale} copies stale");
        Assert.Equal(done, machine.Resets);
        Assert.Equal(0, stale);
        machine.AssertNothingUnfinished();
    }
}
