using SecureToken.Core.Timing;

namespace SecureToken.Core.Operations.Session;

/// <summary>What an answer means to who polls.</summary>
/// <param name="IsDone">Whether the condition is met.</param>
/// <param name="AtLeast">The shortest pause that the server asked for, or null.</param>
/// <param name="Exactly">The pause that follows whatever the others were, or null.</param>
internal readonly record struct PollStep(bool IsDone, TimeSpan? AtLeast = null, TimeSpan? Exactly = null)
{
    /// <summary>The condition is met.</summary>
    public static PollStep Done => new(IsDone: true);

    /// <summary>Ask again, not before the time that the server asked for.</summary>
    public static PollStep Again(TimeSpan? retryAfter) => new(IsDone: false, retryAfter);

    /// <summary>Ask again after just this pause.</summary>
    public static PollStep After(TimeSpan pause) => new(IsDone: false, Exactly: pause);
}

/// <summary>How polling ended.</summary>
internal enum PollEnd
{
    /// <summary>The condition was met.</summary>
    Done,

    /// <summary>It was not met in time.</summary>
    TimedOut,

    /// <summary>It was cancelled.</summary>
    Cancelled,
}

/// <summary>Asks again and again, with growing pauses, until an answer meets a condition.</summary>
/// <param name="clock">The clock.</param>
/// <param name="pauses">The pauses.</param>
/// <param name="hurry">Ends a pause early when it completes; null when nothing does.</param>
internal sealed class Poller(TimeProvider clock, Backoff pauses = default, Func<CancellationToken, Task>? hurry = null)
{
    /// <summary>Polls.</summary>
    /// <param name="ask">Asks once, and says what the answer means.</param>
    /// <param name="limit">How long; zero asks once. <see cref="Timeout.InfiniteTimeSpan"/> has no end.</param>
    /// <param name="startsWithPause">Whether a pause comes before the first question.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<PollEnd> UntilAsync(Func<Task<PollStep>> ask, TimeSpan limit, bool startsWithPause, CancellationToken cancellation)
    {
        long began = clock.GetTimestamp();
        int looks = 0;
        if (startsWithPause)
        {
            await PauseAsync(pauses.Pause(0), cancellation);
        }

        while (!cancellation.IsCancellationRequested)
        {
            PollStep step = await ask();
            if (step.IsDone)
            {
                return PollEnd.Done;
            }

            TimeSpan pause = pauses.Pause(looks++);
            TimeSpan wait = step.Exactly ?? (step.AtLeast is { } wanted && wanted > pause ? wanted : pause);
            if (limit != Timeout.InfiniteTimeSpan)
            {
                TimeSpan left = limit - clock.GetElapsedTime(began);
                if (left <= TimeSpan.Zero)
                {
                    return cancellation.IsCancellationRequested ? PollEnd.Cancelled : PollEnd.TimedOut;
                }

                wait = wait < left ? wait : left;
            }

            await PauseAsync(wait, cancellation);
        }

        return PollEnd.Cancelled;
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellation)
    {
        if (pause <= TimeSpan.Zero)
        {
            return;
        }

        if (hurry is null)
        {
            await Task.Delay(pause, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(Task.Delay(pause, clock, ended.Token), hurry(ended.Token));
        await ended.CancelAsync();
    }
}
