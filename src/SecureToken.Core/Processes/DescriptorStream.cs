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
public sealed class DescriptorStream(int descriptor) : WriteOnlyStream
{
    private readonly SafeFileHandle _handle = new(descriptor, ownsHandle: false);

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        int error = StandardDescriptors.IsMissing(descriptor) ? Posix.BadDescriptor : Posix.WriteAll(_handle, buffer);
        if (error != 0)
        {
            // As .NET does it, the errno is the exception's HResult.
            throw new IOException(Posix.Reason(error), error);
        }
    }

    /// <summary>Whether a write failed because nobody reads any more.</summary>
    public static bool MeansReaderHasGone(IOException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception.HResult == Posix.NoReader;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _handle.Dispose();
        base.Dispose(disposing);
    }
}
