using System.Runtime.InteropServices;

namespace SecureToken.Core.Interop;

/// <content>The terminal.</content>
internal static partial class Posix
{
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
