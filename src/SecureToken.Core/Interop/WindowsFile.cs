using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Timing;

namespace SecureToken.Core.Interop;

/// <summary>What Windows does in its own way with files.</summary>
[SupportedOSPlatform("windows")]
internal static partial class WindowsFile
{
    private const uint ReadAttributes = 0x80;
    private const uint ReadAndAppend = 0x0001 | 0x0004 | ReadAttributes | 0x0010_0000;
    private const uint SharedWithAll = 1 | 2 | 4;
    private const uint OpenExisting = 3;
    private const uint AlsoDirectories = 0x0200_0000;
    private const uint LinkItself = 0x0020_0000;
    private const uint DirectoryAttribute = 0x10;
    private const uint ReadOnlyAttribute = 0x1;
    private const uint ReparseAttribute = 0x400;
    private const uint NameSurrogate = 0x2000_0000;
    private const int RenameClass = 3;
    private const int DispositionClass = 4;
    private const int AttributeTagClass = 9;
    private const int InvalidParameter = 87;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Whether an error says that there is nothing of the name, or that nothing can have it.</summary>
    public static bool MeansMissing(int error) => error is 2 or 3 or 123;

    /// <summary>
    /// The path that the system itself has for an existing file or directory: links, junctions, 8.3 names and drives that stand for a
    /// directory resolved.
    /// </summary>
    /// <param name="path">A full path.</param>
    /// <param name="followsLast">Whether a link at the end of the path is followed.</param>
    /// <param name="real">The path.</param>
    /// <returns>0 or the error.</returns>
    public static int FinalPath(string path, bool followsLast, out string real)
    {
        real = path;
        int error = OpenAny(path, followsLast ? 0 : LinkItself, out SafeFileHandle handle);
        using SafeFileHandle opened = handle;
        if (error != 0)
        {
            return error;
        }

        char[] buffer = new char[32 * 1024];
        uint length = FinalPathCall(opened, MemoryMarshal.Cast<char, ushort>(buffer.AsSpan()), (uint)buffer.Length, 0);
        if (length == 0 || length >= buffer.Length)
        {
            return length == 0 ? Marshal.GetLastPInvokeError() : InvalidParameter;
        }

        real = PathRules.Plain(new string(buffer, 0, (int)length));
        return 0;
    }

    /// <summary>What a name stands for, never through a link; null when there is nothing of that name.</summary>
    public static Result<FileFacts?> Describe(string path)
    {
        if (PathRules.Windows.NoFile(path) is not null)
        {
            return (FileFacts?)new FileFacts(FileKind.Device, FileFacts.Private, 0, 0);
        }

        int error = OpenAny(path, LinkItself, out SafeFileHandle handle);
        FileFacts facts = default;
        using (handle)
        {
            error = error == 0 ? Describe(handle, out facts) : error;
        }

        return error == 0 ? (FileFacts?)facts
            : MeansMissing(error) ? (FileFacts?)null
            : Failure.Of(DiagnosticDescriptors.FileUnreadable, path, Reason(error));
    }

    /// <summary>
    /// Fills <paramref name="facts"/> about an open file. A link is what stands for another name: a symbolic link or a junction, but not
    /// the placeholder of a file in a cloud.
    /// </summary>
    public static int Describe(SafeFileHandle handle, out FileFacts facts)
    {
        facts = default;
        Span<uint> information = stackalloc uint[13];
        Span<uint> tag = stackalloc uint[2];
        if (!InformationCall(handle, information))
        {
            return Marshal.GetLastPInvokeError();
        }

        uint attributes = information[0];
        bool isLink = (attributes & ReparseAttribute) != 0
            && (!InformationOfCall(handle, AttributeTagClass, tag, sizeof(uint) * 2) || (tag[1] & NameSurrogate) != 0);
        FileKind kind = isLink ? FileKind.Link : (attributes & DirectoryAttribute) != 0 ? FileKind.Directory : FileKind.Regular;
        long written = ((long)information[6] << 32) | information[5];
        facts = new FileFacts(kind, FileFacts.Private, 0, 0)
        {
            Device = information[7],
            Inode = ((ulong)information[11] << 32) | information[12],
            Size = ((long)information[8] << 32) | information[9],
            ModifiedAt = new FileTime(written / TimeSpan.TicksPerSecond, (uint)(written % TimeSpan.TicksPerSecond * 100)),
            Hindrance = kind == FileKind.Regular && (attributes & ReadOnlyAttribute) != 0 ? "it is marked read-only" : null,
        };
        return 0;
    }

