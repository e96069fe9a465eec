using SecureToken.Core.Diagnostics;
using SecureToken.Core.Secrets;
using SecureToken.Core.Service;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations;

/// <summary>A program follows a token: whoever runs it gets the new one when it is proven.</summary>
/// <param name="team">The team, as the user named it.</param>
/// <param name="clock">The clock.</param>
/// <param name="tell">Told of every event.</param>
/// <param name="take">Gets the new token, which is its own from there.</param>
internal sealed class ProgramFollower(string team, TimeProvider clock, Action<WatchEvent> tell, Action<FetchedToken> take) : TokenFollower
{
    /// <inheritdoc/>
    public override async Task<Following> FollowAsync(TokenSettings settings, ServiceAccess service, Fingerprint? before, CancellationToken cancellation)
    {
        if (!(await service.FetchAsync(settings, static (_, _) => null, cancellation).ConfigureAwait(false)).Succeeded(out FetchedToken? truth, out Failure? failure))
        {
            return new Following(failure, null, null, IsComplete: false);
        }

        TokenScope scope = truth.Scope;
        Fingerprint mark = truth.Fingerprint;
        tell(Event(WatchEventKind.Brought) with { Scope = scope, Before = before, Now = mark, Warnings = truth.Warnings });
        take(truth);
        return new Following(null, scope, mark, IsComplete: true);
    }

    /// <inheritdoc/>
    public override void Trouble(TokenScope? scope, Failure failure, TimeSpan pause) => tell(Event(WatchEventKind.Trouble) with { Scope = scope, Failure = failure, Pause = pause });

    /// <inheritdoc/>
    public override void Recovered(TokenScope? scope, Fingerprint mark) => tell(Event(WatchEventKind.Recovered) with { Scope = scope, Now = mark });

    private WatchEvent Event(WatchEventKind kind) => new(kind, clock.GetUtcNow(), team);
}
