using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Reset;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Tests.Operations.Stress;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Reset;

/// <summary>A reset is not alone on the machine: builds and deployments write the same files, before, while and after.</summary>
[Trait("About", "Concurrency")]
public sealed class TogetherTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Who_asked_before_a_reset_and_writes_after_it_does_not_bring_the_dead_token_back()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(2);
        await machine.InjectAsync(files);

        // The token was proven a moment ago, so the late one is written without another question.
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reset = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        InjectPlan late = machine.Plan(files);
        late = late with { Transport = late.Transport with { Handler = () => new Held(asked, reset.Task) } };
        Task<InjectReport> injecting = InjectOperation.RunAsync(late, TestContext.Current.CancellationToken);
        await Wait.ForAsync("the request for the token", asked.Task, injecting);
        Assert.Empty((await machine.RunAsync(machine.Requested(files))).Failures);
        machine.AssertCurrent(files);
        reset.SetResult();
        InjectReport report = await injecting;
        Assert.Equal(ExitStatus.Done, report.Exit);
        machine.AssertCurrent(files);
        Assert.Equal(report.Fingerprint, new Core.Secrets.Fingerprint(Assert.Single(LedgerQueries.Find(machine.Environment).Value.Tokens).Record.Fingerprint!));
    }

    [Fact]
    public async Task Nor_where_nobody_can_read_it_back_and_the_reset_is_still_writing()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        await machine.InjectAsync(machine.Dotenv(".env"));
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var given = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        InjectReport? late = null;
        var blind = new BlindDestination();
        InjectPlan plan = machine.Plan(blind);
        Task injecting = Task.Run(async () => late = await InjectOperation.RunAsync(plan with { Transport = plan.Transport with { Handler = () => new Held(asked, given.Task) } }, CancellationToken.None));
        await Wait.ForAsync("the request for the token", asked.Task, injecting);

        // The reset has given its token, and goes on only when the late one has given his and looked around.
        blind.Given = () =>
        {
            blind.Given = () => { };
            given.SetResult();
            injecting.GetAwaiter().GetResult();
        };
        Assert.Empty((await machine.RunAsync(machine.Requested(blind))).Failures);
        Assert.Equal(ExitStatus.Done, late!.Exit);
        Assert.Equal(machine.Current, blind.Holds);
        Assert.InRange(blind.Times, 3, 4);
    }

    [Fact]
    [Trait("Stress", "yes")]
    public async Task Builds_and_deployments_that_never_stop_lose_no_copy_in_resets()
    {
        int builds = Pressure.Times(10, 50);
        int resets = Pressure.Times(6, 60);
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(4);
        await machine.InjectAsync(files);
        using var stop = new CancellationTokenSource();
        int injections = 0;
        Task[] others = [.. Enumerable.Range(0, builds).Select(i => Task.Run(async () =>
        {
            // Half of them are builds, which share one answer; all write the same files.
            InjectPlan plan = machine.Plan(files) with { Sharing = i % 2 == 0 ? new Sharing(TimeSpan.Zero, $"project {i}") : null };
            while (!stop.IsCancellationRequested)
            {
                InjectReport report = await InjectOperation.RunAsync(plan, CancellationToken.None);

                // Between two tokens the service may refuse the one that it has just told.
                Assert.True(report.Exit == ExitStatus.Done || report.Failure?.Descriptor == DiagnosticDescriptors.TokenRefused, report.Failure?.ToString() ?? string.Join(' ', report.Destinations.Select(line => line.Failure)));
                Interlocked.Increment(ref injections);
            }
        }))];
        for (int i = 0; i < resets; i++)
        {
            ResetPlan plan = i % 2 == 0 ? machine.Requested(files) : machine.Guided(files);
            ResetReport report = await machine.RunAsync(plan);
            Assert.True(report.Failures.Count == 0, string.Join(' ', report.Failures));
            Assert.True(report.IsOldTokenRefused);
        }

        await stop.CancelAsync();
        await Task.WhenAll(others);
        machine.AssertCurrent(files);
        machine.AssertNothingUnfinished();
        Pressure.Report(output, $"{resets} resets during {injections} injections of {builds} builds and deployments at once: 0 of {files.Length} copies stale");
        Assert.True(injections >= 20, $"only {injections} injections");
    }

    [Fact]
    public async Task Two_resets_by_two_people_on_two_machines_end_with_the_same_token_everywhere()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] here = machine.Files(3);
        await machine.InjectAsync(here);
        ResetPlan plan = machine.Requested(here);
        Dictionary<string, string?> other = new(machine.Service.Environment.ToDictionary(pair => pair.Key, pair => (string?)pair.Value)) { ["SECTOKEN_STATE_DIR"] = machine.At("other/state"), ["HOME"] = machine.At("other") };
        Destination[] there = [.. Enumerable.Range(0, 3).Select(i => new DestinationBuilder(other.GetValueOrDefault, machine.At("other")).Dotenv($"{i}.env").Value)];
        ResetPlan second = plan with { Token = plan.Token with { Destinations = there, Transport = plan.Token.Transport with { Environment = other.GetValueOrDefault } } };
        ResetReport[] reports = await Task.WhenAll(machine.RunAsync(plan), ResetOperation.RunAsync(second, new Guide(null), TestContext.Current.CancellationToken));
        Assert.Equal(2, machine.Resets);

        // The one that was reset first can have followed its own token, which the second reset has ended: it says so, or repeating repairs it.
        foreach ((ResetReport report, Destination[] files, InjectPlan token) in new[] { (reports[0], here, plan.Token), (reports[1], there, second.Token) })
        {
            if (!Array.TrueForAll(files, machine.IsCurrent))
            {
                Assert.Equal(ExitStatus.Done, (await InjectOperation.RunAsync(token, TestContext.Current.CancellationToken)).Exit);
            }

            Assert.True(report.Exit is ExitStatus.Done or ExitStatus.Refused or ExitStatus.Partial, string.Join(' ', report.Failures));
            machine.AssertCurrent(files);
        }
    }

    /// <summary>Holds back the first answer that has the token.</summary>
    private sealed class Held(TaskCompletionSource asked, Task until) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage answer = await base.SendAsync(request, cancellationToken);
            if (request.RequestUri!.AbsolutePath == "/api/token" && asked.TrySetResult())
            {
                await until;
            }

            return answer;
        }
    }
}
