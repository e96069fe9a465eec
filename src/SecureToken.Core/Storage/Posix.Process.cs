using System.Runtime.InteropServices;

namespace SecureToken.Core.Storage;

/// <content>What concerns the process itself.</content>
internal static partial class Posix
{
    private const int CoreSize = 4;
    private const int SetDumpable = 4;

    /// <summary>
    /// No core dump of this process, and on Linux no reading of its memory by another process of the same user. A program that is
    /// started from here gets the second back, but not the first.
    /// </summary>
    public static void ForbidDumps()
    {
        var none = default(ResourceLimit);
        _ = SetResourceLimit(CoreSize, in none);
        if (OperatingSystem.IsLinux())
        {
            _ = ProcessControl(SetDumpable, 0, 0, 0, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetResourceLimit(int resource, in ResourceLimit limit);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ProcessControl(int operation, nuint second, nuint third, nuint fourth, nuint fifth);

    /// <summary>Both are 64 bits wide on every platform that .NET runs on.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceLimit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
