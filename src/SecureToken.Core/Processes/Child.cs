using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;

namespace SecureToken.Core.Processes;

/// <summary>A program that was started here. Disposing it leaves it running.</summary>
public abstract class Child : IDisposable
{
    private protected Child()
    {
    }

    /// <summary>Its standard input, when that is a pipe.</summary>
    public Stream? Input { get; private protected init; }

    /// <summary>Its standard output, when that is a pipe.</summary>
    public Stream? Output { get; private protected init; }

    /// <summary>Its standard error, when that is a pipe.</summary>
    public Stream? Error { get; private protected init; }

    /// <summary>Its process id.</summary>
    public abstract int Id { get; }

    /// <summary>How it ended; null while it runs.</summary>
    public abstract ChildExit? ExitedWith { get; }

    /// <summary>Whether it ended with bytes on its standard input that it had not read. False where the system cannot tell.</summary>
    public abstract bool LeftInputUnread { get; }

    /// <summary>Starts a program.</summary>
    /// <returns>The child; or 602 with the system's reason.</returns>
    public static Result<Child> Start(ChildStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        return OperatingSystem.IsWindows() ? WindowsChild.Begin(start) : PosixChild.Begin(start);
    }

    /// <summary>
    /// Becomes the program: same process id, same parent, same terminal, and nothing of us stays in between or in memory. Unix only.
    /// </summary>
    /// <returns>602 with the system's reason: whoever comes back from here has failed.</returns>
    public static Failure Replace(ChildStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        return OperatingSystem.IsWindows()
            ? throw new PlatformNotSupportedException()
            : NotStarted(start, Posix.Replace(start.Program, start.Line, start.Environment.ToBlock()));
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>False when the limit was over or the wait was cancelled before.</returns>
    public abstract bool WaitForExit(TimeSpan limit, CancellationToken cancellation);

    /// <summary>Sends it a signal, unless it has ended. Without effect on Windows.</summary>
    public abstract void Signal(int signal);

    /// <summary>Ends it and what it started: asked first, then by force.</summary>
    public abstract void Kill();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes our ends of its pipes.</summary>
    protected virtual void Dispose(bool disposing)
    {
        Input?.Dispose();
        Output?.Dispose();
        Error?.Dispose();
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private protected static Failure NotStarted(ChildStart start, int error) => error == Posix.NoEntry && File.Exists(start.Program)
        ? Failure.Of(DiagnosticDescriptors.ProgramNotExecutable, start.Program, "the interpreter in its first line does not exist")
        : Failure.Of(DiagnosticDescriptors.ProgramNotExecutable, start.Program, Posix.Reason(error));
}
