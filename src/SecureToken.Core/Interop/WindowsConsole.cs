using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace SecureToken.Core.Interop;

/// <summary>
/// The console of Windows. It takes text in its own encoding, so that what is written does not depend on its code page, which belongs to
/// the user and stays as it is; and it obeys colours when it is told to.
/// </summary>
public static partial class WindowsConsole
{
    private const uint ProcessedOutput = 0x1;
    private const uint TerminalSequences = 0x4;

    /// <summary>A stream of UTF-8 to the console; null where standard output or error is a file or a pipe.</summary>
    /// <param name="descriptor">1 for standard output, 2 for standard error.</param>
    [SupportedOSPlatform("windows")]
    public static Stream? Open(int descriptor)
    {
        nint handle = HandleOf(descriptor);
        return ModeOf(handle, out _) ? new ConsoleStream(handle) : null;
    }

    /// <summary>Whether standard output or error is a console that obeys colours, after it was told to.</summary>
    /// <param name="descriptor">1 for standard output, 2 for standard error.</param>
    [SupportedOSPlatform("windows")]
    public static bool TryObeySequences(int descriptor)
    {
        nint handle = HandleOf(descriptor);
        return ModeOf(handle, out uint mode)
            && ((mode & TerminalSequences) != 0 || SetMode(handle, mode | ProcessedOutput | TerminalSequences));
    }

    private static nint HandleOf(int descriptor) => StandardHandle(-10 - descriptor);

    [LibraryImport("kernel32", EntryPoint = "GetStdHandle")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint StandardHandle(int which);

    [LibraryImport("kernel32", EntryPoint = "GetConsoleMode")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ModeOf(nint console, out uint mode);

    [LibraryImport("kernel32", EntryPoint = "SetConsoleMode")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetMode(nint console, uint mode);

    [LibraryImport("kernel32", EntryPoint = "WriteConsoleW", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool Write(nint console, ReadOnlySpan<ushort> text, uint length, out uint written, nint reserved);

    /// <summary>A character may come in two writes: the decoder keeps its beginning.</summary>
    [SupportedOSPlatform("windows")]
    private sealed class ConsoleStream(nint console) : WriteOnlyStream
    {
        /// <summary>The console takes no more at once.</summary>
        private const int LongestWrite = 8 * 1024;

        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            char[] text = GC.AllocateUninitializedArray<char>(_decoder.GetCharCount(buffer, flush: false), pinned: true);
            try
            {
                Span<char> left = text.AsSpan(0, _decoder.GetChars(buffer, text, flush: false));
                while (left.Length > 0)
                {
                    ReadOnlySpan<char> part = left[..Math.Min(left.Length, LongestWrite)];
                    ReadOnlySpan<ushort> units = MemoryMarshal.Cast<char, ushort>(part);
                    if (!WindowsConsole.Write(console, units, (uint)units.Length, out uint written, 0) || written == 0)
                    {
                        throw new IOException(Marshal.GetLastPInvokeErrorMessage());
                    }

                    left = left[(int)written..];
                }
            }
            finally
            {
                // It may be the token, as 'get' prints it.
                Array.Clear(text);
            }
        }
    }
}
