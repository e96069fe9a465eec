using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SecureToken.Core.Interop;

/// <content>
/// Other programs. Process.Start is not used on Unix because it takes the environment as strings: a value in it would stand in memory
/// that nobody can zero, twice.
/// </content>
internal static unsafe partial class Posix
{
    private const int Execute = 1;
    private const int WriteAndSearch = 2 | Execute;
    private const int BrokenPipe = 13;
    private const int ChildOfId = 1;
    private const int Exited = 4;

    // The opaque structures of posix_spawn and the set of signals: at most 336 bytes on the C libraries that .NET runs on.
    private const int OpaqueSize = 1024;

    private const short DefaultSignals = 0x04;
    private static readonly short OwnSession = (short)(OperatingSystem.IsMacOS() ? 0x400 : 0x80);
    private static readonly int DoNotReap = OperatingSystem.IsMacOS() ? 0x20 : 0x100_0000;

    /// <summary>Whether this process may execute a file.</summary>
    public static bool MayExecute(string path) => Access(path, Execute) == 0;

    /// <summary>Whether this process may make files in a directory.</summary>
    public static bool MayWriteIn(string directory) => Access(directory, WriteAndSearch) == 0;

    /// <summary>Starts a program; its descriptors 0 to 2 are those given, or ours where one is null.</summary>
    /// <param name="program">Path of the program.</param>
    /// <param name="arguments">All arguments, the program's own name first.</param>
    /// <param name="environment">Pointers to its variables, ending with a null.</param>
    /// <param name="directory">Its working directory; null for ours.</param>
    /// <param name="streams">Standard input, output and error.</param>
    /// <param name="isOfOwnSession">Without our terminal, and leader of a group that <see cref="Signal"/> reaches as a whole.</param>
    /// <param name="id">Its id.</param>
    public static int Spawn(
        string program, IReadOnlyList<string> arguments, nint[] environment, string? directory, ReadOnlySpan<SafeHandle?> streams,
            bool isOfOwnSession, out int id)
    {
        Span<byte> actions = stackalloc byte[OpaqueSize];
        Span<byte> attributes = stackalloc byte[OpaqueSize];
        Span<byte> signals = stackalloc byte[OpaqueSize];
        id = 0;
        int error = InitializeActions(actions);
        if (error != 0)
        {
            return error;
        }

        error = InitializeAttributes(attributes);
        if (error == 0)
        {
            // .NET ignores SIGPIPE, and that would be handed down: a program in a pipe would not end with its reader.
            _ = EmptySet(signals);
            _ = AddToSet(signals, BrokenPipe);
            error = SetDefaultSignals(attributes, signals);
            error = error != 0 ? error : SetFlags(attributes, (short)(DefaultSignals | (isOfOwnSession ? OwnSession : 0)));
            for (int i = 0; i < streams.Length && error == 0; i++)
            {
                error = streams[i] is { } stream ? AddDuplicate(actions, (int)stream.DangerousGetHandle(), i) : 0;
            }

            error = error != 0 || directory is null ? error : AddDirectory(actions, directory);
            if (error == 0)
            {
                using var line = new ArgumentBlock(arguments);
                using var limits = new UsualLimits();
                fixed (nint* variables = environment)
                {
                    error = SpawnCall(out id, program, actions, attributes, line.Pointer, variables);
                }
            }

            _ = DestroyAttributes(attributes);
        }

        _ = DestroyActions(actions);
        return error;
    }

    /// <summary>Becomes another program, under the same process id; returns only when that fails.</summary>
    public static int Replace(string program, IReadOnlyList<string> arguments, nint[] environment)
    {
        _ = SetSignal(BrokenPipe, 0);
        using var line = new ArgumentBlock(arguments);
        using var limits = new UsualLimits();
        fixed (nint* variables = environment)
        {
            return Error(ReplaceCall(program, line.Pointer, variables));
        }
    }

    /// <summary>Waits until a child has ended, and leaves its id taken.</summary>
    public static int AwaitEnd(int child)
    {
        Span<byte> information = stackalloc byte[OpaqueSize];
        int error;
        do
        {
            error = Error(WaitCall(ChildOfId, child, information, Exited | DoNotReap));
        }
        while (error == Interrupted);
        return error;
    }

