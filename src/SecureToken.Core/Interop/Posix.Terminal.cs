using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SecureToken.Core.Interop;

/// <content>The terminal.</content>
internal static partial class Posix
{
    // More than the structure takes on any C library that .NET runs on.
    private const int MostModes = 256;
    private const int AtOnce = 0;

    // SIGTTOU, the same on every platform that .NET runs on.
    private const int BackgroundChange = 22;
    private const nint Ignored = 1;

    // TIOCGWINSZ, which POWER has from BSD.
    private static readonly nuint GetWindowSize =
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture != Architecture.Ppc64le ? 0x5413u : 0x40087468u;

    /// <summary>How many columns the terminal on a descriptor has; null when there is no terminal, or it does not say.</summary>
    public static int? ColumnsOf(int descriptor)
    {
        // On ARM, Apple passes the arguments behind the dots on the stack. Six of no meaning fill the registers before it.
        bool isOnStack = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 && !OperatingSystem.IsLinux();
        int result = isOnStack
            ? DeviceControl(descriptor, GetWindowSize, 0, 0, 0, 0, 0, 0, out WindowSize size)
            : DeviceControl(descriptor, GetWindowSize, out size);
        return result == 0 && size.Columns > 0 ? size.Columns : null;
    }

    /// <summary>Opens the terminal that this process belongs to.</summary>
    /// <returns>Null when it has none.</returns>
    public static SafeFileHandle? OpenTerminal()
    {
        if (Open("/dev/tty", ReadOnly | NonBlocking | CloseOnExec, out SafeFileHandle terminal) == 0)
        {
            return terminal;
        }

        terminal.Dispose();
        return null;
    }

    /// <summary>Whether keys such as Ctrl-C reach this process directly: it is in the foreground of its terminal.</summary>
    public static bool IsInForeground()
    {
        using SafeFileHandle? terminal = OpenTerminal();
        return terminal is not null && ForegroundGroup(terminal) == OwnGroup();
    }

    /// <summary>The modes of a terminal: echo, editing of lines, which keys send signals.</summary>
    /// <returns>Null when this process is in the background: then they are another program's.</returns>
    public static byte[]? ModesOf(SafeFileHandle terminal)
    {
        byte[] modes = new byte[MostModes];
        return ForegroundGroup(terminal) == OwnGroup() && GetModes(terminal, modes) == 0 ? modes : null;
    }

    /// <summary>
    /// Gives a terminal the modes that it had. A program with groups of its own, as a shell is, has taken the foreground; after its end
    /// nobody has it. A terminal that another program is in the foreground of is left alone.
    /// </summary>
    public static void SetModes(SafeFileHandle terminal, ReadOnlySpan<byte> modes)
    {
        int own = OwnGroup();
        int foreground = ForegroundGroup(terminal);
        if (foreground != own && Signal(-foreground, 0) == 0)
        {
            return;
        }

        // Who is in the background and changes a terminal is stopped, unless he ignores the signal.
        nint usual = SetSignal(BackgroundChange, Ignored);
        if (foreground != own)
        {
            _ = SetForegroundGroup(terminal, own);
        }

        _ = SetModes(terminal, AtOnce, modes);
        _ = SetSignal(BackgroundChange, usual);
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetModes(SafeFileHandle terminal, Span<byte> modes);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetModes(SafeFileHandle terminal, int when, ReadOnlySpan<byte> modes);

    [LibraryImport("libc", EntryPoint = "tcgetpgrp", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ForegroundGroup(SafeFileHandle terminal);

    [LibraryImport("libc", EntryPoint = "tcsetpgrp")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetForegroundGroup(SafeFileHandle terminal, int group);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OwnGroup();

    [LibraryImport("libc", EntryPoint = "ioctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DeviceControl(int descriptor, nuint request, out WindowSize size);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DeviceControl(
        int descriptor, nuint request, nint third, nint fourth, nint fifth, nint sixth, nint seventh, nint eighth, out WindowSize size);

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelsAcross;
        public ushort PixelsDown;
    }
}
