namespace SecureToken.Core.Diagnostics;

/// <content>5xx: local files.</content>
public static partial class DiagnosticDescriptors
{
    /// <summary>Another process holds the lock.</summary>
    public static readonly DiagnosticDescriptor FileLocked = new("SECTOK501", ExitStatus.LocalFile);

    /// <summary>The path is a symbolic link.</summary>
    public static readonly DiagnosticDescriptor LinkRefused = new("SECTOK502", ExitStatus.LocalFile);

    /// <summary>The path is a directory, pipe or device.</summary>
    public static readonly DiagnosticDescriptor NotARegularFile = new("SECTOK503", ExitStatus.LocalFile);

    /// <summary>The file cannot be read.</summary>
    public static readonly DiagnosticDescriptor FileUnreadable = new("SECTOK504", ExitStatus.LocalFile);

    /// <summary>The file cannot be written. Its content is unchanged.</summary>
    public static readonly DiagnosticDescriptor FileUnwritable = new("SECTOK505", ExitStatus.LocalFile);

    /// <summary>Other users can replace files in the directory.</summary>
    public static readonly DiagnosticDescriptor DirectoryUnsafe = new("SECTOK506", ExitStatus.LocalFile);

    /// <summary>The file belongs to another user.</summary>
    public static readonly DiagnosticDescriptor ForeignOwner = new("SECTOK507", ExitStatus.LocalFile);

    /// <summary>The file system does not support locks.</summary>
    public static readonly DiagnosticDescriptor LockUnsupported = new("SECTOK508", ExitStatus.LocalFile);

    /// <summary>Reading the file back did not return the token.</summary>
    public static readonly DiagnosticDescriptor ReadBackFailed = new("SECTOK509", ExitStatus.LocalFile);

    /// <summary>The file cannot be edited without changing more than the value.</summary>
    public static readonly DiagnosticDescriptor TextNotEditable = new("SECTOK510", ExitStatus.LocalFile);

    /// <summary>Git tracks the file.</summary>
    public static readonly DiagnosticDescriptor TrackedByGit = new("SECTOK511", ExitStatus.LocalFile);

    /// <summary>Git does not ignore the file.</summary>
    public static readonly DiagnosticDescriptor NotIgnoredByGit = new("SECTOK512", ExitStatus.Done);

    /// <summary>The user-secrets id has invalid characters.</summary>
    public static readonly DiagnosticDescriptor UserSecretsIdInvalid = new("SECTOK513", ExitStatus.Usage);

    /// <summary>There is no home directory.</summary>
    public static readonly DiagnosticDescriptor HomeMissing = new("SECTOK514", ExitStatus.LocalFile);

    /// <summary>The file is larger than any settings file.</summary>
    public static readonly DiagnosticDescriptor FileTooLarge = new("SECTOK515", ExitStatus.LocalFile);

    /// <summary>The file was replaced, but the system could not confirm that it is on disk.</summary>
    public static readonly DiagnosticDescriptor FileNotDurable = new("SECTOK516", ExitStatus.LocalFile);

    /// <summary>The file cannot be deleted.</summary>
    public static readonly DiagnosticDescriptor FileNotDeleted = new("SECTOK517", ExitStatus.LocalFile);

    /// <summary>The ledger lists a destination that only the settings can describe.</summary>
    public static readonly DiagnosticDescriptor DestinationNotRebuilt = new("SECTOK518", ExitStatus.LocalFile);

    /// <summary>Git did not say whether the file is tracked or ignored.</summary>
    public static readonly DiagnosticDescriptor GitSilent = new("SECTOK519", ExitStatus.Done);

    /// <summary>The file of a lock cannot be written.</summary>
    public static readonly DiagnosticDescriptor LockFileUnwritable = new("SECTOK528", ExitStatus.LocalFile);

    /// <summary>Output cannot be written: a full disk, a closed descriptor.</summary>
    public static readonly DiagnosticDescriptor OutputLost = new("SECTOK530", ExitStatus.LocalFile);

    /// <summary>The path leads into a git directory, into our own state, or to something that the kernel makes.</summary>
    public static readonly DiagnosticDescriptor PlaceRefused = new("SECTOK520", ExitStatus.Usage);

    /// <summary>The path starts with a tilde that no shell has expanded.</summary>
    public static readonly DiagnosticDescriptor TildeNotExpanded = new("SECTOK521", ExitStatus.Usage);

    /// <summary>Somebody could read the file before and cannot any more.</summary>
    public static readonly DiagnosticDescriptor AccessLost = new("SECTOK522", ExitStatus.Done);

    /// <summary>A byte order mark stands before the name of the token.</summary>
    public static readonly DiagnosticDescriptor ByteOrderMark = new("SECTOK523", ExitStatus.Done);

    /// <summary>The line of the token ends in a carriage return, which a shell takes for a part of the value.</summary>
    public static readonly DiagnosticDescriptor CarriageReturn = new("SECTOK524", ExitStatus.Done);

    /// <summary>A key of a manifest stands twice, where the token is not.</summary>
    public static readonly DiagnosticDescriptor KeyTwice = new("SECTOK525", ExitStatus.Done);

    /// <summary>Git is there and fails, so nobody knows whether the file is tracked.</summary>
    public static readonly DiagnosticDescriptor GitFailed = new("SECTOK526", ExitStatus.LocalFile);

    /// <summary>The file is mounted by itself, so that nothing can take its place.</summary>
    public static readonly DiagnosticDescriptor MountedFile = new("SECTOK527", ExitStatus.LocalFile);

    /// <summary>The new file could not be given what the old one had: its group, or extended attributes.</summary>
    public static readonly DiagnosticDescriptor AttributesLost = new("SECTOK529", ExitStatus.Done);

    /// <summary>Another program has the file open and does not share it, as programs do on Windows.</summary>
    public static readonly DiagnosticDescriptor FileInUse = new("SECTOK531", ExitStatus.LocalFile);

    private static IEnumerable<DiagnosticDescriptor> OfFiles =>
    [
        FileLocked,
        LinkRefused,
        NotARegularFile,
        FileUnreadable,
        FileUnwritable,
        DirectoryUnsafe,
        ForeignOwner,
        LockUnsupported,
        ReadBackFailed,
        TextNotEditable,
        TrackedByGit,
        NotIgnoredByGit,
        UserSecretsIdInvalid,
        HomeMissing,
        FileTooLarge,
        FileNotDurable,
        FileNotDeleted,
        DestinationNotRebuilt,
        GitSilent,
        LockFileUnwritable,
        OutputLost,
        PlaceRefused,
        TildeNotExpanded,
        AccessLost,
        ByteOrderMark,
        CarriageReturn,
        KeyTwice,
        GitFailed,
        MountedFile,
        AttributesLost,
        FileInUse,
    ];
}
