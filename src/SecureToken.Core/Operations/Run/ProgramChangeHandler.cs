using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Operations.Watch;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Operations.Run;

/// <summary>A program follows a token: whoever runs it gets the new one when it is proven.</summary>
/// <param name="team">The team, as the user named it.</param>
/// <param name="clock">The clock.</param>
/// <param name="tell">Told of every event.</param>
/// <param name="take">Gets the new token, which is its own from there.</param>
internal sealed class ProgramChangeHandler(string team, TimeProvider clock, Action<WatchEvent> tell, Action<FetchedToken> take)
    : TokenChangeHandler(team, clock, tell)
{
    /// <inheritdoc/>
    public override async Task<ChangeResult> FollowAsync(
        ResolvedSettings settings, ServiceClient client, Fingerprint? before, CancellationToken cancellation)
    {
        if (!(await client.FetchAsync(settings, static (_, _) => null, cancellation))
            .Succeeded(out FetchedToken? currentToken, out Failure? failure))
        {
            return new ChangeResult(failure, null, null, IsComplete: false);
        }

        TokenScope scope = currentToken.Scope;
        Fingerprint fingerprint = currentToken.Fingerprint;
        Tell(Event(WatchEventKind.Brought) with { Scope = scope, Before = before, Now = fingerprint, Warnings = currentToken.Warnings });
        take(currentToken);
        return new ChangeResult(null, scope, fingerprint, IsComplete: true);
    }
}
