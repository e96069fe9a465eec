using System.Globalization;
using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;
using SecureToken.Core.Processes;

namespace SecureToken.Tool.Terminal;

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
    private readonly Stream _output = OpenOutput();
    private readonly Stream _error = OpenError();
    private readonly bool _isTerminal;
    private readonly bool _color;
    private readonly bool _links;
    private readonly bool _colorOnOutput;
    private readonly bool _wrapsAgain;
    private readonly Lock _screen = new();
    private int _isReadingInput;
    private volatile bool _isAsking;
    private int _drawn;
    private volatile bool _isOutputLost;

    public ToolConsole(Func<string, string?> environment)
    {
        Environment = environment;
        Live = new LiveLine(this);

        // Terminals wrap what is on the screen again when they get narrower, but for these two.
        _wrapsAgain = environment("XTERM_VERSION") is null && environment("TERM") != "linux";
        _isTerminal = !Console.IsErrorRedirected && Obeys(2);
        bool wantsColor = string.IsNullOrEmpty(environment("NO_COLOR"));
        _color = wantsColor && _isTerminal;
        _links = _isTerminal && Hyperlinks.AreShown(environment);
        _colorOnOutput = wantsColor && !Console.IsOutputRedirected && Obeys(1);

        // A terminal says by TERM what it obeys. A console of Windows is asked, and a terminal there may have TERM too.
        bool Obeys(int descriptor) =>
            environment("TERM") != "dumb"
            && (OperatingSystem.IsWindows() ? WindowsConsole.TryObeySequences(descriptor) : environment("TERM") is not null);
    }

    public Func<string, string?> Environment { get; }

    public Verbosity Verbosity { get; set; } = Verbosity.Normal;

    /// <summary>When something was written last, as a time stamp of <see cref="TimeProvider.System"/>.</summary>
    public long LastWritten { get; private set; } = TimeProvider.System.GetTimestamp();

    /// <summary>The line that says what is awaited.</summary>
    public LiveLine Live { get; }

    /// <summary>True when what is written to standard output is seen by a person.</summary>
    public static bool OutputIsTerminal => !Console.IsOutputRedirected;

    /// <summary>
    /// How many characters a line of the terminal on standard output holds; null where there is none, or it does not say.
    /// </summary>
    public static int? Width => OutputIsTerminal ? ColumnsOf(1) : null;

    /// <summary>True while standard input is awaited.</summary>
    public bool IsReadingInput => Volatile.Read(ref _isReadingInput) != 0;

    /// <summary>Standard input, for a credential. A person at a terminal is told that it is awaited.</summary>
    /// <exception cref="OperationCanceledException">A signal came before.</exception>
    public Stream OpenInput(CancellationToken cancellation)
    {
        if (!Console.IsInputRedirected)
        {
            Say($"Reading the credential from standard input; end it with Enter and "
                + $"{(OperatingSystem.IsWindows() ? "Ctrl-Z, Enter" : "Ctrl-D")}. It is shown as you type: a pipe is safer.");
        }

        // First the fingerprint, then the look, with a fence between: the signal's handler does it in the other order, so one of the two
        // sees.
        _isAsking = true;
        Interlocked.Exchange(ref _isReadingInput, 1);
        cancellation.ThrowIfCancellationRequested();
        return new WatchedInput(OpenStandardInput(), () =>
        {
            Interlocked.Exchange(ref _isReadingInput, 0);
            _isAsking = false;
        });
    }

    private static Stream OpenStandardInput() => StandardDescriptors.IsMissing(0) ? Stream.Null : Console.OpenStandardInput();

    /// <summary>
    /// What gives a token: a person at a terminal is asked for it, and it is not shown; else it is standard input to its end.
    /// </summary>
    /// <param name="question">What a person is asked for.</param>
    /// <param name="cancellation">A signal.</param>
    /// <param name="endsBySignal">Whether a signal ends the process while it is awaited: nothing has begun yet.</param>
    /// <exception cref="OperationCanceledException">A signal came before.</exception>
    public Stream OpenToken(string question, CancellationToken cancellation, bool endsBySignal = true)
    {
        Interlocked.Exchange(ref _isReadingInput, endsBySignal ? 1 : 0);
        _isAsking = true;
        try
        {
            cancellation.ThrowIfCancellationRequested();
            if (!Console.IsInputRedirected)
            {
                return SecretPrompt.Read(question, text => TryWrite(text));
            }
        }
        finally
        {
            Interlocked.Exchange(ref _isReadingInput, 0);
            _isAsking = false;
        }

        return endsBySignal ? OpenInput(cancellation) : OpenStandardInput();
    }

    /// <summary>True when a person can be asked something, and sees the question.</summary>
    public static bool CanAsk => !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <summary>True when a line may be drawn again and again.</summary>
    public bool IsLive => _isTerminal && Verbosity >= Verbosity.Normal;

    /// <summary>
    /// Draws a line in the place of the one that was drawn before; an empty one takes it away. It is cut to the width of the terminal, so
    /// it never wraps, and nothing is drawn into a question. Whatever else is written takes the place of the line.
    /// </summary>
    public void Draw(string line)
    {
        lock (_screen)
        {
            if (_isAsking || (line.Length == 0 && _drawn == 0))
            {
                return;
            }

            // The last column stays free: some terminals wrap as soon as it is written.
            int columns = Columns;
            string shown = DisplayText.Cut(PrintableText.Of(line), columns - 1);
            Send(UpToDrawn(columns) + "\r" + shown + "\e[K");
            _drawn = DisplayText.WidthOf(shown);
        }
    }

    private static int Columns => ColumnsOf(2) ?? 80;

    private static int? ColumnsOf(int descriptor)
    {
        if (!OperatingSystem.IsWindows())
        {
            return TerminalWidth.Of(descriptor);
        }

        try
        {
            return Console.WindowWidth is > 0 and int width ? width : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>
    /// Clears the rows below the first of the line, if the terminal has become narrower and has wrapped it since, and goes to that first.
    /// Row by row: tmux keeps what one command clears in its history.
    /// </summary>
    private string UpToDrawn(int columns) =>
        _wrapsAgain && _drawn > columns ? string.Concat(Enumerable.Repeat("\e[2K\e[1A", (_drawn - 1) / columns)) : string.Empty;

    private string Cleared()
    {
        if (_drawn == 0)
        {
            return string.Empty;
        }

        string cleared = UpToDrawn(Columns) + "\r\e[K";
        _drawn = 0;
        return cleared;
    }

    /// <summary>Asks a person; no answer is no.</summary>
    /// <exception cref="OperationCanceledException">A signal came before.</exception>
    public bool Confirm(string question, CancellationToken cancellation) =>
        Ask(question + " [y/N] ", cancellation)?.ToUpperInvariant() is "Y" or "YES";

    /// <summary>Asks a person for one of several things, or for something else.</summary>
    /// <param name="title">What they are; not shown when there are none.</param>
    /// <param name="items">The things.</param>
    /// <param name="question">The question.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="chosen">The index of the one whose number was given; -1 for another answer.</param>
    /// <returns>The answer; null when there is none.</returns>
    /// <exception cref="OperationCanceledException">A signal came before.</exception>
    public string? Choose(string title, IReadOnlyList<string> items, string question, CancellationToken cancellation, out int chosen)
    {
        if (items.Count > 0)
        {
            WriteLine(title);
            for (int i = 0; i < items.Count; i++)
            {
                WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {i + 1,2}  {items[i]}"));
            }
        }

        string? answer = Ask(question + ": ", cancellation);
        chosen = int.TryParse(answer, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1
            && number <= items.Count ? number - 1 : -1;
        return answer;
    }

    private string? Ask(string question, CancellationToken cancellation)
    {
        _isAsking = true;
        if (!TryWrite(PrintableText.Of(question)))
        {
            // Nobody has seen it.
            _isAsking = false;
            return null;
        }

        Interlocked.Exchange(ref _isReadingInput, 1);
        try
        {
            cancellation.ThrowIfCancellationRequested();
            if (Console.In.ReadLine() is { } answer)
            {
                return answer.Trim();
            }

            // The end was typed and no Enter, so what comes next would be behind the question.
            WriteLine(string.Empty);
            return null;
        }
        finally
        {
            Interlocked.Exchange(ref _isReadingInput, 0);
            _isAsking = false;
        }
    }

    /// <summary>Standard output, for bytes of another program; its end is reported by an exception.</summary>
    public static Stream OpenOutput() =>
        OperatingSystem.IsWindows() ? WindowsConsole.Open(1) ?? Console.OpenStandardOutput() : new DescriptorStream(1);

    /// <summary>Standard error, for bytes of another program.</summary>
    public static Stream OpenError() =>
        OperatingSystem.IsWindows() ? WindowsConsole.Open(2) ?? Console.OpenStandardError() : new DescriptorStream(2);

    /// <summary>
    /// Writes data to standard output, as bytes: no decoder or buffer keeps a copy. What cannot be written is told, the work goes on, and
    /// <see cref="ExitWith"/> says it at the end.
    /// </summary>
    public void WriteData(ReadOnlySpan<byte> utf8)
    {
        // A reader that wants no more has its reasons; whoever reads `status | head` wants no error.
        if (Emit(utf8) is { } lost && (OperatingSystem.IsWindows() || !DescriptorStream.MeansReaderHasGone(lost)) && !_isOutputLost)
        {
            _isOutputLost = true;
            Error(Lost(lost));
        }
    }

    /// <summary>Writes data for whoever deals with the failure.</summary>
    /// <returns>Null; or 530 with the system's reason.</returns>
    public Failure? TryWriteData(ReadOnlySpan<byte> utf8) => Emit(utf8) is { } lost ? Lost(lost) : null;

    /// <summary>The exit status of a command whose work came to another: work that is done, and data that is lost, is no success.</summary>
    public int ExitWith(int status) => status == 0 && _isOutputLost ? (int)DiagnosticDescriptors.OutputLost.Exit : status;

    /// <summary>Writes lines for a person on standard output, where a pager or a file may take them.</summary>
    public void Print(IEnumerable<PrintedLine> lines)
    {
        var text = new StringBuilder();
        foreach (PrintedLine line in lines)
        {
            if (line.Word.Length > 0)
            {
                string word = PrintableText.Of(line.Word);
                text.Append("  ").Append(_colorOnOutput ? $"\e[{line.Color}m{word}\e[0m" : word);
            }

            text.Append(PrintableText.Of(line.Text).TrimEnd()).Append('\n');
        }

        WriteData(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>Says something to a person, with the home directory as a tilde.</summary>
    public void Say(string line)
    {
        if (Verbosity >= Verbosity.Normal)
        {
            WriteLine(HomePath.Shorten(line, Environment));
        }
    }

    /// <summary>Says what must be said also to whoever wants to hear of errors only.</summary>
    public void Always(string line) => WriteLine(line);

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
        // In one write: another process may write to the same terminal or file.
        string label = _color ? $"\e[{color}m{level}\e[0m" : level;
        string shown = PrintableText.Of(failure.Code);
        string code = _links ? $"\e]8;;{failure.Descriptor.HelpLink}\e\\{shown}\e]8;;\e\\" : shown;
        string next = failure.NextStep.Length > 0 ? $"  {PrintableText.Of(failure.NextStep)}{System.Environment.NewLine}" : string.Empty;
        string page = Verbosity >= Verbosity.Verbose ? $"  See {failure.Descriptor.HelpLink}{System.Environment.NewLine}" : string.Empty;
        TryWrite($"dotnet-sectoken : {label} {code}: {PrintableText.Of(failure.Message)}{System.Environment.NewLine}{next}{page}");
    }

    private void WriteLine(string line) => TryWrite(PrintableText.Of(line) + System.Environment.NewLine);

    private IOException? Emit(ReadOnlySpan<byte> utf8)
    {
        lock (_screen)
        {
            if (_drawn > 0 && OutputIsTerminal)
            {
                Send(Cleared());
            }

            try
            {
                _output.Write(utf8);
                _output.Flush();
                return null;
            }
            catch (IOException exception)
            {
                return exception;
            }
        }
    }

    private static Failure Lost(IOException exception) =>
        Failure.Of(DiagnosticDescriptors.OutputLost, "Standard output", ChildOutput.ReasonOf(exception));

    /// <summary>
    /// Text for people is best effort: where it cannot be written the work goes on, and the exit status says how it went.
    /// </summary>
    /// <returns>Whether it was written.</returns>
    private bool TryWrite(string text)
    {
        lock (_screen)
        {
            LastWritten = TimeProvider.System.GetTimestamp();
            return Send(Cleared() + text);
        }
    }

    private bool Send(string text)
    {
        try
        {
            _error.Write(Encoding.UTF8.GetBytes(text));
            _error.Flush();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}

/// <summary>A line on standard output.</summary>
/// <param name="Text">What follows the word.</param>
internal readonly record struct PrintedLine(string Text)
{
    /// <summary>The word that the line begins with, indented and coloured; empty for none.</summary>
    public string Word { get; init; } = string.Empty;

    /// <summary>The number of its colour, where there are colours.</summary>
    public string Color { get; init; } = Plain;

    public const string Plain = "0";
    public const string Good = "32";
    public const string Warning = "33";
    public const string Bad = "31";
    public const string Faint = "2";
}
