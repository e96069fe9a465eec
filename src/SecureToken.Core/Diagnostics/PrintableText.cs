using System.Globalization;

namespace SecureToken.Core.Diagnostics;

/// <summary>
/// Text for people: a message can hold a path, a team's name or what a committed file says, and a terminal obeys what it prints. So does
/// the console of a build.
/// </summary>
public static class PrintableText
{
    /// <summary>The text with a question mark for each character that moves a cursor, ends a line or turns the direction.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Create(text.Length, text, static (shown, text) =>
        {
            for (int i = 0; i < text.Length; i++)
            {
                shown[i] = char.GetUnicodeCategory(text[i]) is UnicodeCategory.Control or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? '?' : text[i];
            }
        });
    }

    /// <summary>The same of how the text begins.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">How many characters are shown.</param>
    public static string Of(string text, int most)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Of(text.Length > most ? text[..most] : text);
    }

    /// <summary>
    /// How a value begins that is no setting: a question mark for each character that is not printable ASCII. It may be a secret in the
    /// wrong place, so no more of it is shown.
    /// </summary>
    /// <param name="text">The value.</param>
    /// <param name="most">How many characters are shown.</param>
    public static string Ascii(string text, int most) =>
        new([.. text.Take(most).Select(character => character is >= ' ' and <= '~' ? character : '?')]);
}
