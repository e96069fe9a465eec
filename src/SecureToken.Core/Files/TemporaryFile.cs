using Microsoft.Win32.SafeHandles;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;
using SecureToken.Core.Timing;

namespace SecureToken.Core.Files;

/// <summary>The new content of a file, beside it until it takes its place. Its name is also the lock of the file.</summary>
/// <remarks>
/// <para>Writers need not share a state directory: root and a user, a host and a container with the same mount, two jobs in one workspace
/// all meet at this name. It is made with O_EXCL, so one writer has it at a time, and a rename gives it back. A killed writer leaves at
/// most one
/// such file; the next writer knows it by its lock, which the kernel dropped, and removes it.</para>
/// <para>The owner's lock is a shared one and whoever asks whether the owner lives tries the exclusive one. After the rename the lock is on
/// the target for a moment, and every reader in .NET takes a shared lock. A lock on the target itself would refuse those readers for as
/// long as the disk takes; one on its directory could be kept by every user of the machine.</para>
/// <para>Its directory is opened first and stays open: file and target are then names in one directory, also if somebody exchanges it for
/// a link meanwhile. By paths the content that was read in one directory could take the place of a file in another.</para>
/// </remarks>
internal sealed class TemporaryFile : IDisposable
{
    /// <summary>
    /// What the name has behind the target's. It ends in <c>.tmp</c>, which the default .gitignore of .NET covers and <c>kubectl apply -f
    /// dir</c> skips.
    /// </summary>
    public const string Suffix = ".sectoken.tmp";

    /// <summary>
    /// A file of another user, whose lock cannot be asked for, is a dead writer's when nothing was written to it for so long.
    /// </summary>
    private static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(10);

    private const int FileExistsOnWindows = 80;
    private const int SharingViolationOnWindows = 32;

    private readonly string _path;
    private readonly FileStream _stream;
    private bool _isDone;

    private TemporaryFile(string path, FileStream stream, SafeFileHandle handle, FileFacts facts, SafeFileHandle? directory)
    {
        _path = path;
        _stream = stream;
        Handle = handle;
        Facts = facts;
        Directory = directory;
    }

    /// <summary>The file, open to write and to read back.</summary>
    public FileStream Stream => _stream;

    /// <summary>Its facts, when it was made.</summary>
    public FileFacts Facts { get; }

    /// <summary>The directory that it is in; null on Windows.</summary>
    public SafeFileHandle? Directory { get; }

    /// <summary>Its handle, asked of the stream once: each time that moves the place where it reads.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Makes the temporary file of a target, waiting for another writer of it.</summary>
    /// <param name="target">Canonical path of the target.</param>
    /// <param name="shown">How the user spelled it.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The file; or 501 (another writer has it), 508 (the file system cannot lock), 316 (cancelled).</returns>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static Result<TemporaryFile> Create(string target, string shown, TimeSpan limit, CancellationToken cancellation)
    {
        string path = target + Suffix;
        LockWait backoff = new(limit);
        while (!cancellation.IsCancellationRequested)
        {
            Result<TemporaryFile?> made = TryCreate(path, target, shown);
            if (made.Failure is { } failure)
            {
                return failure;
            }

            if (made.Value is { } file)
            {
                return file;
            }

            if (!RemoveDead(path) && !backoff.Wait(cancellation))
            {
                return Failure.Of(DiagnosticDescriptors.FileLocked, shown, "unknown", limit.TotalSeconds);
            }
        }

        return Failure.Of(DiagnosticDescriptors.Cancelled);
    }

    /// <summary>Removes the temporary file of a writer that is dead.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>Whether the name is free now; false when its writer lives.</returns>
    /// <exception cref="IOException">It cannot be removed.</exception>
    public static bool RemoveDead(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return RemoveDeadOnWindows(path);
        }

        int error = Posix.OpenFile(path, write: true, out SafeFileHandle handle);
        using SafeFileHandle opened = handle;
        if (error == Posix.NoEntry)
        {
            return true;
        }

        if (error == 0 && Posix.Describe(opened, out FileFacts facts) == 0 && facts.Kind == FileKind.Regular)
        {
            int held = Posix.Lock(opened);
            if (Posix.MeansHeld(held))
            {
                return false;
            }

            // Only who has the lock of this very file removes its name. Another file of the name is another writer's.
            Check(held);
            return !IsAt(path, facts) || Unlink(path);
        }

        if (FileFacts.Of(path) is not { Failure: null, Value: { Kind: FileKind.Regular } other })
        {
            return Unlink(path); // a planted link or pipe is nobody's
        }

        if (!Posix.MeansDenied(error))
        {
            Check(error);
        }

