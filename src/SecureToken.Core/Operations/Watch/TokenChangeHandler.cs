using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Operations.Watch;

/// <summary>What came of following a token.</summary>
/// <param name="Failure">Why the token could not be learned or proven, so that nothing was done; null when it was.</param>
/// <param name="Scope">Where the token belongs.</param>
/// <param name="Fingerprint">The fingerprint of the token that was followed.</param>
/// <param name="IsComplete">Whether all that hangs on it has it; else it is tried again.</param>
internal sealed record ChangeResult(Failure? Failure, TokenScope? Scope, Fingerprint? Fingerprint, bool IsComplete);

/// <summary>What hangs on a token and follows it: destinations, or a program.</summary>
/// <param name="team">The team, as the user named it.</param>
/// <param name="clock">The clock.</param>
/// <param name="tell">Told of every event.</param>
internal abstract class TokenChangeHandler(string team, TimeProvider clock, Action<WatchEvent> tell)
{
    /// <summary>Learns the token that the service tells now, proves it, and brings what hangs on it to it.</summary>
    /// <param name="settings">Which token.</param>
    /// <param name="client">How to ask.</param>
    /// <param name="before">The fingerprint of the token that was followed last, or null.</param>
    /// <param name="cancellation">Ends the waits; what is being written is finished.</param>
    public abstract Task<ChangeResult> FollowAsync(
        ResolvedSettings settings, ServiceClient client, Fingerprint? before, CancellationToken cancellation);

    /// <summary>Tells that the token cannot be learned; called once for each failure.</summary>
    public void Trouble(TokenScope? scope, Failure failure, TimeSpan pause) =>
        Tell(Event(WatchEventKind.Trouble) with { Scope = scope, Failure = failure, Pause = pause });

    /// <summary>Tells that it can be learned again.</summary>
    public void Recovered(TokenScope? scope, Fingerprint fingerprint) =>
        Tell(Event(WatchEventKind.Recovered) with { Scope = scope, Now = fingerprint });

    /// <summary>An event of now.</summary>
    protected WatchEvent Event(WatchEventKind kind) => new(kind, clock.GetUtcNow(), team);

    /// <summary>Tells of an event.</summary>
    protected void Tell(WatchEvent one) => tell(one);
}
