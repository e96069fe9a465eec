using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using SecureToken.Core.Interop;

namespace SecureToken.Core.Processes;

/// <summary>
/// Standard output or error as the system has it: each write goes to where the descriptor is, and one that fails is told.
/// </summary>
/// <remarks>
/// A FileStream keeps a position of its own, and would write over what others write to the same file; the stream of
/// <c>System.Console</c> swallows the end of a reader (EPIPE), of which the child has to be told.
/// </remarks>
/// <param name="descriptor">1 or 2; it stays open.</param>
[UnsupportedOSPlatform("windows")]
public sealed class DescriptorStream(int descriptor) : Stream
{
    private readonly SafeFileHandle _handle = new(descriptor, ownsHandle: false);

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        int error = Posix.WriteAll(_handle, buffer);
        if (error != 0)
        {
            throw new IOException(Posix.Reason(error));
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _handle.Dispose();
        base.Dispose(disposing);
    }
}
