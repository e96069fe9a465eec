using System.Security.Cryptography;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;
using SecureToken.Core.State;
using SecureToken.Core.Timing;

namespace SecureToken.Core.Files;

/// <summary>Makes new content of the old one.</summary>
/// <param name="old">The file; empty when there is none. Not to be kept.</param>
/// <returns>All bytes of the new file, which the caller zeroes; or why there are none.</returns>
public delegate Result<byte[]> ContentEditor(ReadOnlySpan<byte> old);

/// <summary>
/// A file that holds a secret: only its owner reads it, and who could before (see <see cref="KeptAccess"/>). It is the only writer of files
/// in the product: lock, read, edit the bytes, write.
/// </summary>
/// <remarks>
/// What is promised, and tested by killing and starving a process at every system call: the name leads to the whole old or the whole
/// new file at every moment; a success is on the disk; the file is never readable for others, not even while it is written; a
/// symbolic link is refused, since a cloned repository can hold <c>.env -&gt; ~/.bashrc</c>. A hard link is cut: the other name keeps
/// the old content. Writers with another lock file, or none, lose no update of each other (see <see cref="TemporaryFile"/>): the lock file
/// only keeps the file for one run while it works on several.
/// </remarks>
public sealed class SecretFile : IDisposable
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(30);

    private readonly string _target;
    private readonly FileLock? _lock;
    private readonly TimeSpan _limit;
    private readonly CancellationToken _cancellation;
    private readonly bool _isSecret;
    private readonly AtomicFileWriter _replacement;

    private SecretFile(string path, string target, FileLock? owned, TimeSpan limit, bool isSecret, CancellationToken cancellation)
    {
        _isSecret = isSecret;
        Path = path;
        _target = target;
        _lock = owned;
        _limit = limit;
        _cancellation = cancellation;
        _replacement = new AtomicFileWriter(target, path, isSecret);
    }

    /// <summary>The path as it was given.</summary>
    public string Path { get; }

    /// <summary>Checks that the file may hold a secret, creates its missing directories (for the owner only), and takes its lock.</summary>
    /// <param name="path">Absolute path; the file need not exist.</param>
    /// <param name="lockFile">Absolute path of the lock file, see <see cref="StateDirectory.LockFileFor"/>; null for none.</param>
    /// <param name="limit">How long to wait for another holder; 30 seconds when null.</param>
    /// <param name="isSecret">False for what may be copied in memory, such as a ledger.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The locked file; or 501, 508 (the lock), 502 (a link), 503 (not a regular file), 506 (everyone may write in its
    /// directory), 507 (another user's), 504, 505 (the system's reason), 316 (cancelled).</returns>
    public static Result<SecretFile> Lock(
        string path, string? lockFile, TimeSpan? limit = null, bool isSecret = true, CancellationToken ct = default)
    {
        FileLock? held = null;
        if (!Prepare(path).Succeeded(out string? target, out Failure? failure)
            || (lockFile is not null && !FileLock.Acquire(lockFile, path, limit ?? DefaultLimit, ct).Succeeded(out held, out failure)))
        {
            return failure;
        }

        return Open(path, target, held, limit ?? DefaultLimit, isSecret, ct);
    }

    /// <summary>The file of a lock that the caller holds already, for itself and perhaps for other files; it stays the caller's.</summary>
    /// <param name="path">Absolute path; the file need not exist.</param>
    /// <param name="held">The lock of the file; null where there is none.</param>
    /// <returns>The file; or what <see cref="Lock"/> refuses.</returns>
    public static Result<SecretFile> Under(string path, FileLock? held) =>
        Prepare(path).Succeeded(out string? target, out Failure? failure)
            ? Open(path, target, null, DefaultLimit, isSecret: true, CancellationToken.None) : failure;

    /// <summary>The content, or null when there is no file. The caller zeroes it.</summary>
    /// <returns>The bytes; or 502, 503, 507 (swapped since it was locked), 504, 515 (more than 16 MiB).</returns>
    public Result<byte[]?> Read() => Content(_target, Path, _isSecret);

    /// <summary>Makes <paramref name="content"/> the content of the file, and durable. What stood there before is lost.</summary>
    /// <param name="content">All bytes of the file.</param>
    /// <param name="proof">Asked about the bytes as they read back from the disk, before they take the old file's place.</param>
    /// <param name="durability">What a power cut leaves of it.</param>
    /// <returns>
    /// True when it was written; false when the file has these bytes and this mode already, and nothing was touched. On 505 the old file
    /// is whole; on 516 and 509 the new one stands, but is not confirmed.
    /// </returns>
    public Result<bool> Write(ReadOnlySpan<byte> content, ContentProof proof, Durability durability = Durability.Full)
    {
        ArgumentNullException.ThrowIfNull(proof);
        return Put(new FileContent(content), proof, durability);
    }

    /// <summary>The same, of content that need not be put together, and of which nothing is to be proven.</summary>
    internal Result<bool> WritePieces(ReadOnlyMemory<byte>[] pieces, Durability durability) =>
        Put(new FileContent(pieces), null, durability);

    /// <summary>
    /// Reads, edits and writes the file. A writer that comes between, whoever it is, makes it read again: nobody's update is lost.
    /// </summary>
    /// <param name="editor">Makes the new content; called again for what another writer left.</param>
    /// <param name="proof">As for <see cref="Write"/>.</param>
    /// <returns>As <see cref="Write"/>; or what the editor refuses; or 501 when other writers never stop.</returns>
    public Result<bool> Update(ContentEditor editor, ContentProof proof)
    {
        ArgumentNullException.ThrowIfNull(editor);
        ArgumentNullException.ThrowIfNull(proof);
        LockWait backoff = new(_limit);
        do
        {
            if (!FileReader.Read(_target, Path, _isSecret).Succeeded(out Snapshot? old, out Failure? failure))
            {
                return failure;
            }

            byte[]? content = null;
            try
            {
                if (!editor(old?.Content ?? []).Succeeded(out content, out failure))
                {
                    return failure;
                }

                FileComparison? compared = old is null ? null : new(old.Facts, content.AsSpan().SequenceEqual(old.Content));
                Result<bool?> written = Replace(compared, new FileContent(content), proof, now => IsSame(old, now), Durability.Full);
                if (written.Failure is not null || written.Value is not null)
                {
                    return written.Failure is { } fault ? fault : written.Value!.Value;
                }
            }
            finally
            {
                old?.Clear();
                CryptographicOperations.ZeroMemory(content);
            }
        }
        while (backoff.Wait(_cancellation));
        return Overtaken();
    }

    /// <summary>Finds out whether the file could be written now, by doing all of it but taking the old file's place.</summary>
    /// <param name="growth">By how many bytes it may grow.</param>
    /// <returns>Null; or what <see cref="Read"/> says; or 505 with the system's reason.</returns>
    public Failure? Rehearse(int growth)
    {
        Result<Snapshot?> read = FileReader.Read(_target, Path, _isSecret);
        if (read.Failure is { } failure)
        {
            return failure;
        }

        int length = growth + (read.Value?.Content.Length ?? 0);
        read.Value?.Clear();
        return read.Value?.Facts.Obstacle(Path) ?? _replacement.Rehearse(length);
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

    /// <summary>
    /// The content without taking the lock: a rename is atomic, so a reader sees the old or the new file and never a torn one.
    /// </summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="isSecret">False for what may be copied in memory, such as a ledger.</param>
    /// <returns>The bytes, null when there is no file; or what <see cref="Lock"/> and <see cref="Read"/> refuse.</returns>
    public static Result<byte[]?> ReadUnlocked(string path, bool isSecret = true)
    {
        // The kernel follows the directories as well; what went wrong is told of the canonical path.
        if (System.IO.Path.IsPathFullyQualified(path) && System.IO.Path.GetDirectoryName(path) is { } directory
            && PrivateDirectory.Refusal(directory) is null && Content(path, path, isSecret) is { Failure: null } content)
        {
            return content;
        }

        Result<string> canonical = CanonicalPath.Of(path);
        return canonical.Failure is { } failure ? failure
            : PrivateDirectory.Refusal(System.IO.Path.GetDirectoryName(canonical.Value)!) is { } refusal ? refusal
            : Content(canonical.Value, path, isSecret);
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
    internal static bool HasLeftover(string path) =>
        CanonicalPath.Of(path) is { Failure: null } canonical && AtomicFileWriter.HasLeftover(canonical.Value);

    /// <summary>What the last write could not give the new file of what the old one had.</summary>
    public IReadOnlyList<string> Losses => _replacement.Losses;

    /// <summary>What a file gives to whom, and what a write leaves of it; null when there is none.</summary>
    /// <param name="path">Absolute path.</param>
    internal static KeptAccess? AccessOf(string path) =>
        CanonicalPath.Of(path) is { Failure: null } canonical ? KeptAccess.Of(canonical.Value) : null;

    /// <summary>Gives the lock back, unless it is the caller's.</summary>
    public void Dispose() => _lock?.Dispose();

    private Result<bool> Put(FileContent content, ContentProof? proof, Durability durability)
    {
        LockWait backoff = new(_limit);
        do
        {
            if (!FileReader.Compare(_target, Path, content, _isSecret).Succeeded(out FileComparison? old, out Failure? failure))
            {
                return failure;
            }

            Result<bool?> attempt = Replace(old, content, proof, isStillSeen: null, durability);
            if (attempt.Failure is not null || attempt.Value is not null)
            {
                return attempt.Failure is { } fault ? fault : attempt.Value!.Value;
            }
        }
        while (backoff.Wait(_cancellation));
        return Overtaken();
    }

    /// <summary>One try to put content in the place of what was read: null when another writer came between.</summary>
    private Result<bool?> Replace(
        FileComparison? old, FileContent content, ContentProof? proof, Func<Snapshot?, bool>? isStillSeen, Durability durability)
    {
        if (content.Length > FileReader.LimitOf(_isSecret))
        {
            return Failure.Of(DiagnosticDescriptors.FileTooLarge, Path, FileReader.LimitOf(_isSecret));
        }

        if (old is { IsSame: true, Facts.IsPrivate: true })
        {
            return (bool?)false;
        }

        if (old?.Facts.Obstacle(Path) is { } obstacle)
        {
            return obstacle;
        }

        return _replacement.Write(content, proof, isStillSeen, durability, _limit, _cancellation)
            .Succeeded(out bool isWritten, out Failure? failure)
            ? (isWritten ? true : (bool?)null)
            : failure;
    }

    private static bool IsSame(Snapshot? seen, Snapshot? now) =>
        seen is null || now is null ? seen is null && now is null : seen.Content.AsSpan().SequenceEqual(now.Content);

    private Failure Overtaken() => Failure.Of(DiagnosticDescriptors.FileLocked, Path, "unknown", _limit.TotalSeconds);

    private static SecretFile Open(
        string path, string target, FileLock? owned, TimeSpan limit, bool isSecret, CancellationToken cancellation)
    {
        SecretFile file = new(path, target, owned, limit, isSecret, cancellation);
        file._replacement.RemoveLeftover();
        return file;
    }

    private static Result<string> Prepare(string path)
    {
        Result<string> canonical = CanonicalPath.Of(path);
        return canonical.Failure is not null ? canonical
            : (PrivateDirectory.Ensure(System.IO.Path.GetDirectoryName(canonical.Value)!)
                ?? FileReader.Refusal(canonical.Value, path)) is { } refusal ? refusal
            : canonical;
    }

    private static Result<byte[]?> Content(string target, string shown, bool isSecret)
    {
        Result<Snapshot?> read = FileReader.Read(target, shown, isSecret);
        return read.Failure is { } failure ? failure : read.Value?.Content;
    }
}
