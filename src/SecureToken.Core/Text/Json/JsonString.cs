using System.Globalization;
using System.Text;

namespace SecureToken.Core.Text.Json;

/// <summary>Between text and its form in a JSON string, without a UTF-16 copy of a value.</summary>
internal static class JsonString
{
    /// <summary>The code unit of a <c>\uXXXX</c> at the start.</summary>
    public static bool TryUnit(ReadOnlySpan<byte> escaped, out int unit)
    {
        unit = 0;
        if (escaped.Length < 6 || !escaped.StartsWith("\\u"u8))
        {
            return false;
        }

        foreach (byte digit in escaped[2..6])
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return false;
            }

            unit = (unit << 4) | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return true;
    }

    /// <summary>The name of a member. A name is no secret.</summary>
    public static string Name(ReadOnlySpan<byte> inner) => Encoding.UTF8.GetString(inner.Contains((byte)'\\') ? Decode(inner) : inner);

    /// <summary>The text of a string that has been read without fault, given without its quotes.</summary>
    public static byte[] Decode(ReadOnlySpan<byte> inner)
    {
        // Two passes, the first only to count: one array of exactly the length.
        byte[] text = Bytes.Allocate(Decode(inner, default));
        Decode(inner, text);
        return text;
    }

    /// <summary>The value as it stands between the quotes, or null when it stands there as it is.</summary>
    public static byte[]? Escape(ReadOnlySpan<byte> value)
    {
        int length = 0;
        foreach (byte unit in value)
        {
            length += Escaped(unit).Length is > 0 and int more ? more : 1;
        }

        if (length == value.Length)
        {
            return null;
        }

        byte[] result = Bytes.Allocate(length);
        int at = 0;
        foreach (byte unit in value)
        {
            string escape = Escaped(unit);
            if (escape.Length == 0)
            {
                result[at++] = unit;
            }
            else
            {
                at += Encoding.ASCII.GetBytes(escape, result.AsSpan(at));
            }
        }

        return result;
    }

    /// <summary>A name as it stands between the quotes.</summary>
    public static string EscapeName(ReadOnlySpan<char> name)
    {
        StringBuilder result = new();
        foreach (char unit in name)
        {
            string escape = unit < 0x80 ? Escaped((byte)unit) : string.Empty;
            _ = escape.Length == 0 ? result.Append(unit) : result.Append(escape);
        }

        return result.ToString();
    }

    private static string Escaped(byte unit) => unit switch
    {
        (byte)'"' => "\\\"",
        (byte)'\\' => "\\\\",
        (byte)'\n' => "\\n",
        (byte)'\r' => "\\r",
        (byte)'\t' => "\\t",
        < 0x20 => "\\u" + unit.ToString("x4", CultureInfo.InvariantCulture),
        _ => string.Empty,
    };

    /// <summary>Writes to <paramref name="target"/> unless it is empty, and counts.</summary>
    private static int Decode(ReadOnlySpan<byte> inner, Span<byte> target)
    {
        int count = 0;
        Span<byte> encoded = stackalloc byte[4];
        while (!inner.IsEmpty)
        {
            int used = 1;
            int written = 1;
            encoded[0] = inner[0];
            if (inner[0] == '\\')
            {
                written = Unescape(inner, out used).EncodeToUtf8(encoded);
            }

            if (!target.IsEmpty)
            {
                encoded[..written].CopyTo(target[count..]);
            }

            count += written;
            inner = inner[used..];
        }

        encoded.Clear();
        return count;
    }

    private static Rune Unescape(ReadOnlySpan<byte> escape, out int used)
    {
        if (!TryUnit(escape, out int unit))
        {
            used = 2;
            return new Rune(Unescaped(escape[1]));
        }

        used = 6;
        if (!char.IsSurrogate((char)unit))
        {
            return new Rune(unit);
        }

        _ = TryUnit(escape[6..], out int low);
        used = 12;
        return new Rune((char)unit, (char)low);
    }

    private static int Unescaped(byte letter) => letter switch
    {
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        _ => letter,
    };
}
