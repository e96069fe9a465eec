using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Interop;

/// <summary>What kind of thing a name stands for.</summary>
internal enum FileKind
{
    Regular,
    Directory,
    Link,
    Pipe,
    Socket,
    Device,
}

/// <summary>A time of the file system.</summary>
/// <param name="Seconds">Since 1970, UTC.</param>
/// <param name="Nanoseconds">Within the second.</param>
internal readonly record struct FileTime(long Seconds, uint Nanoseconds);

/// <summary>What decides whether a file may hold a secret.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Its permissions (Unix).</param>
/// <param name="Owner">The user it belongs to (Unix).</param>
/// <param name="Group">The group it belongs to (Unix).</param>
internal readonly record struct FileFacts(FileKind Kind, UnixFileMode Mode, uint Owner, uint Group)
{
    /// <summary>Read and write for the owner, nothing for anyone else.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>No permission beyond those of owner and group. On Windows every write makes the access list private.</summary>
    public bool IsPrivate => (Mode & ~(Private | UnixFileMode.GroupRead | UnixFileMode.GroupWrite)) == 0;

    /// <summary>The file system it lies on.</summary>
    public ulong Device { get; init; }

    /// <summary>Its number there.</summary>
    public ulong Inode { get; init; }

    /// <summary>Its length in bytes.</summary>
    public long Size { get; init; }

    /// <summary>When its content was changed.</summary>
    public FileTime ModifiedAt { get; init; }

    /// <summary>When its content or one of these facts was changed (Unix).</summary>
    public FileTime ChangedAt { get; init; }

    /// <summary>
    /// Why nothing can take the file's place although its directory may be written in, as the end of a message; null as a rule.
    /// </summary>
    public string? Hindrance { get; init; }

    /// <summary>Whether it is mounted by itself, as containers do with single files; nothing can take its place.</summary>
    public bool IsMounted { get; init; }

    /// <summary>The facts about <paramref name="path"/> itself, never through a link; null when there is nothing of that name.</summary>
    public static Result<FileFacts?> Of(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return WindowsFile.Describe(path);
        }

        return Posix.Describe(path, out FileFacts facts) switch
        {
            0 => (FileFacts?)facts,
            Posix.NoEntry => (FileFacts?)null,
            int error => Failure.Of(DiagnosticDescriptors.FileUnreadable, path, Posix.Reason(error)),
        };
    }

    /// <summary>Whether both are facts of one file, whatever happened to it between them.</summary>
    public bool IsSameFile(FileFacts other) => Device == other.Device && Inode == other.Inode;

    /// <summary>Whether both are facts of one file that nobody has touched between them.</summary>
    public bool IsUntouched(FileFacts other) =>
        IsSameFile(other) && Size == other.Size && ModifiedAt == other.ModifiedAt && ChangedAt == other.ChangedAt;

    /// <summary>Why a file with these facts cannot be replaced; null when it can.</summary>
    /// <param name="path">What the message names.</param>
    public Failure? Obstacle(string path) =>
        IsMounted ? Failure.Of(DiagnosticDescriptors.MountedFile, path)
        : Hindrance is { } reason ? Failure.Of(DiagnosticDescriptors.FileUnwritable, path, reason)
        : null;

    /// <summary>Why a file with these facts is not ours to use; null when it is.</summary>
    /// <param name="path">What the message names.</param>
    public Failure? Refusal(string path)
    {
        if (Kind == FileKind.Link)
        {
            return Failure.Of(DiagnosticDescriptors.LinkRefused, path);
        }

        if (Kind != FileKind.Regular)
        {
            return Failure.Of(
                DiagnosticDescriptors.NotARegularFile, path,
                Kind == FileKind.Directory ? "a directory" : "a " + Kind.ToString().ToLowerInvariant());
        }

        // Root may write anyone's file, and gives it back to its owner (see Replacement).
        return !OperatingSystem.IsWindows() && Posix.User is not 0 and uint user && user != Owner
            ? Failure.Of(DiagnosticDescriptors.ForeignOwner, path, $"uid {Owner}")
            : null;
    }
}
