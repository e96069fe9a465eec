using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Timing;

namespace SecureToken.Core.Interop;

/// <summary>The part of the recipe that Windows does in its own way. Read from documentation and sources; not run by us.</summary>
internal static partial class WindowsFile
{
    private const uint ReplaceExisting = 1;
    private const uint WriteThrough = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>What a name stands for; null when there is nothing of that name.</summary>
    public static Result<FileFacts?> Describe(string path)
    {
        if (path.StartsWith(@"\\.\", StringComparison.Ordinal))
        {
            return (FileFacts?)new FileFacts(FileKind.Device, FileFacts.Private, 0, 0);
        }

        try
        {
            FileInfo file = new(path);
            FileKind kind = file.LinkTarget is not null ? FileKind.Link
                : Directory.Exists(path) ? FileKind.Directory
                : FileKind.Regular;
            return kind == FileKind.Regular && !file.Exists ? (FileFacts?)null
                : new FileFacts(
                    kind, FileFacts.Private, 0,
                    0) { Hindrance = kind == FileKind.Regular && file.IsReadOnly ? "it is marked read-only" : null };
        }
        catch (Exception e) when (FileErrors.Are(e))
        {
            return Failure.Of(DiagnosticDescriptors.FileUnreadable, path, FileErrors.Reason(e));
        }
    }

    /// <summary>
    /// Replaces <paramref name="to"/> by <paramref name="from"/>. Not ReplaceFileW, which keeps the old file's ACL and can leave no
    /// file behind (errors 1175 to 1177); never by copying. Virus scanners open fresh files for moments, so "in use" and "denied"
    /// are tried again for ten seconds.
    /// </summary>
    [SupportedOSPlatform("windows")]
    public static void Replace(string from, string to)
    {
        LockWait wait = new(Patience);
        while (!MoveFile(from, to, ReplaceExisting | WriteThrough))
        {
            int error = Marshal.GetLastPInvokeError();
            if (error is not (5 or 32 or 33) || !wait.Wait(CancellationToken.None))
            {
                throw new IOException(Marshal.GetPInvokeErrorMessage(error));
            }
        }
    }

    [LibraryImport("kernel32", EntryPoint = "MoveFileExW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool MoveFile(string from, string to, uint flags);
}
