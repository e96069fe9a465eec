using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SecureToken.Core.Interop;

/// <content>Groups, access lists and extended attributes. The attributes are Linux's; macOS has other calls for them.</content>
internal static partial class Posix
{
    /// <summary>For <see cref="ChangeOwner"/>: leave it as it is.</summary>
    public const uint Same = uint.MaxValue;

    private const int LongestList = 64 * 1024;
    private const int NoData = 61;

    /// <summary>Whether the running user may give a file to a group.</summary>
    public static bool IsMember(uint group)
    {
        if (User == 0 || GetEffectiveGroup() == group)
        {
            return true;
        }

        Span<uint> groups = stackalloc uint[1024];
        int count = GetGroups(groups.Length, groups);
        return count > 0 && groups[..count].Contains(group);
    }

    /// <summary>The names of the extended attributes of an open file.</summary>
    public static IReadOnlyList<string> Attributes(SafeHandle file) =>
        Read(list => ListAttributes(file, list, list.Length)) is { Length: > 0 } names
            ? Encoding.UTF8.GetString(names).Split('\0', StringSplitOptions.RemoveEmptyEntries) : [];

    /// <summary>One extended attribute of an open file, or null.</summary>
    public static byte[]? Attribute(SafeHandle file, string name) => Read(value => GetAttribute(file, name, value, value.Length));

    /// <summary>
    /// What a call fills a buffer with, or null. The buffer is as long as an attribute can be, and used again: a thousand files are asked.
    /// </summary>
    private static byte[]? Read(Func<byte[], nint> call)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(LongestList);
        try
        {
            nint length = call(buffer);
            return length < 0 ? null : buffer[..(int)length];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Sets an extended attribute of an open file.</summary>
    public static int SetAttribute(SafeFileHandle file, string name, byte[] value) =>
        Error(SetAttributeCall(file, name, value, value.Length, 0));

    /// <summary>
    /// Removes an extended attribute of an open file; a missing one counts as removed, and so does one that the file system does not know.
    /// </summary>
    public static int RemoveAttribute(SafeFileHandle file, string name)
    {
        int error = Error(RemoveAttributeCall(file, name));
        return error == NoData || error == NotSupported ? 0 : error;
    }

    [LibraryImport("libc", EntryPoint = "getegid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint GetEffectiveGroup();

    [LibraryImport("libc", EntryPoint = "getgroups")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetGroups(int count, Span<uint> groups);

    [LibraryImport("libc", EntryPoint = "flistxattr")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint ListAttributes(SafeHandle file, Span<byte> list, nint size);

    [LibraryImport("libc", EntryPoint = "fgetxattr", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint GetAttribute(SafeHandle file, string name, Span<byte> value, nint size);

    [LibraryImport("libc", EntryPoint = "fsetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetAttributeCall(SafeFileHandle file, string name, ReadOnlySpan<byte> value, nint size, int flags);

    [LibraryImport("libc", EntryPoint = "fremovexattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int RemoveAttributeCall(SafeFileHandle file, string name);
}
