using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Operations.Reset;

/// <summary>Reads the token again and again until it is another one.</summary>
/// <param name="service">The service.</param>
/// <param name="scope">Whose token.</param>
/// <param name="before">The fingerprint of the token that it is now.</param>
/// <param name="times">How long things may take.</param>
/// <param name="clock">The clock.</param>
/// <param name="stillTheSame">Told of every look in vain.</param>
internal sealed class TokenPoller(ResetService service, TokenScope scope, Fingerprint before, ResetTimes times, TimeProvider clock, Action<Failure?> stillTheSame)
{
    /// <summary>When the token was last seen to be that of before, so that it was alive: when that look was asked for, not when it was answered.</summary>
    public long LastAlive { get; private set; } = clock.GetTimestamp();

    /// <summary>Why the last look failed, or null.</summary>
    public Failure? Trouble { get; private set; }

    /// <summary>Looks, with longer and longer pauses, as long as the service wants to be left in peace.</summary>
    /// <param name="limit">How long; zero is one look.</param>
    /// <param name="looksAtOnce">False to begin with a pause.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The other token, which the caller disposes; null when there was none in time; or what does not pass by waiting.</returns>
    public async Task<Result<Token?>> AwaitAsync(TimeSpan limit, bool looksAtOnce, CancellationToken cancellation)
    {
        long began = clock.GetTimestamp();
        TimeSpan pause = times.FirstPause;
        if (!looksAtOnce)
        {
            await PauseAsync(pause, cancellation).ConfigureAwait(false);
        }

        while (true)
        {
            long asked = clock.GetTimestamp();
            Result<Token> read = await service.ReadAsync(scope.Team, cancellation).ConfigureAwait(false);
            if (cancellation.IsCancellationRequested)
            {
                Discard(read);
                return Failure.Of(DiagnosticDescriptors.Cancelled);
            }

            Trouble = read.Failure;
            if (read.Failure is null)
            {
                if (scope.FingerprintOf(read.Value.Utf8) != before)
                {
                    return read.Value;
                }

                read.Value.Dispose();
                LastAlive = asked;
            }
            else if (read.Failure.Descriptor.Exit != ExitStatus.Unavailable)
            {
                return read.Failure;
            }

            stillTheSame(read.Failure);
            TimeSpan left = limit - clock.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
            {
                return default(Token);
            }

            TimeSpan wait = service.LastAnswer?.RetryAfter is { } asksFor && asksFor > pause ? asksFor : pause;
            await PauseAsync(wait < left ? wait : left, cancellation).ConfigureAwait(false);
            pause = times.After(pause);
        }
    }

    private static void Discard(Result<Token> read)
    {
        if (read.Failure is null)
        {
            read.Value.Dispose();
        }
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellation) =>
        await Task.Delay(pause, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
