using SecureToken.Core.Diagnostics;

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

    public ToolConsole(Func<string, string?> environment)
    {
        Environment = environment;
        _color = !Console.IsErrorRedirected && string.IsNullOrEmpty(environment("NO_COLOR")) && environment("TERM") is not (null or "dumb");
    }

    public Func<string, string?> Environment { get; }

    public Verbosity Verbosity { get; set; } = Verbosity.Normal;

    /// <summary>True when what is written to standard output is seen by a person.</summary>
    public static bool OutputIsTerminal => !Console.IsOutputRedirected;

    /// <summary>Writes data, as bytes: no decoder or buffer keeps a copy.</summary>
    public static void WriteData(ReadOnlySpan<byte> utf8)
    {
        using Stream output = Console.OpenStandardOutput();
        output.Write(utf8);
        output.Flush();
    }

    public void Say(string line)
    {
        if (Verbosity >= Verbosity.Normal)
        {
            _error.WriteLine(line);
        }
    }

    public void Detail(string line)
    {
        if (Verbosity >= Verbosity.Verbose)
        {
            _error.WriteLine(line);
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
        _error.WriteLine($"dotnet-sectoken : {label} {failure.Code}: {failure.Message}");
        if (failure.NextStep.Length > 0)
        {
            _error.WriteLine($"  {failure.NextStep}");
        }
    }
}
