using System.Diagnostics;

namespace SecureToken.Core.Interop;

/// <summary>Waits between tries: random, 1 ms at first, 50 ms at most, until a limit is over.</summary>
/// <remarks>Random, so that a hundred waiting processes do not come back in step.</remarks>
internal struct Backoff(TimeSpan limit)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private double _ceiling = 1;

    /// <summary>False when the limit is over; else waits a little. Cancelling ends the wait early.</summary>
    public bool Wait(CancellationToken cancellation)
    {
        TimeSpan left = limit - Stopwatch.GetElapsedTime(_started);
        if (left <= TimeSpan.Zero)
        {
            return false;
        }

        TimeSpan wait = TimeSpan.FromMilliseconds(1 + (Random.Shared.NextDouble() * (_ceiling - 1)));
        _ceiling = Math.Min(50, _ceiling * 2);
        cancellation.WaitHandle.WaitOne(wait < left ? wait : left);
        return true;
    }
}