    /// <summary>Takes the status of a child that has ended; its id may then be given to another process.</summary>
    public static int Reap(int child, out int status)
    {
        int result;
        do
        {
            result = ReapCall(child, out status, 0);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return result < 0 ? Marshal.GetLastPInvokeError() : 0;
    }

    /// <summary>Sends a signal to a process, or with a negative id to a group.</summary>
    public static int Signal(int process, int signal) => Error(SignalCall(process, signal));

    /// <summary>Writes to a descriptor that may be shared and may not wait, until all is written.</summary>
    public static int WriteAll(SafeFileHandle handle, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int error = Write(handle, bytes, out int written);
            if (error == WouldBlock)
            {
                var state = new Polled { Descriptor = (int)handle.DangerousGetHandle(), Wanted = 4 };
                _ = PollCall(ref state, 1, -1);
            }
            else if (error != 0)
            {
                return error;
            }

            bytes = bytes[written..];
        }

        return 0;
    }

    /// <summary>Whether bytes wait in a pipe.</summary>
    public static bool HasUnread(SafeHandle pipe)
    {
        var state = new Polled { Descriptor = (int)pipe.DangerousGetHandle(), Wanted = 1 };
        return PollCall(ref state, 1, 0) > 0 && (state.Returned & 1) != 0;
    }

    /// <summary>The environment as this process got it, bytes that are no text included.</summary>
    public static byte** Environment()
    {
        nint program = NativeLibrary.GetMainProgramHandle();
        return OperatingSystem.IsMacOS()
            ? *((delegate* unmanaged<byte***>)NativeLibrary.GetExport(program, "_NSGetEnviron"))()
            : *(byte***)NativeLibrary.GetExport(program, "environ");
    }

    /// <summary>
    /// Looked up when it is needed: glibc has it since 2.29 only, and a program bound to it would not start with an older one.
    /// </summary>
    private static int AddDirectory(Span<byte> actions, string path)
    {
        if (!NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "posix_spawn_file_actions_addchdir_np", out nint function))
        {
            return NotSupported;
        }

        nint text = Marshal.StringToCoTaskMemUTF8(path);
        fixed (byte* list = actions)
        {
            int error = ((delegate* unmanaged<byte*, nint, int>)function)(list, text);
            Marshal.FreeCoTaskMem(text);
            return error;
        }
    }

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SpawnCall(
        out int id, string path, Span<byte> actions, Span<byte> attributes, nint* arguments, nint* environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int InitializeActions(Span<byte> actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int AddDuplicate(Span<byte> actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DestroyActions(Span<byte> actions);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int InitializeAttributes(Span<byte> attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetFlags(Span<byte> attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetDefaultSignals(Span<byte> attributes, ReadOnlySpan<byte> signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DestroyAttributes(Span<byte> attributes);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int EmptySet(Span<byte> signals);

    [LibraryImport("libc", EntryPoint = "sigaddset")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int AddToSet(Span<byte> signals, int signal);

    [LibraryImport("libc", EntryPoint = "signal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint SetSignal(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ReplaceCall(string path, nint* arguments, nint* environment);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int WaitCall(int kind, int id, Span<byte> information, int options);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ReapCall(int id, out int status, int options);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SignalCall(int process, int signal);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int PollCall(ref Polled state, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct Polled
    {
        public int Descriptor;
        public short Wanted;
        public short Returned;
    }

    /// <summary>Arguments as a C program takes them.</summary>
    private readonly struct ArgumentBlock : IDisposable
    {
        private readonly nint[] _pointers;
        private readonly GCHandle _pin;

        public ArgumentBlock(IReadOnlyList<string> arguments)
        {
            _pointers = new nint[arguments.Count + 1];
            for (int i = 0; i < arguments.Count; i++)
            {
                _pointers[i] = Marshal.StringToCoTaskMemUTF8(arguments[i]);
            }

            _pin = GCHandle.Alloc(_pointers, GCHandleType.Pinned);
        }

        public nint* Pointer => (nint*)_pin.AddrOfPinnedObject();

        public void Dispose()
        {
            _pin.Free();
            foreach (nint pointer in _pointers)
            {
                Marshal.FreeCoTaskMem(pointer);
            }
        }
    }
}
