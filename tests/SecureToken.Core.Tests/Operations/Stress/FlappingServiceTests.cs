using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Reset;
using SecureToken.Core.Tests.Operations.Reset;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Stress;

/// <summary>After a reset the service gives now the new token and now the old one, until its replicas agree.</summary>
[Trait("Stress", "yes")]
public sealed class FlappingServiceTests(ITestOutputHelper output)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_watch_ends_with_the_new_token_everywhere()
    {
        int rounds = Pressure.Times(10, 200);
        await using ResetMachine machine = await ResetMachine.StartAsync();
        var service = new LaggingReplica();
        Destination[] files = machine.Files(3);
        (int events, int stale) = await WatchedResets.RunAsync(machine, files, Through(service, machine.Plan(files)), rounds, async () =>
        {
            service.Before = machine.Current;
            machine.Press();
            await Task.Delay(Random.Shared.Next(150), Stop);
            service.Before = null;
        });
        Pressure.Report(output, $"{rounds} resets of a service that flaps, under watch: {events} events, {stale} copies stale");
        Assert.Equal(0, stale);
    }

    [Fact]
    public async Task A_reset_that_reports_success_has_the_new_token_everywhere_and_another_one_names_what_is_stale()
    {
        int rounds = Pressure.Times(6, 100);
        await using ResetMachine machine = await ResetMachine.StartAsync();
        var service = new LaggingReplica();
        Destination[] files = machine.Files(3);
        await machine.InjectAsync(files);
        int done = 0;
        int lies = 0;
        int stale = 0;
        for (int round = 0; round < rounds; round++)
        {
            ResetPlan plan = round % 2 == 0 ? machine.Guided(files) : machine.Requested(files);
            plan = plan with { Token = Through(service, plan.Token) };
            string before = machine.Current;
            service.Before = before;
            Task agreement = Task.CompletedTask;
            ResetReport report = await machine.RunAsync(plan, new Guide(machine)
            {
                OnNoticed = () => agreement = Task.Delay(Random.Shared.Next(600), Stop).ContinueWith(_ => service.Before = null, TaskScheduler.Default),
            });
            await agreement;
            service.Before = null;
            if (report.Exit == ExitStatus.Done)
            {
                done++;
                lies += files.Count(file => !machine.IsCurrent(file));
            }

            if (ResetOperation.Unfinished(machine.Environment).Count > 0)
            {
                Assert.Empty((await machine.ResumeAsync()).Failures);
            }
            else if (report.Exit != ExitStatus.Done)
            {
                await machine.InjectAsync(files);
            }

            stale += files.Count(file => !machine.IsCurrent(file));
            machine.AssertNothingUnfinished();
        }

        Pressure.Report(output, $"{rounds} resets of a service that flaps: {done} reported success, {lies} copies of those stale, {stale} stale after --resume of the others");
        Assert.Equal(0, lies);
        Assert.Equal(0, stale);
    }

    private static InjectPlan Through(LaggingReplica service, InjectPlan plan) => plan with { Transport = plan.Transport with { Handler = service.Connect } };
}
