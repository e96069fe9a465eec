using System.Runtime.Versioning;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;

namespace SecureToken.Core.Files;

/// <summary>What stood in a file at one moment, with the facts of the very file that was read.</summary>
internal sealed record Snapshot(byte[] Content, FileFacts Facts)
{
    /// <summary>Zeroes the content, which may hold the secret.</summary>
    public void Clear() => CryptographicOperations.ZeroMemory(Content);
}

/// <summary>What comparing a file with bytes found, with the facts of the very file that was compared.</summary>
internal sealed record FileComparison(FileFacts Facts, bool IsSame);

/// <summary>Reads a file without following a link, hanging on a pipe or being swapped between check and use.</summary>
internal static class FileReader
{
    /// <summary>In bytes. No file of settings comes near it, and a wrong path must not fill the memory.</summary>
    public const int Limit = 16 * 1024 * 1024;

    /// <summary>By such pieces a file is compared.</summary>
    private const int Piece = 64 * 1024;

    /// <summary>The same of a file of our own that holds no secret: a ledger can know a hundred thousand places.</summary>
    private const int LimitOfState = 16 * Limit;

    /// <summary>How long a file may be.</summary>
    public static int LimitOf(bool isSecret) => isSecret ? Limit : LimitOfState;

    /// <summary>The file's content, or null when there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shown">How the user spelled it.</param>
    /// <param name="isSecret">False for what may be copied in memory, such as a ledger.</param>
    public static Result<Snapshot?> Read(string path, string shown, bool isSecret = true)
    {
        Result<SafeFileHandle?> opened = Open(path, shown);
        if (opened.Failure is { } failure)
        {
            return failure;
        }

        if (opened.Value is not { } handle)
        {
            return (Snapshot?)null;
        }

        using (handle)
        {
            try
            {
                return Look(handle, shown, isSecret).Succeeded(out FileFacts facts, out Failure? refusal)
                    ? Read(handle, facts, shown, isSecret) : refusal;
            }
            catch (Exception e) when (FileErrors.Are(e))
            {
                return FileErrors.NotRead(shown, e);
            }
        }
    }

    /// <summary>Compares the file with bytes, a piece at a time: it is not in memory as a whole. Null when there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shown">How the user spelled it.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="isSecret">False for what may be copied in memory, such as a ledger.</param>
    public static Result<FileComparison?> Compare(string path, string shown, FileContent content, bool isSecret)
    {
        Result<SafeFileHandle?> opened = Open(path, shown);
        if (opened.Failure is { } failure)
        {
            return failure;
        }

        if (opened.Value is not { } handle)
        {
            return (FileComparison?)null;
        }

        using (handle)
        {
            try
            {
                return Look(handle, shown, isSecret).Succeeded(out FileFacts facts, out Failure? refusal)
                    ? new FileComparison(facts, Holds(handle, content)) : refusal;
            }
            catch (Exception e) when (FileErrors.Are(e))
            {
                return FileErrors.NotRead(shown, e);
            }
        }
    }

    /// <summary>Whether an open file has exactly these bytes.</summary>
    public static bool Holds(SafeFileHandle handle, FileContent content)
    {
        long length = content.Length;
        if (RandomAccess.GetLength(handle) != length)
        {
            return false;
        }

        byte[] piece = GC.AllocateUninitializedArray<byte>((int)Math.Min(Piece, length), pinned: true);
        try
        {
            long at = 0;
            for (int i = 0; i < content.Count; i++)
            {
                for (ReadOnlySpan<byte> rest = content[i]; !rest.IsEmpty; rest = rest[Math.Min(Piece, rest.Length)..])
                {
                    Span<byte> read = piece.AsSpan(0, Math.Min(Piece, rest.Length));
                    if (Fill(handle, read, at) != read.Length || !rest.StartsWith(read))
                    {
                        return false;
                    }

                    at += read.Length;
                }
            }

            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(piece);
        }
    }

    /// <summary>Why the name at <paramref name="path"/> is not ours to use; null when it is, or when nothing has that name.</summary>
    public static Failure? Refusal(string path, string shown)
    {
        Result<FileFacts?> facts = FileFacts.Of(path);
        return facts.Failure ?? facts.Value?.Refusal(shown);
    }

