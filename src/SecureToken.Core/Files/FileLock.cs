using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;
using SecureToken.Core.Timing;

namespace SecureToken.Core.Files;

/// <summary>A lock that one holder on the machine has at a time, between processes and between threads of one process.</summary>
/// <remarks>
/// <para>The system's own file lock: it ends with its holder, however that ends, so no lock is ever stale. Not a named mutex, which
/// does not lock under native AOT (20 of 1000 increments survived), and not FileShare.None on Unix, which
/// <c>DOTNET_SYSTEM_IO_DISABLEFILELOCKING</c> switches off (49 of 200).</para>
/// <para>The lock file is kept: deleting it would let two holders lock two files of one name.</para>
/// </remarks>
public sealed class FileLock : IDisposable
{
    private const int HolderLength = 16;
    private readonly SafeFileHandle _handle;

    private FileLock(SafeFileHandle handle) => _handle = handle;

    /// <summary>Takes the lock, waiting for another holder until <paramref name="limit"/> is over; tries at least once.</summary>
    /// <param name="lockFile">Absolute path of the lock file; it and its directories are created for the owner only.</param>
    /// <param name="subject">What the lock protects; what the message names.</param>
    /// <param name="limit">How long to wait for another holder.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The lock; or 501 (held by another process, with its id), 508 (the file system cannot lock), 502, 503, 506, 520 (the
    /// lock file itself), 316 (cancelled).</returns>
    public static Result<FileLock> Acquire(string lockFile, string subject, TimeSpan limit, CancellationToken ct)
    {
        string directory = Path.GetDirectoryName(Path.GetFullPath(lockFile))!;
        try
        {
            PrivateDirectory.Create(directory);
        }
        catch (Exception e) when (FileErrors.Are(e))
        {
            return Failure.Of(DiagnosticDescriptors.LockFileUnwritable, lockFile, subject, FileErrors.Reason(e));
        }

        if (PrivateDirectory.Refusal(directory) is { } unsafeDirectory)
        {
            return unsafeDirectory;
        }

        LockWait wait = new(limit);
        SafeFileHandle? handle = null;
        try
        {
            while (!ct.IsCancellationRequested)
            {
                Result<bool> taken = Try(lockFile, subject, ref handle);
                if (taken.Failure is { } failure)
                {
                    return failure;
                }

                if (taken.Value)
                {
                    WriteHolder(handle!);
                    FileLock held = new(handle!);
                    handle = null;
                    return held;
                }

                if (!wait.Wait(ct))
                {
                    return Failure.Of(DiagnosticDescriptors.FileLocked, subject, HolderOf(lockFile), limit.TotalSeconds);
                }
            }

            return Failure.Of(DiagnosticDescriptors.Cancelled);
        }
        catch (Exception e) when (FileErrors.Are(e))
        {
            return Failure.Of(DiagnosticDescriptors.LockFileUnwritable, lockFile, subject, FileErrors.Reason(e));
        }
        finally
        {
            handle?.Dispose();
        }
    }

    /// <summary>Gives the lock back.</summary>
    public void Dispose() => _handle.Dispose();

    private static Result<bool> Try(string lockFile, string subject, ref SafeFileHandle? handle)
    {
        if (OperatingSystem.IsWindows())
        {
            return TryOnWindows(lockFile, ref handle);
        }

        if (handle is null)
        {
            Result<SafeFileHandle> opened = Open(lockFile, subject);
            if (opened.Failure is { } failure)
            {
                return failure;
            }

            handle = opened.Value;
        }

        // .NET ignores every error here but "held" (SafeFileHandle.Unix.cs, Init), and then runs without a lock. We do not.
        int error = Posix.Lock(handle);
        return error == 0 ? true
            : Posix.MeansHeld(error) ? false
            : Failure.Of(DiagnosticDescriptors.LockUnsupported, lockFile, Posix.Reason(error));
    }

    private static Result<bool> TryOnWindows(string lockFile, ref SafeFileHandle? handle)
    {
        if (FileReader.Refusal(lockFile, lockFile) is { } refusal)
        {
            return refusal;
        }

        try
        {
            // Others may read who holds it, none may open it to write: that is what excludes them.
            handle = File.OpenHandle(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            return true;
        }
        catch (IOException e) when ((e.HResult & 0xFFFF) is 32 or 33)
        {
            return false;
        }
    }

    private static Result<SafeFileHandle> Open(string lockFile, string subject)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException();
        }

        int error = Posix.OpenFile(lockFile, write: true, out SafeFileHandle handle);
        if (error == Posix.NoEntry)
        {
            CreateEmpty(lockFile);
            error = Posix.OpenFile(lockFile, write: true, out handle);
        }

        FileFacts facts = default;
        if (error == 0)
        {
            error = Posix.Describe(handle, out facts);
        }

        Failure? failure = error != 0
            ? FileReader.Refusal(lockFile, lockFile)
                ?? Failure.Of(DiagnosticDescriptors.LockFileUnwritable, lockFile, subject, Posix.Reason(error))
            : facts.Refusal(lockFile);
        if (failure is null)
        {
            return handle;
        }

        handle.Dispose();
        return failure;
    }

    private static void CreateEmpty(string lockFile)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileFacts.Private;
        }

        try
        {
            using FileStream created = new(lockFile, options);
            GiveToOwnerOfDirectory(lockFile, created.SafeFileHandle);
        }
        catch (IOException) when (File.Exists(lockFile))
        {
            // Another process was first; its file is as good.
        }
    }

    /// <summary>What root makes in a user's directory must not lock the user out of his own files.</summary>
    private static void GiveToOwnerOfDirectory(string lockFile, SafeFileHandle created)
    {
        if (!OperatingSystem.IsWindows() && Posix.User == 0
            && FileFacts.Of(Path.GetDirectoryName(lockFile)!) is { Failure: null, Value: { Owner: not 0 } directory })
        {
            _ = Posix.ChangeOwner(created, directory.Owner, directory.Group);
        }
    }

    // Always the same length in one write, so that nobody reads half a number.
    private static void WriteHolder(SafeFileHandle handle)
    {
        string holder = Environment.ProcessId.ToString(CultureInfo.InvariantCulture).PadRight(HolderLength - 1) + "\n";
        RandomAccess.Write(handle, Encoding.ASCII.GetBytes(holder), 0);
    }

    /// <summary>Who holds a lock, for messages.</summary>
    internal static string HolderOf(string lockFile)
    {
        try
        {
            using SafeFileHandle handle = OpenToRead(lockFile);
            Span<byte> text = stackalloc byte[HolderLength];
            int length = RandomAccess.Read(handle, text, 0);
            return int.TryParse(text[..length], NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int process)
                ? $"process {process}"
                : "unknown";
        }
        catch (Exception e) when (FileErrors.Are(e))
        {
            return "unknown";
        }
    }

    private static SafeFileHandle OpenToRead(string lockFile)
    {
        if (OperatingSystem.IsWindows())
        {
            return File.OpenHandle(lockFile, share: FileShare.ReadWrite | FileShare.Delete);
        }

        // Not File.OpenHandle: it takes a shared lock, which the holder's exclusive one refuses.
        int error = Posix.OpenFile(lockFile, write: false, out SafeFileHandle handle);
        return error == 0 ? handle : throw new IOException(Posix.Reason(error));
    }
}
