using System.Buffers.Text;
using System.Security.Cryptography;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Destinations.Jobs;

/// <summary>
/// Writes lines to the standard output of a job, where the system that runs it reads its commands. The lines hold the token, so they go
/// there in one piece and nowhere else.
/// </summary>
/// <param name="lines">Whole lines.</param>
/// <returns>Null; or why they could not be written, and then nothing further happens.</returns>
public delegate Failure? WorkflowCommandSink(ReadOnlySpan<byte> lines);

/// <summary>Builds the lines, in memory that is not moved and zeroed afterwards.</summary>
internal sealed class WorkflowCommands : IDisposable
{
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(1024, pinned: true);
    private int _length;

    /// <summary>The lines so far.</summary>
    public ReadOnlySpan<byte> Lines => _bytes.AsSpan(0, _length);

    /// <summary>Adds some bytes.</summary>
    public WorkflowCommands Add(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _bytes.Length)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(2 * (_length + bytes.Length), pinned: true);
            Lines.CopyTo(larger);
            CryptographicOperations.ZeroMemory(_bytes);
            _bytes = larger;
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
        return this;
    }

    /// <summary>
    /// Adds a command that masks something, for each form in which a value may be seen: itself, base64 of it, and the token alone.
    /// </summary>
    /// <param name="command">What stands before the masked text.</param>
    /// <param name="value">The value.</param>
    /// <param name="token">The token in it.</param>
    public WorkflowCommands AddMasks(ReadOnlySpan<byte> command, ReadOnlySpan<byte> value, Secret token)
    {
        byte[] base64 = GC.AllocateUninitializedArray<byte>(Base64.GetMaxEncodedToUtf8Length(value.Length), pinned: true);
        Base64.EncodeToUtf8(value, base64, out _, out int length);
        Add(command).Add(value).Add("\n"u8).Add(command).Add(base64.AsSpan(0, length)).Add("\n"u8);
        CryptographicOperations.ZeroMemory(base64);
        return value.SequenceEqual(token.Utf8) ? this : Add(command).Add(token.Utf8).Add("\n"u8);
    }

    /// <summary>Zeroes the lines.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);
}
