using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Processes;

/// <summary>
/// A program that a person or a script started through us and works with: our standard input, our terminal, our signals. What goes to a
/// pipe or a file passes a <see cref="Redactor"/>; a stream that is a terminal is the child's own.
/// </summary>
public sealed class ForegroundProcess : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<int> _early = [];
    private readonly List<OutputPump> _pumps = [];
    private readonly ChildExit? _neverStarted;
    private TerminalModes? _modes;
    private Child? _child;

    /// <summary>A program that is not there yet.</summary>
    public ForegroundProcess()
    {
    }

    /// <summary>A program that was to end before it was started.</summary>
    internal ForegroundProcess(ChildExit neverStarted) => _neverStarted = neverStarted;

    /// <summary>How it ended, once its end was waited for.</summary>
    public ChildExit? Exit => _neverStarted ?? _child?.ExitedWith;

    /// <summary>
    /// Passes a signal on, also one that comes before the child is there. Not one that a key of the terminal sent: such a signal goes to
    /// the whole foreground group, and the child is in it.
    /// </summary>
    /// <param name="signal">The number of the signal.</param>
    public void Forward(int signal)
    {
        if (!OperatingSystem.IsWindows() && signal is Signals.Interrupt or Signals.Quit && Posix.IsInForeground())
        {
            return;
        }

        lock (_gate)
        {
            if (_child is null)
            {
                _early.Add(signal);
            }
            else
            {
                _child.Signal(signal);
            }
        }
    }

    /// <summary>Starts the program and waits for its end, see <see cref="Start"/>.</summary>
    /// <returns>How it ended; or 602.</returns>
    public Result<ChildExit> Run(ChildStart start, SecretForms forms, Stream? output, Stream? error)
    {
        if (Start(start, forms, output, error) is { } failure)
        {
            return failure;
        }

        WaitForExit(Timeout.InfiniteTimeSpan, CancellationToken.None);
        return Exit!.Value;
    }

    /// <summary>Starts the program.</summary>
    /// <param name="start">The program; whether its output is piped is decided here.</param>
    /// <param name="forms">What is masked.</param>
    /// <param name="output">Where its standard output goes through the filter; null for the child's own way to it.</param>
    /// <param name="error">The same for standard error.</param>
    /// <returns>Null; or 602.</returns>
    public Failure? Start(ChildStart start, SecretForms forms, Stream? output, Stream? error)
    {
        ArgumentNullException.ThrowIfNull(start);
        _modes = TerminalModes.Now();
        Result<Child> started = Child.Start(start with { PipesOutput = output is not null, PipesError = error is not null });
        if (!started.Succeeded(out Child? child, out Failure? failure))
        {
            return failure;
        }

        lock (_gate)
        {
            _child = child;
            _early.ForEach(child.Signal);
        }

        Carry(child.Output, output);
        Carry(child.Error, error);
        return null;

        void Carry(Stream? from, Stream? to)
        {
            if (from is not null && to is not null)
            {
                _pumps.Add(new OutputPump(from, forms, to));
            }
        }
    }

    /// <summary>Waits for its end, and until what it has written is carried.</summary>
    /// <returns>False when the limit was over or the wait was cancelled before.</returns>
    public bool WaitForExit(TimeSpan limit, CancellationToken cancellation)
    {
        if (_neverStarted is null && !_child!.WaitForExit(limit, cancellation))
        {
            return false;
        }

        _pumps.ForEach(pump => pump.Finish());
        return true;
    }

    /// <summary>Sends it a signal of our own.</summary>
    public void Signal(int signal) => _child?.Signal(signal);

    /// <summary>From here on other secrets are masked.</summary>
    public void Mask(SecretForms forms) => _pumps.ForEach(pump => pump.Mask(forms));

    /// <summary>
    /// Ends it: asked first, and by force when the time is over. The terminal gets back the modes that it had before: a program that reads
    /// keys or a password has switched off the echo, and may have had no time to switch it on.
    /// </summary>
    /// <param name="grace">How long it may take.</param>
    public ChildExit End(TimeSpan grace)
    {
        Signal(Signals.Terminate);
        if (OperatingSystem.IsWindows() || !WaitForExit(grace, CancellationToken.None))
        {
            if (OperatingSystem.IsWindows())
            {
                _child!.Kill();
            }

            Signal(Signals.Kill);
            WaitForExit(Timeout.InfiniteTimeSpan, CancellationToken.None);
        }

        _modes?.Restore();
        return Exit!.Value;
    }

    /// <summary>Closes our ends of the child's pipes.</summary>
    public void Dispose() => _child?.Dispose();
}
