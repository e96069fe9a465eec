using System.Text;

namespace SecureToken.Core.Text;

/// <summary>Where and why a document cannot be read or edited.</summary>
/// <param name="Line">1-based; a line ends at LF.</param>
/// <param name="Column">
/// 1-based, in characters (Unicode code points) as an editor counts them, a byte order mark not included. A fault of the value or the
/// name that was asked for, not of the document, stands at 1:1.
/// </param>
/// <param name="Reason">A phrase without full stop. Never holds content of the document, except names of keys.</param>
public sealed record TextFault(int Line, int Column, string Reason)
{
    /// <summary>A fault at a byte of a document.</summary>
    internal static TextFault At(ReadOnlySpan<byte> document, int offset, string reason)
    {
        ReadOnlySpan<byte> before = document[Math.Min(Bytes.MarkLength(document), offset)..offset];
        int line = before.Count((byte)'\n') + 1;
        int column = 1;
        foreach (byte unit in before[(before.LastIndexOf((byte)'\n') + 1)..])
        {
            // Continuation bytes belong to the character before them.
            column += (unit & 0xC0) == 0x80 ? 0 : 1;
        }

        return new TextFault(line, column, reason);
    }

    /// <summary>The first byte that is not UTF-8, or -1.</summary>
    internal static int FirstInvalidByte(ReadOnlySpan<byte> document)
    {
        if (System.Text.Unicode.Utf8.IsValid(document))
        {
            return -1;
        }

        int at = 0;
        while (Rune.DecodeFromUtf8(document[at..], out _, out int length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }
}
