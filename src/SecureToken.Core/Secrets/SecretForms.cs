using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace SecureToken.Core.Secrets;

/// <summary>
/// The forms in which tokens may stand in a text: as they are and in upper or lower case, in hexadecimal, in UTF-16, in base64 at each of
/// its three alignments, in URLs and in JSON. Hexadecimal and base64 may be wrapped into lines. The forms are as secret as the tokens, and
/// zeroed when disposed.
/// </summary>
public sealed class SecretForms : IDisposable
{
    private readonly List<SecretForm> _all = [];
    private readonly SecretSearch _search;

    /// <summary>The forms of some tokens; they may be disposed before this.</summary>
    public SecretForms(params ReadOnlySpan<Token> tokens)
    {
        foreach (Token token in tokens)
        {
            ArgumentNullException.ThrowIfNull(token);
            Add(token.Utf8);
        }

        _search = new SecretSearch(_all);
    }

    /// <summary>All forms, each once.</summary>
    internal IReadOnlyList<SecretForm> All => _all;

    /// <summary>Finds them.</summary>
    internal SecretSearch Search => _search;

    /// <summary>Zeroes all forms.</summary>
    public void Dispose()
    {
        _search.Clear();
        foreach (SecretForm form in _all)
        {
            form.Clear();
        }
    }

    private void Add(ReadOnlySpan<byte> secret)
    {
        AddCopy(secret);
        AddSpelled(secret, static (character, into) => Write((byte)char.ToUpperInvariant((char)character), into));
        AddSpelled(secret, static (character, into) => Write((byte)char.ToLowerInvariant((char)character), into));
        for (int before = 0; before < 3; before++)
        {
            AddBase64(secret, before);
        }

        AddWithDigits(secret, [], mayBeWrapped: true);
        AddWithDigits(secret, "%"u8);
        AddWithDigits(secret, "\\u00"u8);
        AddSpelled(secret, static (character, into) => Write(character, into) + Write(0, into[1..]));
        AddSpelled(secret, static (character, into) => Write(0, into) + Write(character, into[1..]));

        // A token has no other character that URLs or JSON write differently; of those it has, writers disagree on which, and on the
        // spelling.
        foreach (string plus in (ReadOnlySpan<string>)["+", "%2B", "%2b"])
        {
            foreach (string slash in (ReadOnlySpan<string>)["/", "%2F", "%2f"])
            {
                foreach (string equals in (ReadOnlySpan<string>)["=", "%3D", "%3d"])
                {
                    foreach (string tilde in (ReadOnlySpan<string>)["~", "%7E", "%7e"])
                    {
                        AddReplaced(secret, plus, slash, equals, tilde);
                    }
                }
            }
        }

        foreach (string plus in (ReadOnlySpan<string>)["+", "\\u002B", "\\u002b"])
        {
            foreach (string slash in (ReadOnlySpan<string>)["/", "\\/", "\\u002F", "\\u002f"])
            {
                foreach (string equals in (ReadOnlySpan<string>)["=", "\\u003D", "\\u003d"])
                {
                    AddReplaced(secret, plus, slash, equals);
                }
            }
        }
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
            AddBase64(followed);
            AddBase64(alone);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>Base64 of a token has no slash: that takes a byte that no token has.</summary>
    private void AddBase64(ReadOnlySpan<byte> text)
    {
        AddCopy(text, mayBeWrapped: true);
        AddReplaced(text, "-", mayBeWrapped: true);
        AddReplaced(text, "%2B");
        AddReplaced(text, "%2b");
        AddReplaced(text, "\\u002B");
        AddReplaced(text, "\\u002b");
    }

    /// <summary>Every byte as two hexadecimal digits, in upper and in lower case.</summary>
    private void AddWithDigits(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> prefix, bool mayBeWrapped = false)
    {
        byte[] text = GC.AllocateUninitializedArray<byte>(secret.Length * (prefix.Length + 2), pinned: true);
        foreach (string digits in (ReadOnlySpan<string>)["0123456789ABCDEF", "0123456789abcdef"])
        {
            int length = 0;
            foreach (byte character in secret)
            {
                prefix.CopyTo(text.AsSpan(length));
                length += prefix.Length;
                text[length++] = (byte)digits[character >> 4];
                text[length++] = (byte)digits[character & 15];
            }

            AddCopy(text, mayBeWrapped);
        }

        CryptographicOperations.ZeroMemory(text);
    }

    private void AddReplaced(
        ReadOnlySpan<byte> text, string plus, string slash = "/", string equals = "=", string tilde = "~", bool mayBeWrapped = false)
    {
        if (text.ContainsAny("+/=~"u8))
        {
            AddSpelled(
                text,
                (character, into) => character switch
                {
                    (byte)'+' => Encoding.ASCII.GetBytes(plus, into),
                    (byte)'/' => Encoding.ASCII.GetBytes(slash, into),
                    (byte)'=' => Encoding.ASCII.GetBytes(equals, into),
                    (byte)'~' => Encoding.ASCII.GetBytes(tilde, into),
                    _ => Write(character, into),
                },
                mayBeWrapped);
        }
    }

    /// <summary>A form that writes each byte by itself.</summary>
    /// <param name="text">The bytes.</param>
    /// <param name="spell">Writes one of them, in at most six bytes.</param>
    /// <param name="mayBeWrapped">See <see cref="SecretForm"/>.</param>
    private void AddSpelled(ReadOnlySpan<byte> text, Speller spell, bool mayBeWrapped = false)
    {
        byte[] spelled = GC.AllocateUninitializedArray<byte>(text.Length * 6, pinned: true);
        int length = 0;
        foreach (byte character in text)
        {
            length += spell(character, spelled.AsSpan(length));
        }

        AddCopy(spelled.AsSpan(0, length), mayBeWrapped);
        CryptographicOperations.ZeroMemory(spelled);
    }

    private static int Write(byte character, Span<byte> into)
    {
        into[0] = character;
        return 1;
    }

    private void AddCopy(ReadOnlySpan<byte> bytes, bool mayBeWrapped = false)
    {
        foreach (SecretForm form in CollectionsMarshal.AsSpan(_all))
        {
            if (form.MayBeWrapped == mayBeWrapped && bytes.SequenceEqual(form.Bytes))
            {
                return;
            }
        }

        _all.Add(new SecretForm(bytes, mayBeWrapped));
    }

    private delegate int Speller(byte character, Span<byte> into);
}
