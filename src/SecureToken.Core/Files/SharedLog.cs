using System.Runtime.Versioning;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;

namespace SecureToken.Core.Files;

/// <summary>A file that another program made and will read, and to which many programs append, such as that of <c>GITHUB_ENV</c>.</summary>
/// <remarks>
/// Not a <see cref="SecretFile"/>: a file that takes its place would not be the one that its reader knows, bytes that others append
/// meanwhile would be lost, and its mode is its maker's. So the very file is opened to append, never through a link, and gets all bytes in
/// one call.
/// </remarks>
internal static class SharedLog
{
    /// <summary>Why nothing can be appended to a file, or null. Nothing is written.</summary>
    public static Failure? Check(string path)
    {
        Result<SafeFileHandle> opened = Open(path);
        if (opened.Failure is null)
        {
            opened.Value.Dispose();
        }

        return opened.Failure;
    }

    /// <summary>Appends whole lines, and reads them back. A last line of someone else that has no end is ended first.</summary>
    /// <param name="path">Absolute path of the file, which must exist.</param>
    /// <param name="lines">The lines, with their ends; at least one.</param>
    /// <returns>Null; or 502, 503, 504, 505 (the file or the disk), 509 (it does not read back).</returns>
    public static Failure? Append(string path, ReadOnlySpan<byte> lines)
    {
        Result<SafeFileHandle> opened = Open(path);
        if (opened.Failure is { } failure)
        {
            return failure;
        }

        using SafeFileHandle handle = opened.Value;
        byte[] block = GC.AllocateUninitializedArray<byte>(lines.Length + 1, pinned: true);
        try
        {
            long length = RandomAccess.GetLength(handle);
            block[0] = (byte)'\n';
            lines.CopyTo(block.AsSpan(1));
            ReadOnlySpan<byte> bytes = EndsInLine(handle, length) ? block.AsSpan(1) : block;
            return Write(handle, path, bytes, length)
                ?? (Holds(handle, length, lines) ? null : Failure.Of(DiagnosticDescriptors.ReadBackFailed, path));
        }
        catch (Exception exception) when (FileErrors.Are(exception))
        {
            return FileErrors.NotWritten(path, exception);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(block);
        }
    }

    private static Result<SafeFileHandle> Open(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return OpenOnWindows(path);
        }

        int error = Posix.OpenToAppend(path, out SafeFileHandle handle);
        FileFacts facts = default;
        Failure? failure =
            error != 0
                ? (Posix.MeansLink(error)
                ? Failure.Of(DiagnosticDescriptors.LinkRefused, path)
                : Failure.Of(DiagnosticDescriptors.FileUnwritable, path, Posix.Reason(error)))
            : Posix.Describe(handle, out facts) is not 0 and int fault
                ? Failure.Of(DiagnosticDescriptors.FileUnwritable, path, Posix.Reason(fault))
            : facts.Kind != FileKind.Regular
                ? Failure.Of(DiagnosticDescriptors.NotARegularFile, path, "a " + facts.Kind.ToString().ToLowerInvariant())
            : null;
        if (failure is null)
        {
            return handle;
        }

        handle.Dispose();
        return failure;
    }

    [SupportedOSPlatform("windows")]
    private static Result<SafeFileHandle> OpenOnWindows(string path)
    {
        Result<FileFacts?> facts = FileFacts.Of(path);
        if ((facts.Failure ?? facts.Value?.Refusal(path)) is { } refusal)
        {
            return refusal;
        }

        // The file itself, also if a link has come in between: a link has no content.
        int error = WindowsFile.OpenToAppend(path, out SafeFileHandle handle);
        FileFacts opened = default;
        error = error == 0 ? WindowsFile.Describe(handle, out opened) : error;
        Failure? failure = error == 0
            ? opened.Refusal(path) : Failure.Of(DiagnosticDescriptors.FileUnwritable, path, WindowsFile.Reason(error));
        if (failure is null)
        {
            return handle;
        }

        handle.Dispose();
        return failure;
    }

    private static Failure? Write(SafeFileHandle handle, string path, ReadOnlySpan<byte> bytes, long length)
    {
        if (OperatingSystem.IsWindows())
        {
            // The handle may only append, so the system ignores the place.
            RandomAccess.Write(handle, bytes, length);
            return null;
        }

        int error = Posix.Write(handle, bytes, out int written);
        return error != 0 ? Failure.Of(DiagnosticDescriptors.FileUnwritable, path, Posix.Reason(error))
            : written != bytes.Length ? Failure.Of(DiagnosticDescriptors.FileUnwritable, path, "the disk is full")
            : null;
    }

    private static bool EndsInLine(SafeFileHandle handle, long length)
    {
        Span<byte> last = stackalloc byte[1];
        return length == 0 || (RandomAccess.Read(handle, last, length - 1) == 1 && last[0] == (byte)'\n');
    }

    /// <summary>Others may have appended too, before and after.</summary>
    private static bool Holds(SafeFileHandle handle, long from, ReadOnlySpan<byte> lines)
    {
        byte[] tail = GC.AllocateUninitializedArray<byte>(
            (int)Math.Min(RandomAccess.GetLength(handle) - from, FileReader.Limit), pinned: true);
        try
        {
            int read = RandomAccess.Read(handle, tail, from);
            return tail.AsSpan(0, read).IndexOf(lines) >= 0;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(tail);
        }
    }
}
