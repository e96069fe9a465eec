using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;
using SecureToken.Core.Timing;

namespace SecureToken.Core.Operations.Reset;

/// <summary>
/// Asks the old token again and again whether it is still accepted, while everything else goes on: only so can it be said when it died, and
/// that it did.
/// </summary>
internal sealed class RevocationProbe : IAsyncDisposable
{
    private static readonly Backoff QuickPauses = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1), Factor: 1.5);

    private readonly ServiceClient _client;
    private readonly ResolvedSettings _settings;
    private readonly Token _old;
    private readonly TimeProvider _clock;
    private readonly Backoff _pauses;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<PollEnd> _loop;
    private bool _wasAnswered;

    /// <summary>Begins to ask.</summary>
    /// <param name="client">The service.</param>
    /// <param name="settings">Whose token.</param>
    /// <param name="old">The old token; it stays the caller's, and must live longer than this.</param>
    /// <param name="lastAlive">When it was last seen alive, by <paramref name="clock"/>.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="pauses">The pauses; null for those of a token that is dying now.</param>
    public RevocationProbe(
        ServiceClient client, ResolvedSettings settings, Token old, long lastAlive, TimeProvider clock, Backoff? pauses = null)
    {
        _pauses = pauses ?? QuickPauses;
        _client = client;
        _settings = settings;
        _old = old;
        _clock = clock;
        LastAlive = lastAlive;
        _loop = AskAsync();
    }

    /// <summary>When it was last seen alive.</summary>
    public long LastAlive { get; private set; }

    /// <summary>When it was first seen refused; null when it was not yet.</summary>
    public long? FirstRefused { get; private set; }

    /// <summary>The answer that refused it.</summary>
    public ResponseEvidence? Evidence { get; private set; }

    /// <summary>Why it could not be asked the last time, or null.</summary>
    public Failure? Trouble { get; private set; }

    /// <summary>Waits until it is seen refused, or the service does not tell, or the time is over.</summary>
    /// <returns>Whether it is refused; null when nobody could be asked.</returns>
    public async Task<bool?> WaitAsync(TimeSpan limit, CancellationToken cancellation)
    {
        await ((Task)_loop).WaitAsync(limit, _clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (FirstRefused is not null)
        {
            return true;
        }

        Trouble ??= _wasAnswered ? null : Failure.Of(DiagnosticDescriptors.Cancelled);
        return Trouble is null ? false : null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)_loop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private Task<PollEnd> AskAsync() =>
        new Poller(_clock, _pauses).UntilAsync(LookAsync, Timeout.InfiniteTimeSpan, startsWithPause: false, _stop.Token);

    private async Task<PollStep> LookAsync()
    {
        long asked = _clock.GetTimestamp();
        (Result<bool?> accepted, ResponseEvidence? answer) = await _client.ProbeAsync(_settings, _old, _stop.Token);
        if (_stop.IsCancellationRequested)
        {
            return PollStep.Done;
        }

        Trouble = accepted.Failure;
        if (accepted.Failure is null)
        {
            switch (accepted.Value)
            {
                case true:
                    LastAlive = asked;
                    _wasAnswered = true;
                    break;
                case false:
                    Evidence = answer;
                    FirstRefused = _clock.GetTimestamp();
                    return PollStep.Done;
                default:
                    Trouble = Failure.Of(
                        DiagnosticDescriptors.AnswerMalformed, "The service", "it has no request that returns the owner of a token");
                    return PollStep.Done;
            }
        }

        return PollStep.Again(answer?.RetryAfter);
    }
}
