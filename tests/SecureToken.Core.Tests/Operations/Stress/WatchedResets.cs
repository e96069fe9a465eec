using System.Collections.Concurrent;
using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Watch;
using SecureToken.Core.Tests.Operations.Reset;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Stress;

/// <summary>Resets under a watch, one after the other: each new token must come everywhere before the next.</summary>
internal static class WatchedResets
{
    private static readonly WatchTimes Fast = new()
    {
        Interval = TimeSpan.FromMilliseconds(30),
        Proof = TimeSpan.FromMilliseconds(10),
        LongestPause = TimeSpan.FromMilliseconds(60),
    };

    /// <returns>How many events the watch told, and how many copies were stale in the end of a round.</returns>
    public static async Task<(int Events, int Stale)> RunAsync(
        ResetMachine machine, Destination[] files, InjectPlan plan, int rounds, Func<Task> reset)
    {
        ConcurrentQueue<WatchEvent> events = [];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task<Failure?> watch = WatchOperation.RunAsync([plan], Fast, events.Enqueue, stop.Token);
        await Wait.UntilAsync("the first copies", () => !events.IsEmpty || watch.IsCompleted);
        int stale = 0;
        for (int round = 0; round < rounds; round++)
        {
            await reset();
            await Wait.UntilAsync("the new token everywhere", () => watch.IsCompleted || Array.TrueForAll(files, machine.IsCurrent));
            stale += files.Count(file => !machine.IsCurrent(file));
        }

        await stop.CancelAsync();
        Assert.Null(await watch);
        return (events.Count, stale);
    }
}
