using System.Runtime.InteropServices;

namespace SecureToken.Core.Interop;

/// <content>What concerns the process itself.</content>
internal static partial class Posix
{
    private const int CoreSize = 4;
    private const int SetDumpable = 4;

    private static readonly Lock Dumps = new();
    private static ResourceLimit? _usualDumps;

    /// <summary>
    /// No core dump of this process, and on Linux no reading of its memory by another process of the same user. A program that is
    /// started from here gets both back.
    /// </summary>
    public static void ForbidDumps()
    {
        if (GetResourceLimit(CoreSize, out ResourceLimit usual) == 0)
        {
            // The soft limit only: a hard one could not be given back.
            _usualDumps = usual;
            _ = SetResourceLimit(CoreSize, usual with { Soft = 0 });
        }

        if (OperatingSystem.IsLinux())
        {
            _ = ProcessControl(SetDumpable, 0, 0, 0, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetResourceLimit(int resource, out ResourceLimit limit);

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

    /// <summary>While a program is started, or becomes this process: the limits that it shall have.</summary>
    private readonly ref struct UsualLimits : IDisposable
    {
        private readonly Lock.Scope _held;

        public UsualLimits()
        {
            _held = Dumps.EnterScope();
            if (_usualDumps is { } usual)
            {
                _ = SetResourceLimit(CoreSize, in usual);
            }
        }

        public void Dispose()
        {
            if (_usualDumps is { } usual)
            {
                _ = SetResourceLimit(CoreSize, usual with { Soft = 0 });
            }

            _held.Dispose();
        }
    }
}
