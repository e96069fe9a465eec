using System.Diagnostics;

namespace SecureToken.Benchmarks.Measuring;

/// <summary>A pause that ends when it should, not when the scheduler next looks.</summary>
internal static class Pause
{
    public static void Precisely(double milliseconds)
    {
        long start = Stopwatch.GetTimestamp();
        if (milliseconds > 3)
        {
            Thread.Sleep((int)milliseconds - 2);
        }

        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < milliseconds)
        {
            Thread.SpinWait(20);
        }
    }
}