        return IsOld(other) && Unlink(path);
    }

    /// <summary>Puts the file in the place of the target.</summary>
    /// <returns>False when another writer has taken this one for dead and removed it; nothing was done then.</returns>
    /// <exception cref="IOException">It cannot be renamed.</exception>
    public bool TakePlaceOf(string target)
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsFile.Replace(Handle, target);
            _stream.Flush(flushToDisk: true);
            _stream.Dispose(); // readers see the target without a lock
        }
        else
        {
            if (!IsIn(Directory!, _path, Facts))
            {
                return false;
            }

            int error = Posix.Rename(Directory!, Path.GetFileName(_path), Path.GetFileName(target));
            if (error == Posix.NoEntry)
            {
                return false;
            }

            Check(error);

            // Readers see the target without a lock. It stays open, so that no later file gets its number before it is read back.
            Posix.Unlock(Handle);
        }

        _isDone = true;
        return true;
    }

    /// <summary>Whether facts are those of this file, which may have taken its target's place.</summary>
    public bool IsThis(FileFacts facts) => Facts.IsSameFile(facts);

    /// <summary>Removes the file, unless it has taken its target's place, and gives the lock back.</summary>
    public void Dispose()
    {
        try
        {
            if (!_isDone && !OperatingSystem.IsWindows() && IsIn(Directory!, _path, Facts))
            {
                Check(Posix.Unlink(Directory!, Path.GetFileName(_path)));
            }

            if (!_isDone && OperatingSystem.IsWindows())
            {
                WindowsFile.DeleteOnClose(Handle);
            }

            _stream.Dispose();
        }
        catch (Exception e) when (FileErrors.Are(e))
        {
            // It is only tidying: if it cannot, the next writer says why.
            _stream.Dispose();
        }

        Directory?.Dispose();
    }

    private static Result<TemporaryFile?> TryCreate(string path, string target, string shown)
    {
        SafeFileHandle? directory = PrivateDirectory.Open(Path.GetDirectoryName(path)!);
        bool isHeld = false;
        try
        {
            Result<TemporaryFile?> made = TryCreate(path, target, shown, directory);
            isHeld = made is { Failure: null, Value: not null };
            return made;
        }
        finally
        {
            if (!isHeld)
            {
                directory?.Dispose();
            }
        }
    }

    private static Result<TemporaryFile?> TryCreate(string path, string target, string shown, SafeFileHandle? directory)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew, // O_EXCL: neither an existing file nor a planted link
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileFacts.Private; // at open(2), so no moment with other permissions
        }

        FileStream stream;
        try
        {
            stream = OperatingSystem.IsWindows() ? WindowsAccess.Create(path, target) : new FileStream(path, options);
        }
        catch (IOException e) when (MeansTaken(e))
        {
            return (TemporaryFile?)null;
        }

        try
        {
            return OperatingSystem.IsWindows() ? OnWindows(path, stream) : Hold(path, shown, stream, directory!);
        }
        catch (Exception e) when (FileErrors.Are(e))
        {
            stream.Dispose();
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Nobody else may open it, and that is its lock.</summary>
    [System.Runtime.Versioning.SupportedOSPlatform("windows")]
    private static TemporaryFile OnWindows(string path, FileStream stream)
    {
        SafeFileHandle handle = stream.SafeFileHandle;
        int error = WindowsFile.Describe(handle, out FileFacts facts);
        return error == 0 ? new TemporaryFile(path, stream, handle, facts, null) : throw new IOException(WindowsFile.Reason(error));
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static Result<TemporaryFile?> Hold(string path, string shown, FileStream stream, SafeFileHandle directory)
    {
        SafeFileHandle handle = stream.SafeFileHandle;
        int locked = Posix.LockShared(handle);
        FileFacts facts = default;
        if (locked == 0)
        {
            Check(Posix.Describe(handle, out facts));
            if (IsIn(directory, path, facts))
            {
                return new TemporaryFile(path, stream, handle, facts, directory);
            }
        }

        stream.Dispose();
        if (locked == 0 || Posix.MeansHeld(locked))
        {
            // Between our open and our lock somebody took it for dead, and removes it; or the directory was exchanged.
            return (TemporaryFile?)null;
        }

        Unlink(path);
        return Failure.Of(DiagnosticDescriptors.LockUnsupported, shown, Posix.Reason(locked));
    }

    private static bool MeansTaken(IOException exception) =>
        OperatingSystem.IsWindows() ? (exception.HResult & 0xFFFF) is FileExistsOnWindows or SharingViolationOnWindows
        : Posix.MeansExists(exception.HResult) || Posix.MeansHeld(exception.HResult);

    private static bool RemoveDeadOnWindows(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (IOException e) when ((e.HResult & 0xFFFF) is SharingViolationOnWindows)
        {
            return false;
        }
    }

    private static bool IsOld(FileFacts facts) =>
        DateTimeOffset.UtcNow.ToUnixTimeSeconds() - facts.ModifiedAt.Seconds > DeadAfter.TotalSeconds;

    private static bool IsAt(string path, FileFacts facts) =>
        FileFacts.Of(path) is { Failure: null, Value: { } there } && there.IsSameFile(facts);

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static bool IsIn(SafeFileHandle directory, string path, FileFacts facts) =>
        Posix.Describe(directory, Path.GetFileName(path), out FileFacts there) == 0 && there.IsSameFile(facts);

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static bool Unlink(string path)
    {
        Check(Posix.Unlink(path));
        return true;
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new IOException(Posix.Reason(error));
        }
    }
}
