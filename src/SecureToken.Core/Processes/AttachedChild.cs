using SecureToken.Core.Diagnostics;
using SecureToken.Core.Secrets;
using SecureToken.Core.Storage;

namespace SecureToken.Core.Processes;

/// <summary>
/// A program that a person or a script started through us and works with: our standard input, our terminal, our signals. What goes to a
/// pipe or a file passes a <see cref="Redactor"/>; a stream that is a terminal is the child's own.
/// </summary>
public sealed class AttachedChild : IDisposable
{
    private const int Interrupt = 2;
    private const int Quit = 3;

    private readonly Lock _gate = new();
    private readonly List<int> _early = [];
    private readonly List<OutputPump> _pumps = [];
    private Child? _child;

    /// <summary>
    /// Passes a signal on, also one that comes before the child is there. Not one that a key of the terminal sent: such a signal goes to
    /// the whole foreground group, and the child is in it.
    /// </summary>
    /// <param name="signal">The number of the signal.</param>
    public void Forward(int signal)
    {
        if (!OperatingSystem.IsWindows() && signal is Interrupt or Quit && Posix.IsInForeground())
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

    /// <summary>Starts the program and waits for its end.</summary>
    /// <param name="start">The program; whether its output is piped is decided here.</param>
    /// <param name="forms">What is masked.</param>
    /// <param name="output">Where its standard output goes through the filter; null for the child's own way to it.</param>
    /// <param name="error">The same for standard error.</param>
    /// <returns>How it ended; or 602.</returns>
    public Result<ChildExit> Run(ChildStart start, SecretForms forms, Stream? output, Stream? error)
    {
        ArgumentNullException.ThrowIfNull(start);
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
        child.WaitForExit(Timeout.InfiniteTimeSpan, CancellationToken.None);
        _pumps.ForEach(pump => pump.Finish());
        return child.ExitedWith!.Value;

        void Carry(Stream? from, Stream? to)
        {
            if (from is not null && to is not null)
            {
                _pumps.Add(new OutputPump(from, forms, to));
            }
        }
    }

    /// <summary>Closes our ends of the child's pipes.</summary>
    public void Dispose() => _child?.Dispose();
}