    /// <summary>
    /// Opens an existing file so that whatever is written goes to its end, whoever else writes: the right to append, without the right to
    /// write elsewhere, makes the system ignore the place of a write.
    /// </summary>
    public static int OpenToAppend(string path, out SafeFileHandle handle)
    {
        handle = CreateFile(PathRules.Windows.Extended(path), ReadAndAppend, SharedWithAll, 0, OpenExisting, LinkItself, 0);
        return handle.IsInvalid ? Marshal.GetLastPInvokeError() : 0;
    }

    /// <summary>
    /// Gives an open file the name <paramref name="to"/>, in place of the file that has it. By the handle, which must have the right to
    /// delete: nobody can swap or remove the file before. Not ReplaceFileW, which can leave no file behind (errors 1175 to 1177). Virus
    /// scanners open fresh files for moments, so "in use" and "denied" are tried again for ten seconds.
    /// </summary>
    /// <exception cref="IOException">The reason; <see cref="FileErrors.IsInUse"/> tells a file that a program has open.</exception>
    public static void Replace(SafeFileHandle handle, string to)
    {
        LockWait wait = new(Patience);
        int error;
        while ((error = Rename(handle, PathRules.Windows.Extended(to))) != 0)
        {
            if (error is not (5 or 32 or 33) || !wait.Wait(CancellationToken.None))
            {
                // The system says "denied" of a target that someone has open without sharing its deletion.
                int reason = error == 5 && IsHeld(to) ? FileErrors.SharingViolation : error;
                throw new IOException(Reason(reason), unchecked((int)0x8007_0000) | reason);
            }
        }
    }

    /// <summary>Removes an open file when its handle is closed, so that no other file of its name is met.</summary>
    /// <returns>Whether the system will.</returns>
    public static bool DeleteOnClose(SafeFileHandle handle) => SetInformation(handle, DispositionClass, [1], 1);

    /// <summary>The system's words for an error.</summary>
    public static string Reason(int error) =>
        error is FileErrors.SharingViolation or FileErrors.LockViolation
            ? FileErrors.InUse : Marshal.GetPInvokeErrorMessage(error).TrimEnd('.', ' ');

    private static bool IsHeld(string path)
    {
        const uint Delete = 0x0001_0000;
        using SafeFileHandle handle =
            CreateFile(PathRules.Windows.Extended(path), Delete, SharedWithAll, 0, OpenExisting, LinkItself, 0);
        return handle.IsInvalid && Marshal.GetLastPInvokeError() is FileErrors.SharingViolation or FileErrors.LockViolation;
    }

    private static int Rename(SafeFileHandle handle, string to)
    {
        // FILE_RENAME_INFO: whether to replace, the handle of a root that we do not have, the length of the name, the name and its end.
        int nameAt = IntPtr.Size * 2 + sizeof(uint);
        byte[] information = new byte[nameAt + (to.Length + 1) * sizeof(char)];
        information[0] = 1;
        MemoryMarshal.Write(information.AsSpan(IntPtr.Size * 2), to.Length * sizeof(char));
        MemoryMarshal.AsBytes(to.AsSpan()).CopyTo(information.AsSpan(nameAt));
        return SetInformation(handle, RenameClass, information, (uint)information.Length) ? 0 : Marshal.GetLastPInvokeError();
    }

    private static int OpenAny(string path, uint flags, out SafeFileHandle handle)
    {
        handle = CreateFile(
            PathRules.Windows.Extended(path), ReadAttributes, SharedWithAll, 0, OpenExisting, AlsoDirectories | flags, 0);
        return handle.IsInvalid ? Marshal.GetLastPInvokeError() : 0;
    }

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial SafeFileHandle CreateFile(
        string path, uint access, uint share, nint security, uint disposition, uint flags, nint template);

    [LibraryImport("kernel32", EntryPoint = "GetFinalPathNameByHandleW", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial uint FinalPathCall(SafeFileHandle handle, Span<ushort> path, uint length, uint flags);

    [LibraryImport("kernel32", EntryPoint = "GetFileInformationByHandle", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool InformationCall(SafeFileHandle handle, Span<uint> information);

    [LibraryImport("kernel32", EntryPoint = "GetFileInformationByHandleEx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool InformationOfCall(SafeFileHandle handle, int kind, Span<uint> information, uint length);

    [LibraryImport("kernel32", EntryPoint = "SetFileInformationByHandle", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetInformation(SafeFileHandle handle, int kind, ReadOnlySpan<byte> information, uint length);
}
