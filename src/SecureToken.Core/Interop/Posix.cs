using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace SecureToken.Core.Interop;

/// <summary>
/// The system calls that .NET hides or softens: every one returns 0 or the errno, and none is swallowed.
/// </summary>
/// <remarks>
/// <para>libc is taken from the running program, which is linked with it, and searched nowhere. By default the runtime opens
/// <c>libc.so</c> and <c>liblibc.so</c> next to the program first (measured: libc is searched next to the program), so a planted file
/// would be loaded into a process that holds the token.</para>
/// <para>No call here passes a variadic argument: on Apple's arm64 those go on the stack, where P/Invoke does not put them. That is
/// why <c>open</c> creates on Linux only (the mode is the third argument) and <c>fcntl</c> is asked only what takes no argument.
/// <c>ioctl</c> has a declaration of its own for Apple.</para>
/// </remarks>
[UnsupportedOSPlatform("windows")]
internal static partial class Posix
{
    /// <summary>No such file or directory.</summary>
    public const int NoEntry = 2;

    /// <summary>The descriptor is not open, or not for this.</summary>
    public const int BadDescriptor = 9;

    private const int Interrupted = 4;
    private const int NoDeviceOrAddress = 6;
    private const int NotPermitted = 1;
    private const int AccessDenied = 13;
    private const int Exists = 17;
    private const int InvalidArgument = 22;

    // What Linux calls a symbolic link met under O_NOFOLLOW, a lock held elsewhere, and "not supported"; then the same on macOS.
    private static readonly int Loop = OperatingSystem.IsMacOS() ? 62 : 40;
    private static readonly int WouldBlock = OperatingSystem.IsMacOS() ? 35 : 11;
    private static readonly int NotSupported = OperatingSystem.IsMacOS() ? 45 : 95;

    private const int ReadOnly = 0;
    private const int ReadWrite = 2;
    private static readonly int Append = OperatingSystem.IsMacOS() ? 0x8 : 0x400;
    private static readonly int NonBlocking = OperatingSystem.IsMacOS() ? 0x4 : 0x800;
    private static readonly int CloseOnExec = OperatingSystem.IsMacOS() ? 0x100_0000 : 0x8_0000;

    // These two differ on Linux by architecture: ARM and POWER have values of their own, everyone else the generic ones.
    private static readonly bool OwnFlags =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm or Architecture.Armv6 or Architecture.Ppc64le;

    private static readonly int NoFollow = OperatingSystem.IsMacOS() ? 0x100 : OwnFlags ? 0x8000 : 0x2_0000;
    private static readonly int DirectoryOnly = OperatingSystem.IsMacOS() ? 0x10_0000 : OwnFlags ? 0x4000 : 0x1_0000;

    private const int LockTogether = 1;
    private const int LockExclusively = 2;
    private const int LockNow = 4;
    private const int GiveLockBack = 8;
    private const int LongestPath = 4096;

    static Posix() => NativeLibrary.SetDllImportResolver(
        typeof(Posix).Assembly, (name, _, _) => name is "libc" or "libSystem" ? NativeLibrary.GetMainProgramHandle() : 0);

    /// <summary>The effective user.</summary>
    public static uint User => GetEffectiveUser();

    /// <summary>The system's words for an errno.</summary>
    public static string Reason(int error) => Marshal.GetPInvokeErrorMessage(error);

    /// <summary>Whether <see cref="OpenFile"/> met a symbolic link.</summary>
    public static bool MeansLink(int error) => error == Loop;

    /// <summary>Whether <see cref="OpenFile"/> met a socket or a device without a driver.</summary>
    public static bool MeansNoFile(int error) => error == NoDeviceOrAddress;

    /// <summary>Whether <see cref="Lock"/> met another holder.</summary>
    public static bool MeansHeld(int error) => error == WouldBlock;

    /// <summary>Whether the permissions of a file forbid it.</summary>
    public static bool MeansDenied(int error) => error is NotPermitted or AccessDenied;

    /// <summary>Whether a file could not be made because there is one.</summary>
    public static bool MeansExists(int error) => error == Exists;

    /// <summary>Whether a lock was refused because the file is not open for writing, which NFS asks for.</summary>
    public static bool MeansNotForWriting(int error) => error == BadDescriptor;

    /// <summary>Opens an existing file, never through a link, and without waiting for the other end of a pipe.</summary>
    public static int OpenFile(string path, bool write, out SafeFileHandle handle) =>
        Open(path, (write ? ReadWrite : ReadOnly) | NoFollow | NonBlocking | CloseOnExec, out handle);

    /// <summary>Opens an existing file, never through a link; whatever is written to it goes to its end.</summary>
    public static int OpenToAppend(string path, out SafeFileHandle handle) =>
        Open(path, ReadWrite | Append | NoFollow | NonBlocking | CloseOnExec, out handle);

