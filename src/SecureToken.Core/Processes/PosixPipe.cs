using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SecureToken.Core.Processes;

/// <summary>The two ends of a pipe; other children do not inherit them.</summary>
/// <param name="Ours">Our end.</param>
/// <param name="Theirs">The child's end.</param>
internal sealed record PosixPipe(SafeFileHandle Ours, SafeFileHandle Theirs) : IDisposable
{
    /// <summary>Makes a pipe.</summary>
    /// <param name="direction">In when we read from it.</param>
    public static PosixPipe Create(PipeDirection direction)
    {
        // Only the ends: closing the stream itself can wait forever (measured: Closing a pipe stream during a read).
        var pipe = new AnonymousPipeServerStream(direction, HandleInheritability.None);
        return new PosixPipe(Take(pipe.SafePipeHandle), Take(pipe.ClientSafePipeHandle));
    }

    public void Dispose()
    {
        Ours.Dispose();
        Theirs.Dispose();
    }

    private static SafeFileHandle Take(SafeHandle handle)
    {
        nint descriptor = handle.DangerousGetHandle();
        handle.SetHandleAsInvalid();
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }
}
