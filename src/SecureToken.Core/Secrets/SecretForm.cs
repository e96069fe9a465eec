using System.Security.Cryptography;

namespace SecureToken.Core.Secrets;

/// <summary>One form of a secret.</summary>
/// <remarks>
/// Where it may be wrapped, a line end (LF or CRLF) may stand between any two of its bytes, as long as at least <see cref="ShortestLine"/>
/// bytes stand between two line ends: base64, openssl and xxd wrap at 76, 64 and 60.
/// </remarks>
internal sealed class SecretForm
{
    /// <summary>Fewest bytes of a wrapped form between two line ends.</summary>
    public const int ShortestLine = 16;

    /// <summary>What <see cref="Match"/> says when the text is over and was the form's so far.</summary>
    public const int Begun = 0;

    /// <summary>What <see cref="Match"/> says when the text is another.</summary>
    public const int Differs = -1;

    private readonly byte[] _bytes;

    public SecretForm(ReadOnlySpan<byte> bytes, bool mayBeWrapped)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(_bytes);
        MayBeWrapped = mayBeWrapped;
    }

    public ReadOnlySpan<byte> Bytes => _bytes;

    public bool MayBeWrapped { get; }

    /// <summary>The number of bytes of the longest text that it may be: the first line end may stand behind one byte.</summary>
    public int LongestText => _bytes.Length + (MayBeWrapped ? 2 * (1 + ((_bytes.Length - 2) / ShortestLine)) : 0);

    /// <summary>How many bytes at the beginning of a text are this form; or <see cref="Begun"/> or <see cref="Differs"/>.</summary>
    public int Match(ReadOnlySpan<byte> text)
    {
        int at = 0;
        int matched = 0;
        int line = ShortestLine;
        while (true)
        {
            int same = text[at..].CommonPrefixLength(_bytes.AsSpan(matched));
            at += same;
            matched += same;
            line += same;
            if (matched == _bytes.Length)
            {
                return at;
            }

            if (at == text.Length)
            {
                return Begun;
            }

            if (!MayBeWrapped || matched == 0 || line < ShortestLine)
            {
                return Differs;
            }

            if (text[at] == '\r' && ++at == text.Length)
            {
                return Begun;
            }

            if (text[at++] != '\n')
            {
                return Differs;
            }

            line = 0;
        }
    }

    public void Clear() => CryptographicOperations.ZeroMemory(_bytes);
}
