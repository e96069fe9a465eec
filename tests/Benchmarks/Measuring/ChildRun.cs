namespace SecureToken.Benchmarks.Measuring;

/// <summary>What a process and its descendants came to.</summary>
/// <param name="ExitCode">Its exit status, or 128 and the signal that ended it.</param>
/// <param name="Wall">From the moment before it was started to the moment after its end was seen.</param>
/// <param name="Cpu">User and system time of the process and all its descendants.</param>
/// <param name="Output">Standard output and error.</param>
internal sealed record ChildRun(int ExitCode, TimeSpan Wall, TimeSpan Cpu, string Output)
{
    public const int Killed = 128 + Native.Kill;
}
