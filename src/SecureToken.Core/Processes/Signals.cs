using System.Globalization;

namespace SecureToken.Core.Processes;

/// <summary>The numbers of signals, where a person gives a name.</summary>
public static class Signals
{
    /// <summary>SIGHUP: by custom, read the configuration again.</summary>
    public const int HangUp = 1;

    /// <summary>SIGINT.</summary>
    public const int Interrupt = 2;

    /// <summary>SIGQUIT.</summary>
    public const int Quit = 3;

    /// <summary>SIGKILL.</summary>
    public const int Kill = 9;

    /// <summary>SIGTERM.</summary>
    public const int Terminate = 15;

    private static readonly Dictionary<string, int> Numbers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["HUP"] = HangUp,
        ["INT"] = Interrupt,
        ["QUIT"] = Quit,
        ["TERM"] = Terminate,
        ["USR1"] = OperatingSystem.IsMacOS() ? 30 : 10,
        ["USR2"] = OperatingSystem.IsMacOS() ? 31 : 12,
        ["WINCH"] = 28,
        ["CONT"] = OperatingSystem.IsMacOS() ? 19 : 18,
    };

    /// <summary>The names that are known.</summary>
    public static IReadOnlyCollection<string> Names => Numbers.Keys;

    /// <summary>The number of a signal: <c>HUP</c>, <c>SIGHUP</c> or <c>1</c>; null when it is none that makes sense to send.</summary>
    public static int? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string name = text.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? text[3..] : text;
        return Numbers.TryGetValue(name, out int number) ? number
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is > 0 and < 65 ? number
            : null;
    }
}
