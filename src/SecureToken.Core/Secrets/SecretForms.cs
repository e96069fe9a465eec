using System.Buffers.Text;
using System.Security.Cryptography;

namespace SecureToken.Core.Secrets;

/// <summary>
/// The forms in which secrets may stand in a text: as they are, in base64 at each of its three alignments, in URLs and in JSON. They are
/// as secret as the secrets, and zeroed when disposed.
/// </summary>
public sealed class SecretForms : IDisposable
{
    private readonly List<SecretForm> _all = [];

    /// <summary>The forms of some secrets; the secrets may be disposed before this.</summary>
    public SecretForms(params ReadOnlySpan<Secret> secrets)
    {
        foreach (Secret secret in secrets)
        {
            ArgumentNullException.ThrowIfNull(secret);
            Add(secret.Utf8);
        }
    }

    /// <summary>All forms, each once.</summary>
    internal IReadOnlyList<SecretForm> All => _all;

    /// <summary>The number of bytes of the longest.</summary>
    internal int Longest => _all.Count == 0 ? 0 : _all.Max(form => form.Bytes.Length);

    /// <summary>Zeroes all forms.</summary>
    public void Dispose()
    {
        foreach (SecretForm form in _all)
        {
            form.Clear();
        }
    }

    private void Add(ReadOnlySpan<byte> secret)
    {
        AddCopy(secret);
        for (int before = 0; before < 3; before++)
        {
            AddBase64(secret, before);
        }

        // A token has no other character that URLs or JSON write differently; of those it has, writers disagree on the spelling.
        AddReplaced(secret, plus: "%2B"u8, slash: "%2F"u8, equals: "%3D"u8);
        AddReplaced(secret, plus: "%2b"u8, slash: "%2f"u8, equals: "%3d"u8);
        AddReplaced(secret, plus: "+"u8, slash: "\\/"u8, equals: "="u8);
        AddReplaced(secret, plus: "\\u002B"u8, slash: "/"u8, equals: "="u8);
    }

    /// <summary>
    /// The characters of base64 that the secret alone decides when some bytes stand before it. The one that it shares with what follows
    /// is taken in where nothing does.
    /// </summary>
    private void AddBase64(ReadOnlySpan<byte> secret, int before)
    {
        byte[] bytes = GC.AllocateArray<byte>(before + secret.Length, pinned: true);
        byte[] text = GC.AllocateUninitializedArray<byte>(Base64.GetMaxEncodedToUtf8Length(bytes.Length), pinned: true);
        try
        {
            secret.CopyTo(bytes.AsSpan(before));
            Base64.EncodeToUtf8(bytes, text, out _, out int written);
            int first = before == 0 ? 0 : before + 1;
            ReadOnlySpan<byte> alone = text.AsSpan(0, written).TrimEnd((byte)'=')[first..];
            ReadOnlySpan<byte> followed = bytes.Length % 3 == 0 ? alone : alone[..^1];
            AddWithUrlAlphabet(followed);
            AddWithUrlAlphabet(alone);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            CryptographicOperations.ZeroMemory(text);
        }
    }

    private void AddWithUrlAlphabet(ReadOnlySpan<byte> base64)
    {
        AddCopy(base64);
        AddReplaced(base64, plus: "-"u8, slash: "_"u8, equals: "="u8);
    }

    private void AddReplaced(ReadOnlySpan<byte> text, ReadOnlySpan<byte> plus, ReadOnlySpan<byte> slash, ReadOnlySpan<byte> equals)
    {
        byte[] replaced = GC.AllocateUninitializedArray<byte>(text.Length * 6, pinned: true);
        try
        {
            int length = 0;
            foreach (byte character in text)
            {
                ReadOnlySpan<byte> written = character switch { (byte)'+' => plus, (byte)'/' => slash, (byte)'=' => equals, _ => [character] };
                written.CopyTo(replaced.AsSpan(length));
                length += written.Length;
            }

            AddCopy(replaced.AsSpan(0, length));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(replaced);
        }
    }

    private void AddCopy(ReadOnlySpan<byte> bytes)
    {
        foreach (SecretForm form in _all)
        {
            if (bytes.SequenceEqual(form.Bytes))
            {
                return;
            }
        }

        _all.Add(new SecretForm(bytes));
    }
}

/// <summary>One form, and how far it begins like itself: what makes one pass over a text enough.</summary>
internal sealed class SecretForm
{
    private readonly byte[] _bytes;

    // For each length of a beginning of the form: the longest shorter beginning that it ends with (Knuth, Morris and Pratt).
    private readonly int[] _borders;

    public SecretForm(ReadOnlySpan<byte> bytes)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(_bytes);
        _borders = new int[bytes.Length + 1];
        for (int length = 2; length <= bytes.Length; length++)
        {
            _borders[length] = Extend(_borders[length - 1], bytes[length - 1]);
        }
    }

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>How many of the last bytes of a text may be the beginning of this form.</summary>
    public int BegunAtEndOf(ReadOnlySpan<byte> text)
    {
        int begun = 0;
        foreach (byte next in text[Math.Max(0, text.Length - _bytes.Length + 1)..])
        {
            begun = Extend(begun, next);
        }

        return begun;
    }

    public void Clear()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        Array.Clear(_borders);
    }

    /// <summary>From the longest beginning of the form at the end of a text to that with one more byte.</summary>
    private int Extend(int begun, byte next)
    {
        while (begun > 0 && _bytes[begun] != next)
        {
            begun = _borders[begun];
        }

        return _bytes[begun] == next ? begun + 1 : 0;
    }
}
