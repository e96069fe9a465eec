using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Inject;

namespace SecureToken.Core.Operations.Watch;

/// <summary>
/// Notices a reset that someone made elsewhere, and updates every destination to the new token: an injection at the beginning, then one
/// question for the token now and then, and an injection whenever it is another one.
/// </summary>
public static class WatchOperation
{
    /// <summary>Watches until it is cancelled.</summary>
    /// <param name="plans">The tokens, with one way to ask and one credential for all of them.</param>
    /// <param name="times">How often to ask.</param>
    /// <param name="tell">Told of every event, one at a time.</param>
    /// <param name="cancellation">Ends it; what is being written is finished.</param>
    /// <returns>Null when it was cancelled; or what does not pass by waiting, found on the first look.</returns>
    public static async Task<Failure?> RunAsync(
        IReadOnlyList<InjectPlan> plans, WatchTimes times, Action<WatchEvent> tell, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plans);
        ArgumentNullException.ThrowIfNull(times);
        ArgumentNullException.ThrowIfNull(tell);
        if (plans.Count == 0)
        {
            return null;
        }

        Lock gate = new();
        using var monitor = new TokenMonitor(plans[0].Credentials, plans[0].Transport);
        MonitoredToken[] tokens =
            [.. plans.Select(
                plan => new MonitoredToken(plan.Settings, new DestinationChangeHandler(plan, Tell), times, plan.Transport.Clock))];
        return await monitor.RunAsync(tokens, cancellation);

        void Tell(WatchEvent one)
        {
            lock (gate)
            {
                tell(one);
            }
        }
    }
}
