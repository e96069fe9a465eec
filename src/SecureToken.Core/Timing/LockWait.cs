using System.Diagnostics;

namespace SecureToken.Core.Timing;

/// <summary>Waits for a lock between tries: random, 1 ms at first, 50 ms at most, until a limit is over.</summary>
internal struct LockWait(TimeSpan limit)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly Backoff Pauses = new(Shortest, TimeSpan.FromMilliseconds(50));

    private readonly long _started = Stopwatch.GetTimestamp();
    private int _tries;

    /// <summary>False when the limit is over; else waits a little. Cancelling ends the wait early.</summary>
    public bool Wait(CancellationToken cancellation)
    {
        TimeSpan left = limit - Stopwatch.GetElapsedTime(_started);
        if (left <= TimeSpan.Zero)
        {
            return false;
        }

        TimeSpan wait = Pauses.Jittered(_tries++);
        wait = wait > Shortest ? wait : Shortest;
        cancellation.WaitHandle.WaitOne(wait < left ? wait : left);
        return true;
    }
}
