using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Watch;
using SecureToken.Core.Tests.Destinations.Cluster;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Watch;

/// <summary>Several watchers keep one Secret current: they need no leader, because only the first of them writes.</summary>
[Trait("About", "Concurrency")]
public sealed class ClusterWatchTests
{
    private static readonly WatchTimes Fast = new() { Interval = TimeSpan.FromMilliseconds(30), Proof = TimeSpan.FromMilliseconds(10), LongestPause = TimeSpan.FromMilliseconds(60) };

    [Fact]
    public async Task Two_watchers_of_one_Secret_write_it_once_for_each_reset()
    {
        const int Resets = 5;
        using TemporaryDirectory one = new("watch"), two = new("watch");
        await using Pod pod = await Pod.StartAsync();
        pod.Cluster.CreateSecret(Pod.Namespace, Pod.Secret);
        await using Machine first = await Machine.StartAsync(one);
        using var end = new CancellationTokenSource();
        List<WatchEvent> events = [];
        InjectPlan plan = first.Plan("payments", pod.Destination());

        // The second one has a disk of its own, as another pod has: no ledger and no lock is shared.
        InjectPlan other = first.Plan("payments", pod.Destination());
        other = other with { Transport = other.Transport with { Environment = name => name == "SECTOKEN_STATE_DIR" ? two["state"] : first.Environment(name) } };
        Task[] watches = [.. ((InjectPlan[])[plan, other]).Select(one => WatchOperation.RunAsync([one], Fast, Note, end.Token))];
        await Wait.UntilAsync("both have looked", () => Count(InjectOutcome.Written) + Count(InjectOutcome.Unchanged) >= 2);
        Assert.Equal(1, pod.Writes);
        for (int i = 1; i <= Resets; i++)
        {
            string born = first.Service.Emulator.ResetToken(42);
            await Wait.UntilAsync("both have followed", () => pod.Value() == born && Followed(born) == 2);
        }

        await end.CancelAsync();
        await Task.WhenAll(watches);
        Assert.Equal(1 + Resets, pod.Writes);
        Assert.Equal(1 + Resets, Count(InjectOutcome.Written));
        Assert.Equal(0, Count(InjectOutcome.Failed));

        void Note(WatchEvent one)
        {
            lock (events)
            {
                events.Add(one);
            }
        }

        int Count(InjectOutcome outcome)
        {
            lock (events)
            {
                return events.SelectMany(one => one.Destinations).Count(line => line.Outcome == outcome);
            }
        }

        int Followed(string token)
        {
            string fingerprint = FingerprintOf(token);
            lock (events)
            {
                return events.Count(one => one.Now?.Value == fingerprint);
            }
        }

        string FingerprintOf(string token)
        {
            lock (events)
            {
                return events[0].Scope!.FingerprintOf(System.Text.Encoding.ASCII.GetBytes(token)).Value;
            }
        }
    }
}
