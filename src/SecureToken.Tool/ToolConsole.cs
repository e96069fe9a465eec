using System.Globalization;
using SecureToken.Core.Diagnostics;
using SecureToken.Tool.Output;

namespace SecureToken.Tool;

/// <summary>How much the tool says.</summary>
internal enum Verbosity
{
    Quiet,
    Normal,
    Verbose,
}

/// <summary>The terminal or the pipes of this process: data goes to standard output, everything else to standard error.</summary>
internal sealed class ToolConsole
{
    private readonly TextWriter _error = Console.Error;
    private readonly bool _color;
    private int _isReadingInput;

    public ToolConsole(Func<string, string?> environment)
    {
        Environment = environment;
        _color = !Console.IsErrorRedirected && string.IsNullOrEmpty(environment("NO_COLOR")) && environment("TERM") is not (null or "dumb");
    }

    public Func<string, string?> Environment { get; }

    public Verbosity Verbosity { get; set; } = Verbosity.Normal;

    /// <summary>True when what is written to standard output is seen by a person.</summary>
    public static bool OutputIsTerminal => !Console.IsOutputRedirected;

    /// <summary>True while standard input is awaited.</summary>
    public bool IsReadingInput => Volatile.Read(ref _isReadingInput) != 0;

    /// <summary>Standard input, for a credential. A person at a terminal is told that it is awaited.</summary>
    /// <exception cref="OperationCanceledException">A signal came before.</exception>
    public Stream OpenInput(CancellationToken cancellation)
    {
        if (!Console.IsInputRedirected)
        {
            Say("Reading the credential from standard input; end it with Enter and Ctrl-D. It is shown as you type: a pipe is safer.");
        }

        // First the mark, then the look, with a fence between: the signal's handler does it in the other order, so one of the two sees.
        Interlocked.Exchange(ref _isReadingInput, 1);
        cancellation.ThrowIfCancellationRequested();
        return new WatchedInput(() => Interlocked.Exchange(ref _isReadingInput, 0));
    }

    /// <summary>Writes data, as bytes: no decoder or buffer keeps a copy.</summary>
    public static void WriteData(ReadOnlySpan<byte> utf8)
    {
        try
        {
            using Stream output = Console.OpenStandardOutput();
            output.Write(utf8);
            output.Flush();
        }
        catch (IOException exception)
        {
            throw new OutputLostException(exception);
        }
    }

    public void Say(string line)
    {
        if (Verbosity >= Verbosity.Normal)
        {
            WriteLine(line);
        }
    }

    public void Detail(string line)
    {
        if (Verbosity >= Verbosity.Verbose)
        {
            WriteLine(line);
        }
    }

    public void Warn(Failure warning)
    {
        if (Verbosity >= Verbosity.Normal)
        {
            Write("warning", "33", warning);
        }
    }

    public void Error(Failure failure) => Write("error", "31", failure);

    private void Write(string level, string color, Failure failure)
    {
        string label = _color ? $"\e[{color}m{level}\e[0m" : level;
        _error.Write($"dotnet-sectoken : {label} ");
        WriteLine($"{failure.Code}: {failure.Message}");
        if (failure.NextStep.Length > 0)
        {
            WriteLine($"  {failure.NextStep}");
        }
    }

    // The last guard: a message can hold a path or a team's name, and a terminal obeys what it prints.
    private void WriteLine(string line) =>
        _error.WriteLine(string.Create(line.Length, line, static (shown, text) =>
        {
            for (int i = 0; i < text.Length; i++)
            {
                shown[i] = char.GetUnicodeCategory(text[i]) is UnicodeCategory.Control or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? '?' : text[i];
            }
        }));
}
