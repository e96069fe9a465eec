namespace SecureToken.Core.Diagnostics;

/// <content>5xx: local files.</content>
public static partial class Known
{
    /// <summary>Another process holds the lock.</summary>
    public static readonly Diagnostic FileLocked = new("SECTOK501", ExitStatus.LocalFile);

    /// <summary>The path is a symbolic link.</summary>
    public static readonly Diagnostic LinkRefused = new("SECTOK502", ExitStatus.LocalFile);

    /// <summary>The path is a directory, pipe or device.</summary>
    public static readonly Diagnostic NotARegularFile = new("SECTOK503", ExitStatus.LocalFile);

    /// <summary>The file cannot be read.</summary>
    public static readonly Diagnostic FileUnreadable = new("SECTOK504", ExitStatus.LocalFile);

    /// <summary>The file cannot be written; the old content is whole.</summary>
    public static readonly Diagnostic FileUnwritable = new("SECTOK505", ExitStatus.LocalFile);

    /// <summary>Others may replace files in the directory.</summary>
    public static readonly Diagnostic DirectoryUnsafe = new("SECTOK506", ExitStatus.LocalFile);

    /// <summary>The file belongs to another user.</summary>
    public static readonly Diagnostic ForeignOwner = new("SECTOK507", ExitStatus.LocalFile);

    /// <summary>The file system cannot lock.</summary>
    public static readonly Diagnostic LockUnsupported = new("SECTOK508", ExitStatus.LocalFile);

    /// <summary>What was written does not read back as the token.</summary>
    public static readonly Diagnostic ReadBackFailed = new("SECTOK509", ExitStatus.LocalFile);

    /// <summary>The file cannot be edited without changing more than the value.</summary>
    public static readonly Diagnostic TextNotEditable = new("SECTOK510", ExitStatus.LocalFile);

    /// <summary>Git tracks the file.</summary>
    public static readonly Diagnostic TrackedByGit = new("SECTOK511", ExitStatus.LocalFile);

    /// <summary>Git does not ignore the file.</summary>
    public static readonly Diagnostic NotIgnoredByGit = new("SECTOK512", ExitStatus.Done);

    /// <summary>The user-secrets id has characters no id may have.</summary>
    public static readonly Diagnostic UserSecretsIdInvalid = new("SECTOK513", ExitStatus.Usage);

    /// <summary>There is no home directory.</summary>
    public static readonly Diagnostic HomeMissing = new("SECTOK514", ExitStatus.LocalFile);

    /// <summary>The file is larger than any file of settings.</summary>
    public static readonly Diagnostic FileTooLarge = new("SECTOK515", ExitStatus.LocalFile);

    /// <summary>The file is replaced, but the system could not confirm that it is on the disk.</summary>
    public static readonly Diagnostic FileNotDurable = new("SECTOK516", ExitStatus.LocalFile);

    /// <summary>The file cannot be removed.</summary>
    public static readonly Diagnostic FileNotDeleted = new("SECTOK517", ExitStatus.LocalFile);

    /// <summary>The ledger remembers a destination that only the settings can describe.</summary>
    public static readonly Diagnostic DestinationNotRebuilt = new("SECTOK518", ExitStatus.LocalFile);

    /// <summary>Git could not be asked about the file.</summary>
    public static readonly Diagnostic GitSilent = new("SECTOK519", ExitStatus.Done);

    private static IEnumerable<Diagnostic> OfFiles =>
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
    ];
}
