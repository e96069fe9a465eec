using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Operations.Reset;

/// <summary>Proves that a new token is accepted and is the team's, before it is written anywhere. A service may need a moment to know its own token.</summary>
/// <param name="service">The service.</param>
/// <param name="scope">Whose token.</param>
/// <param name="times">How long things may take.</param>
/// <param name="clock">The clock.</param>
internal sealed class TokenVerifier(ResetService service, TokenScope scope, ResetTimes times, TimeProvider clock)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>Asks once.</summary>
    /// <param name="token">The token; it belongs to the proof from here.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The proven token; 710 when it is not accepted, or not to be asked, yet; or what does not pass by waiting.</returns>
    public async Task<Result<FetchedToken>> TryAsync(Token token, CancellationToken cancellation)
    {
        DateTimeOffset readAt = clock.GetUtcNow();
        Result<bool> verified = await service.VerifyAsync(token, scope, cancellation).ConfigureAwait(false);
        if (verified.Failure is null)
        {
            return new FetchedToken(token, scope, verified.Value ? clock.GetUtcNow() : null) { CredentialSource = service.Credential.ToString(), VerifiedAt = readAt };
        }

        Fingerprint fingerprint = scope.FingerprintOf(token.Utf8);
        token.Dispose();
        return verified.Failure.Descriptor == DiagnosticDescriptors.WrongTeam || verified.Failure.Descriptor == DiagnosticDescriptors.Cancelled
            ? verified.Failure
            : Failure.Of(DiagnosticDescriptors.NewTokenRefused, scope, fingerprint, service.LastAnswer is { } answer ? $"HTTP {answer.Status}" : verified.Failure.Message.TrimEnd('.'), DurationText.Of(times.Proof));
    }

    /// <summary>Asks again and again, each time for the token that is current then.</summary>
    public async Task<Result<FetchedToken>> RepeatAsync(CancellationToken cancellation)
    {
        long began = clock.GetTimestamp();
        TimeSpan pause = FirstPause;
        while (true)
        {
            await Task.Delay(pause, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Result<Token> read = await service.ReadAsync(scope.Team, cancellation).ConfigureAwait(false);
            Result<FetchedToken> proven = read.Failure is not null ? read.Failure : await TryAsync(read.Value, cancellation).ConfigureAwait(false);
            if (proven.Failure is null || !MayPass(proven.Failure) || clock.GetElapsedTime(began) >= times.Proof)
            {
                return proven;
            }

            pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;
        }
    }

    private static bool MayPass(Failure failure) =>
        failure.Descriptor == DiagnosticDescriptors.NewTokenRefused || (failure.Descriptor.Exit == ExitStatus.Unavailable && failure.Descriptor != DiagnosticDescriptors.Cancelled);
}
