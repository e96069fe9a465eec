namespace SecureToken.Core.Text;

/// <summary>Questions about bytes that every editor asks.</summary>
internal static class Bytes
{
    public static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>How long the byte order mark at the start is.</summary>
    public static int MarkLength(ReadOnlySpan<byte> document) => document.StartsWith(Mark) ? Mark.Length : 0;

    /// <summary>The document's own line end: that of its first line.</summary>
    public static string LineEnd(ReadOnlySpan<byte> document)
    {
        int feed = document.IndexOf((byte)'\n');
        return feed > 0 && document[feed - 1] == '\r' ? "\r\n" : "\n";
    }

    public static bool IsBlank(byte unit) => unit is (byte)' ' or (byte)'\t';

    public static bool AreBlanks(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExcept((byte)' ', (byte)'\t') < 0;

    /// <summary>The first byte from <paramref name="at"/> on that is neither space nor tab.</summary>
    public static int SkipBlanks(ReadOnlySpan<byte> document, int at)
    {
        while (at < document.Length && IsBlank(document[at]))
        {
            at++;
        }

        return at;
    }

    /// <summary>Where the line of a byte starts, after a byte order mark.</summary>
    public static int LineStart(ReadOnlySpan<byte> document, int at) =>
        Math.Max(document[..at].LastIndexOfAny((byte)'\n', (byte)'\r') + 1, MarkLength(document));

    /// <summary>Whether nothing but blanks stands before a byte in its line.</summary>
    public static bool StartsLine(ReadOnlySpan<byte> document, int at) => AreBlanks(document[LineStart(document, at)..at]);

    /// <summary>A copy in memory that the garbage collector does not move, so that zeroing it leaves no copy behind.</summary>
    public static byte[] Copy(ReadOnlySpan<byte> bytes)
    {
        byte[] copy = Allocate(bytes.Length);
        bytes.CopyTo(copy);
        return copy;
    }

    public static byte[] Allocate(int length) => GC.AllocateUninitializedArray<byte>(length, pinned: true);
}
