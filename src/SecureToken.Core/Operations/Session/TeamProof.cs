using System.Runtime.CompilerServices;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;
using SecureToken.Core.Service;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Session;

/// <summary>Verifies that a token is the team's, as strictly as the settings ask.</summary>
/// <param name="api">The service.</param>
/// <param name="mode">How strictly.</param>
/// <param name="scope">Where the token should belong.</param>
internal sealed class TeamProof(SecureApi api, VerifyMode mode, TokenScope scope)
{
    /// <summary>Asks the token; once more where it is rejected, because the service may need a moment to agree with itself.</summary>
    /// <param name="token">The token.</param>
    /// <param name="compare">A second proof, for a token that cannot be asked; null where there is none.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellation">Ends the wait.</param>
    [AsyncMethodBuilder(typeof(ReadyTaskBuilder<>))]
    public async Task<Result<TeamVerification>> VerifyAsync(
        Token token, Func<TeamVerification, Task<Result<TeamVerification>>>? compare, TimeProvider clock, CancellationToken cancellation)
    {
        if (mode == VerifyMode.Off)
        {
            return NotAsked;
        }

        Result<TeamVerification> verified = await api.Questions.VerifyAsync(token, scope, cancellation);
        if (verified.Failure?.Descriptor == DiagnosticDescriptors.TokenRefused)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            verified = await api.Questions.VerifyAsync(token, scope, cancellation);
        }

        verified = Judge(verified);
        return verified is { Failure: null, Value.Team: null } && compare is not null ? await compare(verified.Value) : verified;
    }

    /// <summary>Asks the token once.</summary>
    public async Task<Result<TeamVerification>> ProbeAsync(Token token, CancellationToken cancellation) =>
        mode == VerifyMode.Off ? NotAsked : Judge(await api.Questions.VerifyAsync(token, scope, cancellation, isProbe: true));

    private static TeamVerification NotAsked => new(null, "verification is off");

    /// <summary>Another team's token is refused in every case.</summary>
    private Result<TeamVerification> Judge(Result<TeamVerification> verified) =>
        mode != VerifyMode.Warn || verified.Failure is not { } failure
        || failure.Descriptor == DiagnosticDescriptors.WrongTeam || failure.Descriptor == DiagnosticDescriptors.Cancelled
            ? verified
            : new TeamVerification(
                null, failure.Descriptor == DiagnosticDescriptors.TokenRefused
                    ? "two requests rejected it with HTTP 401" : failure.Message.TrimEnd('.'));
}
