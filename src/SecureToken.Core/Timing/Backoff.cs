namespace SecureToken.Core.Timing;

/// <summary>How long to wait between tries: each pause is longer than the one before, up to a limit.</summary>
/// <param name="First">The first pause.</param>
/// <param name="Longest">No pause is longer.</param>
/// <param name="Factor">How many times as long as the one before each pause is.</param>
internal readonly record struct Backoff(TimeSpan First, TimeSpan Longest, double Factor = 2)
{
    /// <summary>The pause after some failed tries.</summary>
    /// <param name="tries">How many pauses there have been; 0 for the first pause.</param>
    public TimeSpan Pause(int tries)
    {
        // Compared before it becomes a time: the power grows beyond what a time can hold.
        double ticks = First.Ticks * Math.Pow(Factor, tries);
        return ticks < Longest.Ticks ? TimeSpan.FromTicks((long)ticks) : Longest;
    }

    /// <summary>A random share of the pause (full jitter), so that many who wait do not come back in step.</summary>
    /// <param name="tries">How many pauses there have been; 0 for the first pause.</param>
    /// <param name="left">What is left of a deadline, which the share stays below; null when there is none.</param>
    public TimeSpan Jittered(int tries, TimeSpan? left = null)
    {
        TimeSpan pause = Pause(tries);
        TimeSpan ceiling = left < pause ? left.Value : pause;
        return ceiling > TimeSpan.Zero ? ceiling * Random.Shared.NextDouble() : TimeSpan.Zero;
    }
}
