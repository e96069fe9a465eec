using System.Runtime.InteropServices;
using System.Text.Json;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Http;

/// <summary>Reads members of an answer without making a string of a secret.</summary>
internal static class JsonMembers
{
    /// <summary>The bytes of a non-empty JSON string, in pinned memory that the caller zeroes.</summary>
    public static bool TryCopyString(JsonElement element, out byte[] utf8)
    {
        utf8 = [];
        if (element.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        ReadOnlySpan<byte> raw = JsonMarshal.GetRawUtf8Value(element);
        var reader = new Utf8JsonReader(raw);
        reader.Read();
        byte[] buffer = GC.AllocateUninitializedArray<byte>(raw.Length, pinned: true);
        int length = reader.CopyString(buffer);
        utf8 = GC.AllocateUninitializedArray<byte>(length, pinned: true);
        buffer.AsSpan(0, length).CopyTo(utf8);
        buffer.AsSpan().Clear();
        return length > 0;
    }

    /// <summary>A short text member for a message, with everything outside printable ASCII replaced; empty when absent.</summary>
    public static string Label(JsonElement parent, ReadOnlySpan<byte> name, int limit = 200)
    {
        if (parent.ValueKind != JsonValueKind.Object || !parent.TryGetProperty(name, out JsonElement element)
            || element.ValueKind != JsonValueKind.String)
        {
            return string.Empty;
        }

        string text = element.GetString() ?? string.Empty;
        return PrintableText.Ascii(text, limit);
    }
}
