using System.Text;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Processes;

/// <summary>A program and its arguments as a person would type them, for messages.</summary>
public static class ProgramLine
{
    /// <summary>The line, on one line and printable.</summary>
    public static string Of(IEnumerable<string> line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var text = new StringBuilder();
        foreach (string argument in line)
        {
            string shown = PrintableText.Of(argument);
            text.Append(text.Length == 0 ? string.Empty : " ")
                .Append(shown.Length > 0 && !shown.Any(NeedsQuotes)
                    ? shown : "'" + shown.Replace("'", "'\\''", StringComparison.Ordinal) + "'");
        }

        return text.ToString();
    }

    private static bool NeedsQuotes(char character) =>
        !char.IsLetterOrDigit(character) && !"-_./\\:=@+,%{}".Contains(character, StringComparison.Ordinal);
}
