using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SecureToken.Core.Interop;

/// <summary>What the system knows about a file. The owner is not to be had from .NET, and its file type not before .NET 11.</summary>
internal static partial class Posix
{
    private const int CurrentDirectory = -100;
    private const int DoNotFollow = 0x100;
    private const int DoNotFollowOnMac = 0x20;
    private const int EmptyPath = 0x1000;
    private const uint BasicFields = 0x3db; // type, mode, user, group, times of change, number, size

    private static FileFacts Facts(int mode, uint user, uint group) => new(
        (mode & 0xF000) switch
        {
            0x8000 => FileKind.Regular,
            0x4000 => FileKind.Directory,
            0xA000 => FileKind.Link,
            0x1000 => FileKind.Pipe,
            0xC000 => FileKind.Socket,
            _ => FileKind.Device,
        },
        (UnixFileMode)(mode & 0xFFF),
        user,
        group);

    /// <summary><c>struct statx</c>: unlike <c>struct stat</c> the same on every architecture of Linux.</summary>
    private static class LinuxLayout
    {
        // These are told whether asked for or not. rename(2) would refuse, but only when it is too late to turn back.
        private const ulong Immutable = 0x10;
        private const ulong AppendOnly = 0x20;
        private const ulong MountRoot = 0x2000;

        public static FileFacts Read(ReadOnlySpan<byte> buffer) => Facts(
            MemoryMarshal.Read<ushort>(buffer[28..]), MemoryMarshal.Read<uint>(buffer[20..]), MemoryMarshal.Read<uint>(buffer[24..])) with
        {
            Device = ((ulong)MemoryMarshal.Read<uint>(buffer[136..]) << 32) | MemoryMarshal.Read<uint>(buffer[140..]),
            Inode = MemoryMarshal.Read<ulong>(buffer[32..]),
            Size = MemoryMarshal.Read<long>(buffer[40..]),
            ModifiedAt = Time(buffer[112..]),
            ChangedAt = Time(buffer[96..]),
            IsMounted = (MemoryMarshal.Read<ulong>(buffer[8..]) & MountRoot) != 0,
            Hindrance = (MemoryMarshal.Read<ulong>(buffer[8..]) & (Immutable | AppendOnly)) != 0 ? "it is marked immutable (chattr)" : null,
        };

        private static FileTime Time(ReadOnlySpan<byte> at) => new(MemoryMarshal.Read<long>(at), MemoryMarshal.Read<uint>(at[8..]));

    }

    /// <summary>
    /// <c>struct stat</c> of macOS with 64-bit inodes: the same on both its architectures. Not run by us; from its sys/stat.h.
    /// </summary>
    private static class MacLayout
    {
        public static bool Arm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

        public static FileFacts Read(ReadOnlySpan<byte> buffer) => Facts(
            BinaryPrimitives.ReadUInt16LittleEndian(buffer[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(buffer[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(buffer[20..])) with
        {
            Device = BinaryPrimitives.ReadUInt32LittleEndian(buffer),
            Inode = BinaryPrimitives.ReadUInt64LittleEndian(buffer[8..]),
            Size = BinaryPrimitives.ReadInt64LittleEndian(buffer[96..]),
            ModifiedAt = Time(buffer[48..]),
            ChangedAt = Time(buffer[64..]),
        };

        private static FileTime Time(ReadOnlySpan<byte> at) =>
            new(BinaryPrimitives.ReadInt64LittleEndian(at), (uint)BinaryPrimitives.ReadInt64LittleEndian(at[8..]));
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ExtendedStatus(int directory, string path, int flags, uint fields, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ExtendedStatusOf(SafeFileHandle handle, string path, int flags, uint fields, Span<byte> status);

    // macOS only, under a library name of its own, so that a native Linux binary that binds libc directly needs no such symbols.
    [LibraryImport("libSystem", EntryPoint = "lstat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int LinkStatus(string path, Span<byte> status);

    [LibraryImport("libSystem", EntryPoint = "lstat$INODE64", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int LinkStatusOnIntel(string path, Span<byte> status);

    [LibraryImport("libSystem", EntryPoint = "fstatat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatusIn(SafeFileHandle directory, string name, Span<byte> status, int flags);

    [LibraryImport("libSystem", EntryPoint = "fstatat$INODE64", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatusInOnIntel(SafeFileHandle directory, string name, Span<byte> status, int flags);

    [LibraryImport("libSystem", EntryPoint = "fstat", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FileStatus(SafeFileHandle handle, Span<byte> status);

    [LibraryImport("libSystem", EntryPoint = "fstat$INODE64", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FileStatusOnIntel(SafeFileHandle handle, Span<byte> status);
}
