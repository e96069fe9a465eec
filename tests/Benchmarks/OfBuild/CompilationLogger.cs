using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using Microsoft.Build.Framework;

namespace SecureToken.Benchmarks.OfBuild;

/// <summary>
/// A logger of MSBuild that prints, at the end of a build, what its process has compiled and loaded, and what each run of our target took.
/// </summary>
public sealed class CompilationLogger : ILogger
{
    /// <summary>Begins the line of what was compiled and loaded.</summary>
    public const string Mark = "compiled-and-loaded:";

    /// <summary>Begins a line for each run of the target: CPU of the whole process, and time.</summary>
    public const string TargetMark = "target:";

    private const string Target = "SecureTokenInject";
    private readonly Process _process = Process.GetCurrentProcess();
    private TimeSpan _cpu;
    private long _began;

    /// <inheritdoc/>
    public LoggerVerbosity Verbosity { get; set; }

    /// <inheritdoc/>
    public string? Parameters { get; set; }

    private TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <inheritdoc/>
    public void Initialize(IEventSource eventSource)
    {
        eventSource.TargetStarted += (_, started) =>
        {
            if (started.TargetName == Target)
            {
                _cpu = Cpu;
                _began = Stopwatch.GetTimestamp();
            }
        };
        eventSource.TargetFinished += (_, finished) =>
        {
            if (finished.TargetName == Target)
            {
                TimeSpan wall = Stopwatch.GetElapsedTime(_began);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{TargetMark}{(Cpu - _cpu).TotalMilliseconds} {wall.TotalMilliseconds}"));
            }
        };
        eventSource.BuildFinished += static (_, _) => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Mark}{JitInfo.GetCompiledMethodCount()} {JitInfo.GetCompilationTime().TotalMilliseconds} {AppDomain.CurrentDomain.GetAssemblies().Length}"));
    }

    /// <inheritdoc/>
    public void Shutdown() => _process.Dispose();
}
