using System.Buffers;
using System.Globalization;
using System.Text;

namespace SecureToken.Core.Text.Yaml;

/// <summary>Between text and its form in a YAML scalar, without a UTF-16 copy of a value.</summary>
internal static class YamlString
{
    // The characters of a b64token (RFC 6750). None of them ends a scalar, in a flow mapping neither.
    private static readonly SearchValues<byte> Bare =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~+/=-"u8);

    // What YAML 1.1, which kubectl reads, takes for something else than text.
    private static readonly string[] Words = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

    /// <summary>
    /// Whether every reader takes the value for text when it stands without quotes. A letter comes first: digits, signs and dots can make a
    /// number or a date (<c>1e5</c>, <c>.inf</c>, <c>2001-01-01</c>).
    /// </summary>
    public static bool CanBeBare(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || !char.IsAsciiLetter((char)value[0]) || value.ContainsAnyExcept(Bare))
        {
            return false;
        }

        foreach (string word in Words)
        {
            if (Ascii.EqualsIgnoreCase(value, word))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a value can stand in quotes on one line as it is, but for quotes and backslashes.</summary>
    public static bool CanBeQuoted(ReadOnlySpan<byte> value) => !value.ContainsAny("\t\r\n"u8) && YamlDocuments.FirstAlien(value, 0) < 0;

    /// <summary>A name as it is written: quoted where it must be.</summary>
    public static string Name(string name, bool isQuoted) => isQuoted || !CanBeBare(Encoding.ASCII.GetBytes(name)) ? $"\"{name}\"" : name;

    /// <summary>
    /// How long the escape at the start is; a backslash at the end of a line counts alone; 0: no escape that all readers take.
    /// </summary>
    public static int EscapeLength(ReadOnlySpan<byte> escape)
    {
        if (escape.Length < 2)
        {
            return 0;
        }

        // A slash is an escape in YAML 1.2 (measured: kubectl: an escaped slash).
        return escape[1] switch
        {
            (byte)'0' or (byte)'a' or (byte)'b' or (byte)'t' or (byte)'n' or (byte)'v' or (byte)'f' or (byte)'r' or (byte)'e'
                or (byte)' ' or (byte)'"' or (byte)'\\' or (byte)'N' or (byte)'_' or (byte)'L' or (byte)'P' => 2,
            (byte)'x' => Number(escape, 2) is null ? 0 : 4,
            (byte)'u' => Number(escape, 4) is null ? 0 : 6,
            (byte)'U' => Number(escape, 8) is null ? 0 : 10,
            (byte)'\r' or (byte)'\n' => 1,
            _ => 0,
        };
    }

    /// <summary>The text of a scalar of one line that has been read without fault.</summary>
    /// <param name="scalar">As it stands in the document, quotes included.</param>
    public static byte[] Decode(ReadOnlySpan<byte> scalar)
    {
        if (scalar is not [(byte)'"' or (byte)'\'', ..])
        {
            return Bytes.Copy(scalar);
        }

        // Two passes, the first only to count: one array of exactly the length.
        byte[] text = Bytes.Allocate(Decode(scalar[1..^1], scalar[0], default));
        Decode(scalar[1..^1], scalar[0], text);
        return text;
    }

    /// <summary>The value as it stands between quotes, or null when it stands there as it is.</summary>
    public static byte[]? Escape(ReadOnlySpan<byte> value, char quote)
    {
        int more = quote == '"' ? value.Count((byte)'"') + value.Count((byte)'\\') : quote == '\'' ? value.Count((byte)'\'') : 0;
        if (more == 0)
        {
            return null;
        }

        byte[] result = Bytes.Allocate(value.Length + more);
        int at = 0;
        foreach (byte unit in value)
        {
            if (unit == quote || (unit == '\\' && quote == '"'))
            {
                result[at++] = quote == '"' ? (byte)'\\' : unit;
            }

            result[at++] = unit;
        }

        return result;
    }

    private static int Decode(ReadOnlySpan<byte> inner, byte quote, Span<byte> target)
    {
        Span<byte> encoded = stackalloc byte[4];
        int count = 0;
        while (!inner.IsEmpty)
        {
            int used = 1;
            int length = 1;
            encoded[0] = inner[0];
            if (quote == '\'')
            {
                used = inner[0] == quote ? 2 : 1;
            }
            else if (inner[0] == '\\')
            {
                used = EscapeLength(inner);
                length = Unescape(inner[..used]).EncodeToUtf8(encoded);
            }

            if (!target.IsEmpty)
            {
                encoded[..length].CopyTo(target[count..]);
            }

            count += length;
            inner = inner[used..];
        }

        encoded.Clear();
        return count;
    }

    private static Rune Unescape(ReadOnlySpan<byte> escape) =>
        escape.Length > 2 ? new Rune(Number(escape, escape.Length - 2)!.Value) : new Rune(escape[1] switch
    {
        (byte)'0' => '\0',
        (byte)'a' => '\a',
        (byte)'b' => '\b',
        (byte)'t' => '\t',
        (byte)'n' => '\n',
        (byte)'v' => '\v',
        (byte)'f' => '\f',
        (byte)'r' => '\r',
        (byte)'e' => '\e',
        (byte)'N' => '\u0085',
        (byte)'_' => '\u00A0',
        (byte)'L' => '\u2028',
        (byte)'P' => '\u2029',
        _ => (char)escape[1],
    });

    /// <summary>The character behind the two bytes that start an escape, given by its number.</summary>
    private static int? Number(ReadOnlySpan<byte> escape, int digits) =>
        escape.Length >= digits + 2
        && uint.TryParse(escape.Slice(2, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint number)
        && Rune.IsValid(number) ? (int)number : null;
}
