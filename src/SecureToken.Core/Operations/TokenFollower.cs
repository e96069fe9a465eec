using SecureToken.Core.Diagnostics;
using SecureToken.Core.Secrets;
using SecureToken.Core.Service;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations;

/// <summary>What came of following a token.</summary>
/// <param name="Failure">Why the token could not be learned or proven, so that nothing was done; null when it was.</param>
/// <param name="Scope">Where the token belongs.</param>
/// <param name="Mark">The mark of the token that was followed.</param>
/// <param name="IsComplete">Whether all that hangs on it has it; else it is tried again.</param>
internal sealed record Following(Failure? Failure, TokenScope? Scope, Fingerprint? Mark, bool IsComplete);

/// <summary>What hangs on a token and follows it: destinations, or a program.</summary>
internal abstract class TokenFollower
{
    /// <summary>Learns the token that the service tells now, proves it, and brings what hangs on it to it.</summary>
    /// <param name="settings">Which token.</param>
    /// <param name="service">How to ask.</param>
    /// <param name="before">The mark of the token that was followed last, or null.</param>
    /// <param name="cancellation">Ends the waits; what is being written is finished.</param>
    public abstract Task<Following> FollowAsync(TokenSettings settings, ServiceAccess service, Fingerprint? before, CancellationToken cancellation);

    /// <summary>Told when the token cannot be learned, once for each failure.</summary>
    public abstract void Trouble(TokenScope? scope, Failure failure, TimeSpan pause);

    /// <summary>Told when it can be learned again.</summary>
    public abstract void Recovered(TokenScope? scope, Fingerprint mark);
}
