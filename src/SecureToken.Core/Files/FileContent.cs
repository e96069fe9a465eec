namespace SecureToken.Core.Files;

/// <summary>
/// The bytes of a file that is written: in one piece, or in several that need not be put together. A ledger of fifty thousand places has
/// twenty megabytes, and nearly all of them stood in it before.
/// </summary>
internal readonly ref struct FileContent
{
    private readonly ReadOnlySpan<byte> _only;
    private readonly ReadOnlyMemory<byte>[]? _pieces;

    /// <summary>One piece.</summary>
    public FileContent(ReadOnlySpan<byte> content) => _only = content;

    /// <summary>Several pieces, one after the other.</summary>
    public FileContent(ReadOnlyMemory<byte>[] pieces) => _pieces = pieces;

    /// <summary>How many pieces there are.</summary>
    public int Count => _pieces?.Length ?? 1;

    /// <summary>How many bytes there are.</summary>
    public long Length
    {
        get
        {
            long length = 0;
            for (int i = 0; i < Count; i++)
            {
                length += this[i].Length;
            }

            return length;
        }
    }

    /// <summary>A piece.</summary>
    public ReadOnlySpan<byte> this[int index] => _pieces is null ? _only : _pieces[index].Span;
}
