using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SecureToken.Core.Text.Json;

/// <summary>Between text and its form in a JSON string, without a UTF-16 copy of a value.</summary>
internal static class JsonString
{
    /// <summary>The text of a string that has been read without fault, given with its quotes.</summary>
    public static byte[] Decode(ReadOnlySpan<byte> quoted)
    {
        Utf8JsonReader reader = new(quoted);
        reader.Read();

        // Text is never longer than its escaped form. Only its length is known afterwards, so it is copied.
        byte[] longest = Bytes.Allocate(quoted.Length);
        byte[] text = Bytes.Copy(longest.AsSpan(0, reader.CopyString(longest)));
        CryptographicOperations.ZeroMemory(longest);
        return text;
    }

    /// <summary>The value as it stands between the quotes.</summary>
    public static byte[] Escape(ReadOnlySpan<byte> value)
    {
        int length = 0;
        foreach (byte unit in value)
        {
            length += Escaped(unit)?.Length ?? 1;
        }

        byte[] result = Bytes.Allocate(length);
        int at = 0;
        foreach (byte unit in value)
        {
            if (Escaped(unit) is { } escape)
            {
                at += Encoding.ASCII.GetBytes(escape, result.AsSpan(at));
            }
            else
            {
                result[at++] = unit;
            }
        }

        return result;
    }

    /// <summary>A name as it stands between the quotes. A name is no secret.</summary>
    public static string EscapeName(string name) => Encoding.UTF8.GetString(Escape(Encoding.UTF8.GetBytes(name)));

    private static string? Escaped(byte unit) => unit switch
    {
        (byte)'"' => "\\\"",
        (byte)'\\' => "\\\\",
        (byte)'\n' => "\\n",
        (byte)'\r' => "\\r",
        (byte)'\t' => "\\t",
        < 0x20 => "\\u" + unit.ToString("x4", CultureInfo.InvariantCulture),
        _ => null,
    };
}