    /// <summary>Writes at the place of an open file, in one call: another writer's bytes do not come in between.</summary>
    /// <param name="handle">The file.</param>
    /// <param name="bytes">What is written.</param>
    /// <param name="written">How much was: less on a full disk.</param>
    public static int Write(SafeFileHandle handle, ReadOnlySpan<byte> bytes, out int written)
    {
        nint result;
        do
        {
            result = WriteCall(handle, bytes, bytes.Length);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        written = (int)Math.Max(result, 0);
        return result < 0 ? Marshal.GetLastPInvokeError() : 0;
    }

    /// <summary>Opens a directory (measured: A directory cannot be opened by .NET).</summary>
    public static int OpenDirectory(string path, out SafeFileHandle handle) =>
        Open(path, ReadOnly | DirectoryOnly | CloseOnExec, out handle);

    /// <summary>Takes the exclusive lock of an open file, or says at once that another has it.</summary>
    public static int Lock(SafeFileHandle handle) => LockNowOrNever(handle, LockExclusively);

    /// <summary>Takes the shared lock of an open file, or says at once that another has the exclusive one.</summary>
    public static int LockShared(SafeFileHandle handle) => LockNowOrNever(handle, LockTogether);

    /// <summary>
    /// Makes the content of a file, or the names in a directory, durable. A file system without the notion (EINVAL, ENOTSUP) counts as
    /// done. Not FileStream.Flush(true) on Linux (measured: FileStream.Flush does not report a full disk).
    /// </summary>
    public static int Sync(SafeFileHandle handle)
    {
        int error;
        do
        {
            error = Error(SyncCall(handle));
        }
        while (error == Interrupted);
        return error == InvalidArgument || error == NotSupported ? 0 : error;
    }

    /// <summary>
    /// Gives a file of a directory the name of another one there. Not by paths: a directory may be exchanged for a link between the two
    /// names. Not <see cref="File.Move(string, string, bool)"/>, which turns into copy and delete across file systems.
    /// </summary>
    public static int Rename(SafeFileHandle directory, string from, string to) => Error(RenameCall(directory, from, directory, to));

    /// <summary>Removes a name in a directory; a missing one counts as removed.</summary>
    public static int Unlink(SafeFileHandle directory, string name)
    {
        int error = Error(UnlinkInCall(directory, name, 0));
        return error == NoEntry ? 0 : error;
    }

    /// <summary>Removes a name; a missing one counts as removed.</summary>
    public static int Unlink(string path)
    {
        int error = Error(UnlinkCall(path));
        return error == NoEntry ? 0 : error;
    }

    /// <summary>Gives an open file to another user.</summary>
    public static int ChangeOwner(SafeFileHandle handle, uint user, uint group) => Error(ChangeOwnerCall(handle, user, group));

    /// <summary>Resolves every link of a path that exists.</summary>
    public static int RealPath(string path, out string real)
    {
        Span<byte> buffer = stackalloc byte[LongestPath];
        int error = RealPathCall(path, buffer) == 0 ? Marshal.GetLastPInvokeError() : 0;
        real = error == 0 ? System.Text.Encoding.UTF8.GetString(buffer[..buffer.IndexOf((byte)0)]) : path;
        return error;
    }

    /// <summary>Fills <paramref name="facts"/> about a name itself (a link is not followed).</summary>
    public static int Describe(string path, out FileFacts facts)
    {
        Span<byte> buffer = stackalloc byte[256];
        if (OperatingSystem.IsMacOS())
        {
            int result = MacLayout.Arm ? LinkStatus(path, buffer) : LinkStatusOnIntel(path, buffer);
            facts = MacLayout.Read(buffer);
            return Error(result);
        }

        int error = Error(ExtendedStatus(CurrentDirectory, path, DoNotFollow, BasicFields, buffer));
        facts = LinuxLayout.Read(buffer);
        return error;
    }

    /// <summary>Fills <paramref name="facts"/> about a name in an open directory, which nobody can swap under us.</summary>
    public static int Describe(SafeFileHandle directory, string name, out FileFacts facts)
    {
        Span<byte> buffer = stackalloc byte[256];
        if (OperatingSystem.IsMacOS())
        {
            int result = MacLayout.Arm
                ? StatusIn(directory, name, buffer, DoNotFollowOnMac) : StatusInOnIntel(directory, name, buffer, DoNotFollowOnMac);
            facts = MacLayout.Read(buffer);
            return Error(result);
        }

        int error = Error(ExtendedStatusOf(directory, name, DoNotFollow, BasicFields, buffer));
        facts = LinuxLayout.Read(buffer);
        return error;
    }

    /// <summary>Fills <paramref name="facts"/> about an open file, which nobody can swap under us.</summary>
    public static int Describe(SafeFileHandle handle, out FileFacts facts)
    {
        Span<byte> buffer = stackalloc byte[256];
        if (OperatingSystem.IsMacOS())
        {
            int result = MacLayout.Arm ? FileStatus(handle, buffer) : FileStatusOnIntel(handle, buffer);
            facts = MacLayout.Read(buffer);
            return Error(result);
        }

        int error = Error(ExtendedStatusOf(handle, string.Empty, EmptyPath, BasicFields, buffer));
        facts = LinuxLayout.Read(buffer);
        return error;
    }

    private static int Open(string path, int flags, out SafeFileHandle handle)
    {
        for (;;)
        {
            handle = OpenCall(path, flags);
            int error = handle.IsInvalid ? Marshal.GetLastPInvokeError() : 0;
            if (error != Interrupted)
            {
                return error;
            }
        }
    }

    /// <summary>Gives the lock of an open file back, which stays open.</summary>
    public static void Unlock(SafeFileHandle handle) => _ = FileLockCall(handle, GiveLockBack);

    private static int LockNowOrNever(SafeFileHandle handle, int operation)
    {
        int error;
        do
        {
            error = Error(FileLockCall(handle, operation | LockNow));
        }
        while (error == Interrupted);
        return error;
    }

    private static int Error(int result) => result == 0 ? 0 : Marshal.GetLastPInvokeError();

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle OpenCall(string path, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint WriteCall(SafeFileHandle handle, ReadOnlySpan<byte> bytes, nint length);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FileLockCall(SafeFileHandle handle, int operation);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SyncCall(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int RenameCall(SafeFileHandle fromDirectory, string from, SafeFileHandle toDirectory, string to);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int UnlinkInCall(SafeFileHandle directory, string name, int flags);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int UnlinkCall(string path);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ChangeOwnerCall(SafeFileHandle handle, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint RealPathCall(string path, Span<byte> resolved);
}
