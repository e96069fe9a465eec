using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SecureToken.Core.Interop;

/// <content>How many files may be open, and files without a name.</content>
internal static partial class Posix
{
    private static int Nameless => 0x40_0000 | DirectoryOnly;
    private static readonly int OpenFiles = OperatingSystem.IsMacOS() ? 8 : 7;

    /// <summary>
    /// Makes room for so many open files beside those of every day: 256 are the usual limit on macOS, 1024 on Linux, and a thousand locks
    /// are held at once. The runtime does not raise it for a native program (measured: The limit of open files in a native program).
    /// </summary>
    public static void AllowOpenFiles(int count)
    {
        const int EveryDay = 200;
        ulong needed = (ulong)(count + EveryDay);
        if (GetResourceLimit(OpenFiles, out ResourceLimit limit) == 0 && limit.Soft < needed)
        {
            _ = SetResourceLimit(OpenFiles, limit with { Soft = Math.Min(needed, limit.Hard) });
        }
    }

    /// <summary>
    /// Makes a file that has no name in a directory, so that a kill leaves nothing; on Linux alone, and not on every file system.
    /// </summary>
    public static int OpenNameless(string directory, out SafeFileHandle handle)
    {
        handle = OpenCreating(directory, ReadWrite | Nameless | CloseOnExec, (uint)FileFacts.Private);
        return handle.IsInvalid ? Marshal.GetLastPInvokeError() : 0;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle OpenCreating(string path, int flags, uint mode);
}
