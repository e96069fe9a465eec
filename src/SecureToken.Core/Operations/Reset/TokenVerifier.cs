using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;
using SecureToken.Core.Service;
using SecureToken.Core.Settings;
using SecureToken.Core.Timing;

namespace SecureToken.Core.Operations.Reset;

/// <summary>
/// Proves that a new token is accepted and is the team's, before it is written anywhere. A service may need a moment to know its own token.
/// </summary>
/// <param name="client">The service.</param>
/// <param name="settings">Which token.</param>
/// <param name="scope">Whose token.</param>
/// <param name="times">How long things may take.</param>
/// <param name="clock">The clock.</param>
internal sealed class TokenVerifier(ServiceClient client, ResolvedSettings settings, TokenScope scope, ResetTimes times, TimeProvider clock)
{
    private static readonly Backoff Pauses = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2), Factor: 1.5);

    /// <summary>Asks once.</summary>
    /// <param name="token">The token; it belongs to the proof from here.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The proven token; 710 when it is not accepted, or not to be asked, yet; or what does not pass by waiting.</returns>
    public async Task<Result<FetchedToken>> TryAsync(Token token, CancellationToken cancellation)
    {
        DateTimeOffset readAt = clock.GetUtcNow();
        Result<TeamVerification> verified = await client.ProveAsync(settings, token, scope, cancellation);
        if (verified.Failure is null)
        {
            return new FetchedToken(
                token, scope,
                verified.Value.Team is not null ? clock.GetUtcNow() : null) { CredentialSource = client.Credential?.ToString(),
                Identity = client.Identity, Verification = verified.Value.Evidence,
                IsVerificationOff = settings.Given.Verify == VerifyMode.Off, VerifiedAt = readAt };
        }

        Fingerprint fingerprint = scope.FingerprintOf(token.Utf8);
        token.Dispose();
        return verified.Failure.Descriptor == DiagnosticDescriptors.WrongTeam
            || verified.Failure.Descriptor == DiagnosticDescriptors.Cancelled
            ? verified.Failure
            : Failure.Of(
                DiagnosticDescriptors.NewTokenRefused, scope, fingerprint,
                client.LastAnswer is { } answer ? $"HTTP {answer.Status}" : verified.Failure.Message.TrimEnd('.'),
                DurationText.Of(times.Proof));
    }

    /// <summary>Asks again and again, each time for the token that is current then.</summary>
    public async Task<Result<FetchedToken>> RepeatAsync(CancellationToken cancellation)
    {
        Result<FetchedToken> verified = Failure.Of(DiagnosticDescriptors.Cancelled);
        await new Poller(clock, Pauses).UntilAsync(LookAsync, times.Proof, startsWithPause: true, cancellation);
        return verified;

        async Task<PollStep> LookAsync()
        {
            Result<Token> read = await client.ReadAsync(settings, scope.Team, cancellation);
            verified = read.Failure is not null ? read.Failure : await TryAsync(read.Value, cancellation);
            return verified.Failure is null || !MayPass(verified.Failure) ? PollStep.Done : PollStep.Again(client.LastAnswer?.RetryAfter);
        }
    }

    private static bool MayPass(Failure failure) =>
        failure.Descriptor == DiagnosticDescriptors.NewTokenRefused
            || (failure.Descriptor.Exit == ExitStatus.Unavailable && failure.Descriptor != DiagnosticDescriptors.Cancelled);
}
