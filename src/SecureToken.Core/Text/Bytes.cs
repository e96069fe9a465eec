namespace SecureToken.Core.Text;

/// <summary>Questions about bytes that every editor and reader asks.</summary>
/// <remarks>
/// Loops, where the platform has generic methods: those are compiled anew in every process that uses them
/// (measured: What a due build compiles).
/// </remarks>
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

    public static bool AreBlanks(ReadOnlySpan<byte> bytes) => SkipBlanks(bytes, 0) == bytes.Length;

    /// <summary>Whether there is nothing but visible ASCII, without the space.</summary>
    public static bool AreVisible(ReadOnlySpan<byte> bytes)
    {
        foreach (byte unit in bytes)
        {
            if (unit is < (byte)'!' or > (byte)'~')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Without blanks and line ends at both ends.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.Length;
        while (end > 0 && IsSpace(bytes[end - 1]))
        {
            end--;
        }

        return TrimStart(bytes[..end]);
    }

    /// <summary>Without blanks and line ends at the start.</summary>
    public static ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> bytes)
    {
        int start = 0;
        while (start < bytes.Length && IsSpace(bytes[start]))
        {
            start++;
        }

        return bytes[start..];
    }

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

    private static bool IsSpace(byte unit) => IsBlank(unit) || unit is (byte)'\n' or (byte)'\r';
}
