using System.Text;

namespace SecureToken.Core.Text;

/// <summary>One change of a document: some bytes go, text comes, with or without the value in the middle.</summary>
/// <param name="Start">Where the bytes that go start.</param>
/// <param name="Length">How many go; may be 0.</param>
/// <param name="Before">Text that comes before the value. Layout and names only, never a value: this is UTF-16.</param>
/// <param name="HasValue">Whether the value comes.</param>
/// <param name="After">Text that comes after the value.</param>
internal sealed record TextChange(int Start, int Length, string Before = "", bool HasValue = false, string After = "");

/// <summary>Applies changes to a document and copies every other byte.</summary>
internal static class TextChanges
{
    /// <summary>
    /// The document with all cuts made, in one array of exactly the final length: a buffer that grows would leave copies of the secret
    /// behind.
    /// </summary>
    /// <param name="document">The old document.</param>
    /// <param name="changes">In ascending order, not overlapping.</param>
    /// <param name="value">The value, escaped as the place needs it.</param>
    public static TextEditResult Apply(ReadOnlySpan<byte> document, ReadOnlySpan<TextChange> changes, ReadOnlySpan<byte> value)
    {
        int length = document.Length;
        foreach (TextChange cut in changes)
        {
            length += Encoding.UTF8.GetByteCount(cut.Before) + (cut.HasValue ? value.Length : 0) + Encoding.UTF8.GetByteCount(cut.After);
            length -= cut.Length;
        }

        byte[] result = Bytes.Allocate(length);
        Span<byte> rest = result;
        int copied = 0;
        foreach (TextChange cut in changes)
        {
            document[copied..cut.Start].CopyTo(rest);
            rest = rest[(cut.Start - copied)..];
            rest = rest[Encoding.UTF8.GetBytes(cut.Before, rest)..];
            if (cut.HasValue)
            {
                value.CopyTo(rest);
                rest = rest[value.Length..];
            }

            rest = rest[Encoding.UTF8.GetBytes(cut.After, rest)..];
            copied = cut.Start + cut.Length;
        }

        document[copied..].CopyTo(rest);
        return TextEditResult.Of(result);
    }
}
