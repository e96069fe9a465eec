using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;
using SecureToken.Core.State;

namespace SecureToken.Core.Files;

/// <summary>
/// A file that only its owner reads, locked for the time of one update. It is the only writer of files in the product: lock, read,
/// edit the bytes, write.
/// </summary>
/// <remarks>
/// What is promised, and tested by killing and starving a process at every system call: the name leads to the whole old or the whole
/// new file at every moment; a success is on the disk; the file is never readable for others, not even while it is written; a
/// symbolic link is refused, since a cloned repository can hold <c>.env -&gt; ~/.bashrc</c>. A hard link is cut: the other name keeps
/// the old content.
/// </remarks>
public sealed class SecretFile : IDisposable
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(30);

    private readonly string _target;
    private readonly FileLock? _lock;
    private readonly AtomicFileWriter _replacement;

    private SecretFile(string path, string target, FileLock? owned)
    {
        Path = path;
        _target = target;
        _lock = owned;
        _replacement = new AtomicFileWriter(target, path);
    }

    /// <summary>The path as it was given.</summary>
    public string Path { get; }

    /// <summary>Checks that the file may hold a secret, creates its missing directories (for the owner only), and takes its lock.</summary>
    /// <param name="path">Absolute path; the file need not exist.</param>
    /// <param name="lockFile">Absolute path of the lock file, see <see cref="StateDirectory.LockFileFor"/>.</param>
    /// <param name="limit">How long to wait for another holder; 30 seconds when null.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The locked file; or 501, 508 (the lock), 502 (a link), 503 (not a regular file), 506 (everyone may write in its
    /// directory), 507 (another user's), 504, 505 (the system's reason), 316 (cancelled).</returns>
    public static Result<SecretFile> Lock(string path, string lockFile, TimeSpan? limit = null, CancellationToken ct = default)
    {
        if (!Prepare(path).Succeeded(out string? target, out Failure? failure)
            || !FileLock.Acquire(lockFile, path, limit ?? DefaultLimit, ct).Succeeded(out FileLock? held, out failure))
        {
            return failure;
        }

        SecretFile file = new(path, target, held);
        file._replacement.RemoveLeftover();
        return file;
    }

    /// <summary>The file of a lock that the caller holds already, for itself and perhaps for other files; it stays the caller's.</summary>
    /// <param name="path">Absolute path; the file need not exist.</param>
    /// <param name="held">The lock of the file.</param>
    /// <returns>The file; or what <see cref="Lock"/> refuses.</returns>
    public static Result<SecretFile> Under(string path, FileLock held)
    {
        ArgumentNullException.ThrowIfNull(held);
        if (!Prepare(path).Succeeded(out string? target, out Failure? failure))
        {
            return failure;
        }

        SecretFile file = new(path, target, owned: null);
        file._replacement.RemoveLeftover();
        return file;
    }

    /// <summary>The content, or null when there is no file. The caller zeroes it.</summary>
    /// <returns>The bytes; or 502, 503, 507 (swapped since it was locked), 504, 515 (more than 16 MiB).</returns>
    public Result<byte[]?> Read() => Content(_target, Path);

    /// <summary>Makes <paramref name="content"/> the content of the file, readable for its owner only, and durable.</summary>
    /// <param name="content">All bytes of the file.</param>
    /// <param name="proof">Asked about the bytes as they read back from the disk, before they take the old file's place.</param>
    /// <param name="isDurable">False for what nobody misses after a power cut: then nothing waits for the disk.</param>
    /// <returns>
    /// True when it was written; false when the file has these bytes and this mode already, and nothing was touched. On 505 the old file
    /// is whole; on 516 and 509 the new one stands, but is not confirmed.
    /// </returns>
    public Result<bool> Write(ReadOnlySpan<byte> content, ContentProof proof, bool isDurable = true)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (content.Length > FileReader.Limit)
        {
            return Failure.Of(DiagnosticDescriptors.FileTooLarge, Path, FileReader.Limit);
        }

        Result<Snapshot?> read = FileReader.Read(_target, Path);
        if (read.Failure is { } failure)
        {
            return failure;
        }

        bool same = read.Value is { } old && old.Facts.IsPrivate && content.SequenceEqual(old.Content);
        read.Value?.Clear();
        if (same)
        {
            return false;
        }

        return _replacement.Write(content, proof, read.Value?.Facts, isDurable) is { } refused ? refused : true;
    }

    /// <summary>Finds out whether the file could be written now, by doing all of it but taking the old file's place.</summary>
    /// <param name="growth">By how many bytes it may grow.</param>
    /// <returns>Null; or what <see cref="Read"/> says; or 505 with the system's reason.</returns>
    public Failure? Rehearse(int growth)
    {
        Result<Snapshot?> read = FileReader.Read(_target, Path);
        if (read.Failure is { } failure)
        {
            return failure;
        }

        int length = growth + (read.Value?.Content.Length ?? 0);
        read.Value?.Clear();
        return FileFacts.Of(_target).Value?.Obstacle(Path) ?? _replacement.Rehearse(length);
    }

    /// <summary>Removes the file.</summary>
    /// <returns>True when it was removed; false when there was none; or 502, 503, 507, or 517 with the system's reason.</returns>
    public Result<bool> Delete()
    {
        Result<FileFacts?> facts = FileFacts.Of(_target);
        if ((facts.Failure ?? facts.Value?.Refusal(Path)) is { } refusal)
        {
            return refusal;
        }

        if (facts.Value is null)
        {
            return false;
        }

        return _replacement.Delete() is { } failure ? failure : true;
    }

    /// <summary>The content without taking the lock: a rename is atomic, so a reader sees the old or the new file and never a torn one.</summary>
    /// <param name="path">Absolute path.</param>
    /// <returns>The bytes, null when there is no file; or what <see cref="Lock"/> and <see cref="Read"/> refuse.</returns>
    public static Result<byte[]?> ReadUnlocked(string path)
    {
        // The kernel follows the directories as well; what went wrong is told of the canonical path.
        if (System.IO.Path.IsPathFullyQualified(path) && System.IO.Path.GetDirectoryName(path) is { } directory
            && PrivateDirectory.Refusal(directory) is null && Content(path, path) is { Failure: null } content)
        {
            return content;
        }

        Result<string> canonical = CanonicalPath.Of(path);
        return canonical.Failure is { } failure ? failure
            : PrivateDirectory.Refusal(System.IO.Path.GetDirectoryName(canonical.Value)!) is { } refusal ? refusal
            : Content(canonical.Value, path);
    }

    /// <summary>
    /// The content of a file at which there is nothing to tidy up: it is private, and no killed run left its temporary file. Null
    /// otherwise; a writer then takes the lock and sees for itself. The caller zeroes it.
    /// </summary>
    /// <param name="path">Absolute path.</param>
    public static byte[]? ReadTidy(string path)
    {
        if (System.IO.Path.GetDirectoryName(path) is not { } directory
            || PrivateDirectory.Refusal(directory) is not null
            || AtomicFileWriter.HasLeftover(path)
            || FileReader.Read(path, path) is not { Failure: null, Value: { } file })
        {
            return null;
        }

        if (file.Facts.IsPrivate)
        {
            return file.Content;
        }

        file.Clear();
        return null;
    }

    /// <summary>Whether a killed run left its temporary file beside a file; it may hold a token.</summary>
    /// <param name="path">Absolute path.</param>
    internal static bool HasLeftover(string path) => CanonicalPath.Of(path) is { Failure: null } canonical && AtomicFileWriter.HasLeftover(canonical.Value);

    /// <summary>Gives the lock back, unless it is the caller's.</summary>
    public void Dispose() => _lock?.Dispose();

    private static Result<string> Prepare(string path)
    {
        Result<string> canonical = CanonicalPath.Of(path);
        return canonical.Failure is not null ? canonical
            : (PrivateDirectory.Ensure(System.IO.Path.GetDirectoryName(canonical.Value)!) ?? FileReader.Refusal(canonical.Value, path)) is { } refusal ? refusal
            : canonical;
    }

    private static Result<byte[]?> Content(string target, string shown)
    {
        Result<Snapshot?> read = FileReader.Read(target, shown);
        return read.Failure is { } failure ? failure : read.Value?.Content;
    }
}
