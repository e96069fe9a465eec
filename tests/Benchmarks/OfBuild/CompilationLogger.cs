using System.Globalization;
using System.Runtime;
using Microsoft.Build.Framework;

namespace SecureToken.Benchmarks.OfBuild;

/// <summary>A logger of MSBuild that prints, at the end of a build, what its process has compiled and loaded.</summary>
public sealed class CompilationLogger : ILogger
{
    /// <summary>Begins the line that it prints.</summary>
    public const string Mark = "compiled-and-loaded:";

    /// <inheritdoc/>
    public LoggerVerbosity Verbosity { get; set; }

    /// <inheritdoc/>
    public string? Parameters { get; set; }

    /// <inheritdoc/>
    public void Initialize(IEventSource eventSource) => eventSource.BuildFinished += static (_, _) =>
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Mark}{JitInfo.GetCompiledMethodCount()} {JitInfo.GetCompilationTime().TotalMilliseconds} {AppDomain.CurrentDomain.GetAssemblies().Length}"));

    /// <inheritdoc/>
    public void Shutdown()
    {
    }
}
