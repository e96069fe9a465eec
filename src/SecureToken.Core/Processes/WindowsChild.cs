using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Processes;

/// <summary>A child on Windows. Not run by us.</summary>
internal sealed class WindowsChild : Child
{
    private readonly Process _process;

    private WindowsChild(Process process, ChildStart start)
    {
        _process = process;
        Input = start.PipesInput ? process.StandardInput.BaseStream : null;
        Output = start.PipesOutput ? process.StandardOutput.BaseStream : null;
        Error = start.PipesError ? process.StandardError.BaseStream : null;
    }

    public override int Id => _process.Id;

    public override ChildExit? ExitedWith => _process.HasExited ? new ChildExit(_process.ExitCode, 0) : null;

    public override bool LeftInputUnread => false;

    public static Result<Child> Begin(ChildStart start)
    {
        if (Path.GetExtension(start.Program).ToUpperInvariant() is ".BAT" or ".CMD" && start.Line.Skip(1).Any(NeedsQuoting))
        {
            // cmd.exe reads the line of a batch file a second time, and no quoting is safe from it.
            return Failure.Of(
                DiagnosticDescriptors.ProgramNotExecutable, start.Program,
                "a batch file gets no argument with other characters than letters, digits and -_./\\:=@+,");
        }

        var information = new ProcessStartInfo(start.Program, start.Line.Skip(1))
        {
            UseShellExecute = false,
            WorkingDirectory = start.Directory ?? string.Empty,
            RedirectStandardInput = start.PipesInput,
            RedirectStandardOutput = start.PipesOutput,
            RedirectStandardError = start.PipesError,
        };
        IReadOnlyList<string> given = start.Environment.Apply(information.Environment);
        try
        {
            return new WindowsChild(Process.Start(information)!, start);
        }
        catch (Win32Exception exception)
        {
            return Failure.Of(DiagnosticDescriptors.ProgramNotExecutable, start.Program, exception.Message.TrimEnd('.', ' '));
        }
        finally
        {
            foreach (string value in given)
            {
                MemoryMarshal.AsMemory(value.AsMemory()).Span.Clear();
            }
        }
    }

    public override bool WaitForExit(TimeSpan limit, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stop.CancelAfter(limit);
        try
        {
            _process.WaitForExitAsync(stop.Token).GetAwaiter().GetResult();
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public override void Signal(int signal)
    {
    }

    public override void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or AggregateException)
        {
            // It has ended meanwhile, or something it started may not be ended by us.
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _process.Dispose();
    }

    private static bool NeedsQuoting(string argument) =>
        argument.Length == 0
            || argument.Any(
            character => !char.IsAsciiLetterOrDigit(character) && !"-_./\\:=@+,".Contains(character, StringComparison.Ordinal));
}