    private static Result<SafeFileHandle?> Open(string path, string shown)
    {
        if (OperatingSystem.IsWindows())
        {
            return OpenOnWindows(path, shown);
        }

        int error = Posix.OpenFile(path, write: false, out SafeFileHandle handle);
        if (error == 0)
        {
            return handle;
        }

        handle.Dispose();
        return error == Posix.NoEntry ? (SafeFileHandle?)null
            : Posix.MeansLink(error) ? Failure.Of(DiagnosticDescriptors.LinkRefused, shown)
            : Posix.MeansNoFile(error) ? Failure.Of(DiagnosticDescriptors.NotARegularFile, shown, "a socket or device")
            // "Permission denied" on another user's file: say whose it is.
            : Refusal(path, shown) ?? Failure.Of(DiagnosticDescriptors.FileUnreadable, shown, Posix.Reason(error));
    }

    /// <summary>
    /// An open that never follows a link would read the placeholder of a file in a cloud. So the name is looked at before and after: it
    /// leads to the file that was opened, or another writer has replaced it meanwhile.
    /// </summary>
    [SupportedOSPlatform("windows")]
    private static Result<SafeFileHandle?> OpenOnWindows(string path, string shown)
    {
        const int Tries = 50;
        for (int left = Tries; left > 0; left--)
        {
            Result<FileFacts?> facts = FileFacts.Of(path);
            if ((facts.Failure ?? facts.Value?.Refusal(shown)) is { } refusal)
            {
                return refusal;
            }

            if (facts.Value is null)
            {
                return (SafeFileHandle?)null;
            }

            SafeFileHandle? handle = null;
            try
            {
                handle = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
                if (WindowsFile.Describe(handle, out FileFacts opened) == 0
                    && FileFacts.Of(path) is { Failure: null, Value: { } now } && now.IsSameFile(opened) && now.Refusal(shown) is null)
                {
                    return handle;
                }
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                return (SafeFileHandle?)null;
            }
            catch (Exception e) when (FileErrors.Are(e) && (!FileErrors.IsInUse(e) || left == 1))
            {
                return FileErrors.NotRead(shown, e);
            }
            catch (IOException)
            {
                // A writer that has just replaced the file holds it for a moment.
                Thread.Sleep(10);
            }

            handle?.Dispose();
        }

        return Failure.Of(DiagnosticDescriptors.FileUnreadable, shown, "another program is writing it");
    }

    /// <summary>The facts of an open file that is ours to use.</summary>
    private static Result<FileFacts> Look(SafeFileHandle handle, string shown, bool isSecret)
    {
        int error = OperatingSystem.IsWindows() ? WindowsFile.Describe(handle, out FileFacts facts) : Posix.Describe(handle, out facts);
        if (error != 0)
        {
            return Failure.Of(
                DiagnosticDescriptors.FileUnreadable, shown,
                OperatingSystem.IsWindows() ? WindowsFile.Reason(error) : Posix.Reason(error));
        }

        if (facts.Refusal(shown) is { } refusal)
        {
            return refusal;
        }

        return facts.Size > LimitOf(isSecret) ? Failure.Of(DiagnosticDescriptors.FileTooLarge, shown, LimitOf(isSecret)) : facts;
    }

    private static Result<Snapshot?> Read(SafeFileHandle handle, FileFacts facts, string shown, bool isSecret)
    {
        long length = facts.Size;

        // Pinned, so that the garbage collector leaves no copy of the secret where we cannot zero it.
        byte[] content = GC.AllocateUninitializedArray<byte>((int)length, pinned: isSecret);
        try
        {
            int read = Fill(handle, content, 0);

            // A byte behind the last one tells a file that grows meanwhile from a whole one.
            Span<byte> more = stackalloc byte[1];
            if (read == length && RandomAccess.Read(handle, more, length) > 0)
            {
                more.Clear();
                CryptographicOperations.ZeroMemory(content);
                return Failure.Of(DiagnosticDescriptors.FileUnreadable, shown, "another program is writing it");
            }

            return new Snapshot(read == length ? content : Shortened(content, read), facts);
        }
        catch
        {
            CryptographicOperations.ZeroMemory(content);
            throw;
        }
    }

    /// <summary>What is left of a file that another program has shortened meanwhile.</summary>
    private static byte[] Shortened(byte[] content, int length)
    {
        byte[] shorter = GC.AllocateUninitializedArray<byte>(length, pinned: true);
        content.AsSpan(0, length).CopyTo(shorter);
        CryptographicOperations.ZeroMemory(content);
        return shorter;
    }

    private static int Fill(SafeFileHandle handle, Span<byte> buffer, long from)
    {
        int total = 0;
        while (total < buffer.Length)
        {
            int read = RandomAccess.Read(handle, buffer[total..], from + total);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }
}
