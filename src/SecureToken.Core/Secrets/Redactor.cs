using System.Buffers;
using System.Security.Cryptography;

namespace SecureToken.Core.Secrets;

/// <summary>
/// A filter for one stream of bytes: whatever belongs to a form of a secret comes out as <c>***</c>, every other byte as it is, and how
/// the stream is cut into chunks makes no difference.
/// </summary>
/// <remarks>
/// Held back are only bytes that may be the beginning of a form, until more comes or the stream ends. There is no time after which they
/// are let go: a secret that is written in two slow halves would pass.
/// </remarks>
/// <param name="forms">What is masked; it outlives this.</param>
public sealed class Redactor(SecretForms forms) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _passed = new();
    private readonly List<(int Start, int End)> _found = [];
    private byte[] _text = [];
    private int _held;

    // Of the held bytes, those that belong to a form that was found already; and whether the last byte that went out did.
    private int _heldSecret;
    private bool _isInSecret;

    /// <summary>Passes on what is certain now.</summary>
    /// <param name="chunk">The next bytes of the stream.</param>
    /// <param name="output">Gets them, in at most one write.</param>
    public void Write(ReadOnlySpan<byte> chunk, Stream output)
    {
        ArgumentNullException.ThrowIfNull(output);
        int length = _held + chunk.Length;
        Grow(length);
        chunk.CopyTo(_text.AsSpan(_held));
        Find(_text.AsSpan(0, length));
        int held = forms.Search.BegunAtEndOf(_text.AsSpan(0, length));
        Pass(length, length - held, output);
    }

    /// <summary>
    /// Whether what is held back is the end of a line whose last bytes happen to be the first ones of a wrapped form. With some seventy
    /// forms that is every third line, and whoever waits for the line waits for what the program writes next.
    /// </summary>
    public bool HoldsFinishedLine => _held is > 0 and <= 5 && _text[_held - 1] == '\n';

    /// <summary>Passes on the rest: the stream has ended, or stopped after a line.</summary>
    public void End(Stream output)
    {
        ArgumentNullException.ThrowIfNull(output);
        Find(_text.AsSpan(0, _held));
        Pass(_held, _held, output);
        _isInSecret = false;
    }

    /// <summary>Zeroes what is held back.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_text);

    private void Find(ReadOnlySpan<byte> text)
    {
        _found.Clear();
        if (_heldSecret > 0)
        {
            _found.Add((0, _heldSecret));
        }

        forms.Search.Find(text, _found);
    }

    private void Pass(int length, int certain, Stream output)
    {
        int at = 0;
        _heldSecret = Math.Max(0, _heldSecret - certain);
        foreach ((int start, int end) in _found)
        {
            if (start > at && start < certain)
            {
                Emit(_text.AsSpan(at, start - at));
                at = start;
            }

            if (at < certain && start <= at && end > at)
            {
                Mask();
                at = Math.Min(end, certain);
            }

            // A form that is found whole among the held bytes will be found again; one that began before them will not.
            if (start < certain)
            {
                _heldSecret = Math.Max(_heldSecret, end - certain);
            }
        }

        Emit(_text.AsSpan(at, certain - at));
        _held = length - certain;
        _text.AsSpan(certain, _held).CopyTo(_text);
        CryptographicOperations.ZeroMemory(_text.AsSpan(_held, length - _held));
        if (_passed.WrittenCount > 0)
        {
            output.Write(_passed.WrittenSpan);
            _passed.ResetWrittenCount();
        }
    }

    private void Emit(ReadOnlySpan<byte> open)
    {
        if (!open.IsEmpty)
        {
            _passed.Write(open);
            _isInSecret = false;
        }
    }

    private void Mask()
    {
        if (!_isInSecret)
        {
            _passed.Write("***"u8);
            _isInSecret = true;
        }
    }

    private void Grow(int length)
    {
        if (_text.Length < length)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(Math.Max(length, 4096), pinned: true);
            _text.AsSpan(0, _held).CopyTo(larger);
            CryptographicOperations.ZeroMemory(_text);
            _text = larger;
        }
    }
}
