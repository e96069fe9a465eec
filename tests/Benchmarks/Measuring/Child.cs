using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SecureToken.Benchmarks.Measuring;

/// <summary>
/// A process started with posix_spawn and ended with wait4: .NET's own Process takes milliseconds of its own and does not tell the
/// processor time of descendants. Not to be used while a System.Diagnostics.Process runs: orphans are reaped whoever started them.
/// </summary>
internal sealed class Child
{
    private static readonly ConcurrentDictionary<int, Child> Running = [];
    private readonly string _output;
    private readonly long _started;

    private Child(int pid, string output, long started)
    {
        Pid = pid;
        _output = output;
        _started = started;
    }

    public int Pid { get; }

    /// <summary>Makes descendants that outlive their parent children of this process, so that they can be counted and ended.</summary>
    public static void AdoptOrphans() => _ = Native.Control(Native.SetChildSubreaper, 1, 0, 0, 0);

    /// <summary>Ends what is still running.</summary>
    public static void KillAll()
    {
        foreach (Child child in Running.Values)
        {
            child.Kill();
        }
    }

    /// <summary>Runs an invocation to its end; another exit status than the expected one is an error.</summary>
    public static ChildRun Run(Invocation invocation, int expected = 0)
    {
        ChildRun run = Start(invocation).Wait();
        return run.ExitCode == expected
            ? run
            : throw new BenchmarkException($"{invocation.File} {string.Join(' ', invocation.Arguments)} ended with {run.ExitCode}:\n{run.Output}");
    }

    public static unsafe Child Start(Invocation invocation)
    {
        string output = Path.GetTempFileName();
        string?[] arguments = [invocation.File, .. invocation.Arguments, null];
        string?[] environment = [.. invocation.Environment.Select(variable => $"{variable.Key}={variable.Value}"), null];
        byte* actions = stackalloc byte[Native.OpaqueSize];
        byte* attributes = stackalloc byte[Native.OpaqueSize];
        byte* signals = stackalloc byte[Native.OpaqueSize];
        _ = Native.InitActions(actions);
        _ = Native.InitAttributes(attributes);
        try
        {
            _ = Native.AddOpen(actions, 0, "/dev/null", Native.ReadOnly, 0);
            _ = Native.AddOpen(actions, 1, output, Native.WriteNew, 0x180);
            _ = Native.AddDuplicate(actions, 1, 2);
            _ = Native.AddDirectory(actions, invocation.Directory);

            // The .NET runtime ignores SIGPIPE, and a child would inherit that.
            _ = Native.EmptySignals(signals);
            _ = Native.AddSignal(signals, Native.BrokenPipe);
            _ = Native.SetDefaultSignals(attributes, signals);
            _ = Native.SetFlags(attributes, Native.OwnGroupAndDefaultSignals);

            long started = Stopwatch.GetTimestamp();
            int error = Native.Spawn(out int pid, invocation.File, actions, attributes, arguments, environment);
            if (error != 0)
            {
                File.Delete(output);
                throw new BenchmarkException($"{invocation.File} cannot be started: {Marshal.GetPInvokeErrorMessage(error)}");
            }

            return Running[pid] = new Child(pid, output, started);
        }
        finally
        {
            _ = Native.DestroyActions(actions);
            _ = Native.DestroyAttributes(attributes);
        }
    }

    /// <summary>Kills the process and what it started, at once.</summary>
    public void Kill() => _ = Native.Signal(-Pid, Native.Kill);

    /// <summary>Waits for the end of the process, and after that, not counted as time on the wall, of what it left behind.</summary>
    public ChildRun Wait(bool withOrphans = true)
    {
        int status;
        Native.ResourceUsage usage;
        while (Native.Wait(Pid, out status, 0, out usage) != Pid)
        {
            // Interrupted by a signal.
        }

        TimeSpan wall = Stopwatch.GetElapsedTime(_started);
        Running.TryRemove(Pid, out _);
        TimeSpan cpu = usage.Cpu + (withOrphans ? ReapOrphans() : TimeSpan.Zero);
        string text = File.ReadAllText(_output);
        File.Delete(_output);
        int signal = status & 0x7F;
        return new ChildRun(signal == 0 ? (status >> 8) & 0xFF : 128 + signal, wall, cpu, text);
    }

    private static TimeSpan ReapOrphans()
    {
        TimeSpan cpu = TimeSpan.Zero;
        long since = Stopwatch.GetTimestamp();
        while (true)
        {
            int pid = Native.Wait(-1, out _, Native.NoHang, out Native.ResourceUsage usage);
            if (pid > 0)
            {
                cpu += usage.Cpu;
            }
            else if (pid < 0 && Marshal.GetLastPInvokeError() == Native.NoChildren)
            {
                return cpu;
            }
            else if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromSeconds(30))
            {
                throw new BenchmarkException("A process that a measured command left behind does not end.");
            }
            else
            {
                Thread.Sleep(1);
            }
        }
    }
}
