using System.Text;

namespace SecureToken.Core.Text;

/// <summary>
/// The annotation that tells which token a Secret holds where its values cannot be read: <c>key=fingerprint</c> for each key that holds
/// one, with a space between. One Secret may hold tokens of several teams.
/// </summary>
internal static class ManifestMarks
{
    /// <summary>The annotation's text with the fingerprint of a key set, or taken out when it is null.</summary>
    /// <param name="text">What stands there now. Anything in it that is no mark goes.</param>
    /// <param name="key">The key.</param>
    /// <param name="fingerprint">Its fingerprint, or null.</param>
    public static string With(ReadOnlySpan<byte> text, string key, string? fingerprint)
    {
        List<string> marks = [.. Encoding.UTF8.GetString(text).Split(' ').Where(IsMark)];
        int index = marks.FindIndex(mark => mark.StartsWith(key + "=", StringComparison.Ordinal));
        marks.RemoveAll(mark => mark.StartsWith(key + "=", StringComparison.Ordinal));
        if (fingerprint is not null)
        {
            marks.Insert(index < 0 ? marks.Count : index, $"{key}={fingerprint}");
        }

        return string.Join(' ', marks);
    }

    private static bool IsMark(string mark)
    {
        int sign = mark.IndexOf('=', StringComparison.Ordinal);
        return sign > 0 && sign < mark.Length - 1 && ManifestText.IsName(mark[..sign]) && mark[(sign + 1)..].All(char.IsAsciiHexDigitLower);
    }
}
