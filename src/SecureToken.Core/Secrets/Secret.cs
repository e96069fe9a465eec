using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace SecureToken.Core.Secrets;

/// <summary>
/// A value that must never be shown. It lives once, in pinned memory that the garbage collector does not copy, and is zeroed
/// when disposed. It has no text form: <see cref="ToString"/> prints stars, and there is no conversion to <see cref="string"/>.
/// </summary>
public abstract class Secret : IDisposable
{
    private readonly byte[] _utf8;
    private bool _disposed;

    /// <summary>Copies <paramref name="utf8"/>; the caller zeroes its own copy.</summary>
    protected Secret(ReadOnlySpan<byte> utf8)
    {
        _utf8 = GC.AllocateUninitializedArray<byte>(utf8.Length, pinned: true);
        utf8.CopyTo(_utf8);
    }

    /// <summary>The value. Never copy it into a string, a log or an exception.</summary>
    public ReadOnlySpan<byte> Utf8
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _utf8;
        }
    }

    /// <summary>The value as memory, for request bodies.</summary>
    public ReadOnlyMemory<byte> Memory
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _utf8;
        }
    }

    /// <summary>Compares in a time that does not depend on where the values differ.</summary>
    public bool Matches(ReadOnlySpan<byte> other) => CryptographicOperations.FixedTimeEquals(Utf8, other);

    /// <summary>Zeroes the value.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Zeroes the value.</summary>
    protected virtual void Dispose(bool disposing)
    {
        CryptographicOperations.ZeroMemory(_utf8);
        _disposed = true;
    }

    /// <summary>Stars: a secret has no text form.</summary>
    public sealed override string ToString() => "***";
}

/// <summary>Text built around a secret for an API that takes only strings, overwritten when disposed.</summary>
/// <remarks>
/// HttpClient takes header values as strings. The string here is allocated for this use alone, is never interned or shared, and
/// its characters are zeroed as soon as the request is over.
/// </remarks>
internal readonly struct TransientText : IDisposable
{
    private TransientText(string text) => Text = text;

    public string Text { get; }

    public static TransientText Of(string prefix, Secret secret)
    {
        char[] characters = ArrayPool<char>.Shared.Rent(prefix.Length + secret.Utf8.Length);
        prefix.CopyTo(characters);
        int length = prefix.Length + Encoding.UTF8.GetChars(secret.Utf8, characters.AsSpan(prefix.Length));
        string text = new(characters, 0, length);
        characters.AsSpan(0, length).Clear();
        ArrayPool<char>.Shared.Return(characters);
        return new TransientText(text);
    }

    public void Dispose() => MemoryMarshal.AsMemory(Text.AsMemory()).Span.Clear();
}
