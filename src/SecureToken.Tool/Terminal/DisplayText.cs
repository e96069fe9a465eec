using System.Globalization;
using System.Text;

namespace SecureToken.Tool.Terminal;

/// <summary>How many columns text takes on a terminal.</summary>
internal static class DisplayText
{
    // The blocks of Unicode whose characters take two columns: East Asian scripts and emoji.
    private static readonly (int First, int Last)[] Wide =
    [
        (0x1100, 0x115F), (0x2E80, 0x303E), (0x3041, 0xA4CF), (0xA960, 0xA97F), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE30, 0xFE6F),
        (0xFF00, 0xFF60), (0xFFE0, 0xFFE6), (0x1F300, 0x1FAFF), (0x20000, 0x3FFFD),
    ];

    /// <summary>How many columns a text takes.</summary>
    public static int WidthOf(string text)
    {
        int width = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            width += WidthOf(rune);
        }

        return width;
    }

    /// <summary>The text, or its beginning and an ellipsis where it takes more columns than there are.</summary>
    public static string Cut(string text, int columns)
    {
        if (WidthOf(text) <= columns)
        {
            return text;
        }

        var cut = new StringBuilder();
        int width = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            width += WidthOf(rune);
            if (width > columns - 1)
            {
                break;
            }

            cut.Append(rune);
        }

        return columns > 0 ? cut.Append('…').ToString() : string.Empty;
    }

    private static int WidthOf(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? 0
        : Array.Exists(Wide, block => rune.Value >= block.First && rune.Value <= block.Last) ? 2
        : 1;
}
