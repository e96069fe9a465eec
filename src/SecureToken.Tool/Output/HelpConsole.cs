using McMaster.Extensions.CommandLineUtils;

namespace SecureToken.Tool.Output;

/// <summary>Where help goes. The parser's own console would send control sequences to the terminal before anything is said.</summary>
internal sealed class HelpConsole : IConsole
{
    public event ConsoleCancelEventHandler? CancelKeyPress
    {
        add { }
        remove { }
    }

    public TextWriter Out { get; } = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };

    public TextWriter Error => TextWriter.Null;

    public TextReader In => TextReader.Null;

    public bool IsInputRedirected => true;

    public bool IsOutputRedirected => true;

    public bool IsErrorRedirected => true;

    public ConsoleColor ForegroundColor { get; set; }

    public ConsoleColor BackgroundColor { get; set; }

    public void ResetColor()
    {
    }
}
