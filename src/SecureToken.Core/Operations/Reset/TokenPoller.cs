using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Operations.Reset;

/// <summary>Reads the token again and again until it is another one.</summary>
/// <param name="client">The service.</param>
/// <param name="settings">Which token.</param>
/// <param name="scope">Whose token.</param>
/// <param name="before">The fingerprint of the token now.</param>
/// <param name="times">How long things may take.</param>
/// <param name="clock">The clock.</param>
/// <param name="guide">Hears of every look that found the same token, or none; may say that it is time to look.</param>
/// <param name="others">The other teams, looked at in between; null for none.</param>
internal sealed class TokenPoller(
    ServiceClient client, ResolvedSettings settings, TokenScope scope, Fingerprint before, ResetTimes times, TimeProvider clock,
        IResetGuide guide,
    OtherTeamWatch? others = null)
{
    private int _looks;

    /// <summary>When the token was last seen to be the same: when that look was asked for, not when it was answered.</summary>
    public long LastAlive { get; private set; } = clock.GetTimestamp();

    /// <summary>Why the last look failed, or null.</summary>
    public Failure? Trouble { get; private set; }

    /// <summary>Looks until there is another token.</summary>
    /// <param name="limit">How long; zero is one look.</param>
    /// <param name="looksAtOnce">False to begin with a pause.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The other token, which the caller disposes; null when there was none in time; or what does not pass by waiting.</returns>
    public async Task<Result<Token?>> AwaitAsync(TimeSpan limit, bool looksAtOnce, CancellationToken cancellation)
    {
        Result<Token?> found = default(Token);
        PollEnd end = await new Poller(clock, times.Pauses, guide.WhenPressedAsync)
            .UntilAsync(LookAsync, limit, startsWithPause: !looksAtOnce, cancellation);
        return end == PollEnd.Cancelled ? Failure.Of(DiagnosticDescriptors.Cancelled) : found;

        async Task<PollStep> LookAsync()
        {
            long asked = clock.GetTimestamp();
            Result<Token> read = await client.ReadAsync(settings, scope.Team, cancellation);
            if (cancellation.IsCancellationRequested)
            {
                Discard(read);
                return PollStep.Again(null);
            }

            Trouble = read.Failure;
            if (read.Failure is null)
            {
                if (scope.FingerprintOf(read.Value.Utf8) != before)
                {
                    found = read.Value;
                    return PollStep.Done;
                }

                read.Value.Dispose();
                LastAlive = asked;
            }
            else if (read.Failure.Descriptor.Exit != ExitStatus.Unavailable)
            {
                found = read.Failure;
                return PollStep.Done;
            }

            guide.StillTheSame(read.Failure);
            await LookAtOthersAsync(cancellation);
            return PollStep.Again(client.LastAnswer?.RetryAfter);
        }
    }

    /// <summary>One other team for every second look, so that most requests are for the token that is awaited.</summary>
    private async Task LookAtOthersAsync(CancellationToken cancellation)
    {
        if (others is not null && Trouble is null && _looks++ % 2 == 1 && await others.LookAsync(cancellation) is { } reset)
        {
            guide.OtherTeamWasReset(reset);
        }
    }

    private static void Discard(Result<Token> read)
    {
        if (read.Failure is null)
        {
            read.Value.Dispose();
        }
    }
}
