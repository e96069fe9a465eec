using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SecureToken.Core.Interop;

/// <content>The descriptors that a process begins with.</content>
internal static partial class Posix
{
    /// <summary>EPIPE: nobody reads any more.</summary>
    public const int NoReader = 32;

    private const int GetFlags = 1;
    private const int ClosedOnExec = 1;
    private const int WriteOnly = 1;

    /// <summary>
    /// Whether a descriptor was open when this process began. One that is closed by exec cannot have been: the runtime has opened it since,
    /// for one the pipe on which it awaits signals, which gets the number of a closed standard output.
    /// </summary>
    public static bool IsInherited(int descriptor) =>
        DescriptorFlags(descriptor, GetFlags) is >= 0 and int flags && (flags & ClosedOnExec) == 0;

    /// <summary>
    /// Takes the number of a closed standard descriptor, the lowest that is free, so that no file gets it. It is open the wrong way:
    /// reading from it or writing to it fails as when it is closed, here and in a child.
    /// </summary>
    public static void Occupy(int descriptor)
    {
        if (DescriptorFlags(descriptor, GetFlags) < 0
            && Open("/dev/null", descriptor == 0 ? WriteOnly : ReadOnly, out SafeFileHandle handle) == 0)
        {
            // It stays open.
            handle.SetHandleAsInvalid();
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DescriptorFlags(int descriptor, int request);
}
