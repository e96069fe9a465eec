using System.Globalization;

namespace SecureToken.Benchmarks.Measuring;

/// <summary>
/// The peak of the resident memory of the largest process of a run. wait4 cannot tell it here: the kernel counts the memory of the
/// process that spawned, this one, as part of the child's peak. So the high-water mark in /proc is read until the end.
/// </summary>
internal static class PeakMemory
{
    /// <summary>The peak in MiB.</summary>
    public static double Of(Invocation invocation)
    {
        Child child = Child.Start(invocation);
        long peak = 0;
        var ended = Task.Run(() => child.Wait());
        while (!ended.IsCompleted)
        {
            peak = Math.Max(peak, OfTree(child.Pid));
        }

        ChildRun run = ended.GetAwaiter().GetResult();
        return run.ExitCode == 0 ? peak / 1024.0 : throw new BenchmarkException($"{invocation.File} ended with {run.ExitCode}:\n{run.Output}");
    }

    private static long OfTree(int pid)
    {
        long peak = 0;
        try
        {
            foreach (string line in File.ReadLines($"/proc/{pid}/status"))
            {
                if (line.StartsWith("VmHWM:", StringComparison.Ordinal))
                {
                    peak = long.Parse(line.AsSpan(6).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture);
                    break;
                }
            }

            foreach (string thread in Directory.EnumerateDirectories($"/proc/{pid}/task"))
            {
                foreach (string child in File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    peak = Math.Max(peak, OfTree(int.Parse(child, CultureInfo.InvariantCulture)));
                }
            }
        }
        catch (IOException)
        {
            // It has just ended.
        }

        return peak;
    }
}
