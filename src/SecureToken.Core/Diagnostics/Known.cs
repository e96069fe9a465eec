namespace SecureToken.Core.Diagnostics;

/// <summary>Every failure and warning a user can meet. The texts are in <c>Messages.resx</c>.</summary>
public static class Known
{
    /// <summary>A project references the package, and nothing in it says where the token goes.</summary>
    public static readonly Diagnostic ProjectHasNoDestination = new("SECTOK001", ExitStatus.Usage);

    /// <summary>A file with a token would be published. Told by the targets, without the task.</summary>
    public static readonly Diagnostic TokenWouldBePublished = new("SECTOK003", ExitStatus.Usage);

    /// <summary>The host cannot run the task. Told by the targets, without the task.</summary>
    public static readonly Diagnostic HostUnsupported = new("SECTOK002", ExitStatus.Usage);

    /// <summary>A credential got into MSBuild's data.</summary>
    public static readonly Diagnostic CredentialInMSBuild = new("SECTOK004", ExitStatus.Done);

    /// <summary>MSBuild logs the whole environment.</summary>
    public static readonly Diagnostic EnvironmentIsLogged = new("SECTOK005", ExitStatus.Done);

    /// <summary>With <c>-question</c>: the token is due to be refreshed.</summary>
    public static readonly Diagnostic RefreshIsDue = new("SECTOK006", ExitStatus.Drift);

    /// <summary>A setting that is needed is not given.</summary>
    public static readonly Diagnostic SettingMissing = new("SECTOK101", ExitStatus.Usage);

    /// <summary>The region or endpoint cannot be read.</summary>
    public static readonly Diagnostic EndpointInvalid = new("SECTOK102", ExitStatus.Usage);

    /// <summary>Plain http to a host that is not a literal loopback address.</summary>
    public static readonly Diagnostic EndpointNotHttps = new("SECTOK103", ExitStatus.Usage);

    /// <summary>A committed file names a host outside cloud.ibm.com.</summary>
    public static readonly Diagnostic HostNotTrusted = new("SECTOK104", ExitStatus.Usage);

    /// <summary>The instance is neither a GUID nor a CRN of a Workload Protection instance.</summary>
    public static readonly Diagnostic InstanceInvalid = new("SECTOK105", ExitStatus.Usage);

    /// <summary>The team is neither an id nor a name.</summary>
    public static readonly Diagnostic TeamInvalid = new("SECTOK106", ExitStatus.Usage);

    /// <summary>Two settings exclude each other.</summary>
    public static readonly Diagnostic SettingsConflict = new("SECTOK107", ExitStatus.Usage);

    /// <summary>The value of a setting cannot be used.</summary>
    public static readonly Diagnostic SettingInvalid = new("SECTOK108", ExitStatus.Usage);

    /// <summary>An option, command or argument that does not exist.</summary>
    public static readonly Diagnostic UnknownArgument = new("SECTOK109", ExitStatus.Usage);

    /// <summary>Nothing says where the token goes.</summary>
    public static readonly Diagnostic NoDestination = new("SECTOK110", ExitStatus.Usage);

    /// <summary>The host is an agent's collector.</summary>
    public static readonly Diagnostic EndpointIsIngest = new("SECTOK111", ExitStatus.Usage);

    /// <summary>A configuration key or environment name cannot be used.</summary>
    public static readonly Diagnostic KeyInvalid = new("SECTOK112", ExitStatus.Usage);

    /// <summary>MSBuild cannot evaluate the project.</summary>
    public static readonly Diagnostic ProjectNotEvaluated = new("SECTOK113", ExitStatus.Usage);

    /// <summary>The project has no UserSecretsId.</summary>
    public static readonly Diagnostic ProjectHasNoUserSecrets = new("SECTOK114", ExitStatus.Usage);

    /// <summary>The token would be shown on a terminal.</summary>
    public static readonly Diagnostic TerminalRefused = new("SECTOK115", ExitStatus.Usage);

    /// <summary>The value of a credential stands on the command line.</summary>
    public static readonly Diagnostic CredentialOnCommandLine = new("SECTOK116", ExitStatus.Usage);

    /// <summary>Nothing proves who we are to IAM.</summary>
    public static readonly Diagnostic CredentialMissing = new("SECTOK201", ExitStatus.NotAuthenticated);

    /// <summary>The API key looks like a placeholder or has stray characters.</summary>
    public static readonly Diagnostic ApiKeyMalformed = new("SECTOK202", ExitStatus.NotAuthenticated);

    /// <summary>The file or stream that should hold the credential cannot be read.</summary>
    public static readonly Diagnostic CredentialUnreadable = new("SECTOK203", ExitStatus.NotAuthenticated);

    /// <summary>IAM does not know the API key (BXNIM0415E).</summary>
    public static readonly Diagnostic ApiKeyUnknown = new("SECTOK204", ExitStatus.NotAuthenticated);

    /// <summary>IAM refuses a parameter (BXNIM0106E, BXNIM0602E).</summary>
    public static readonly Diagnostic IamBadRequest = new("SECTOK205", ExitStatus.NotAuthenticated);

    /// <summary>The identity must log in interactively (BXNIM0400E).</summary>
    public static readonly Diagnostic InteractiveLoginNeeded = new("SECTOK206", ExitStatus.NotAuthenticated);

    /// <summary>The session behind the credential has ended (BXNIM0407E, 0408E, 0439E).</summary>
    public static readonly Diagnostic SessionExpired = new("SECTOK207", ExitStatus.NotAuthenticated);

    /// <summary>IAM refuses the credential for another reason.</summary>
    public static readonly Diagnostic IamRefused = new("SECTOK208", ExitStatus.NotAuthenticated);

    /// <summary>The given IAM token has ended.</summary>
    public static readonly Diagnostic IamTokenExpired = new("SECTOK209", ExitStatus.NotAuthenticated);

    /// <summary>IAM answers something that is not an IAM token.</summary>
    public static readonly Diagnostic IamAnswerUnexpected = new("SECTOK210", ExitStatus.Unavailable);

    /// <summary>The given IAM token cannot be one.</summary>
    public static readonly Diagnostic IamTokenMalformed = new("SECTOK211", ExitStatus.NotAuthenticated);

    /// <summary>The service refuses the IAM token.</summary>
    public static readonly Diagnostic IamTokenRefused = new("SECTOK212", ExitStatus.NotAuthenticated);

    /// <summary>The host's name cannot be resolved.</summary>
    public static readonly Diagnostic HostUnknown = new("SECTOK301", ExitStatus.Unavailable);

    /// <summary>A private endpoint cannot be reached.</summary>
    public static readonly Diagnostic PrivateHostUnreachable = new("SECTOK302", ExitStatus.Unavailable);

    /// <summary>No connection, or it was broken off.</summary>
    public static readonly Diagnostic ConnectionFailed = new("SECTOK303", ExitStatus.Unavailable);

    /// <summary>No answer in time.</summary>
    public static readonly Diagnostic TimedOut = new("SECTOK304", ExitStatus.Unavailable);

    /// <summary>The proxy wants authentication or refuses the connection.</summary>
    public static readonly Diagnostic ProxyRefused = new("SECTOK305", ExitStatus.Unavailable);

    /// <summary>The server's certificate comes from an authority that this machine does not know.</summary>
    public static readonly Diagnostic CertificateNotTrusted = new("SECTOK306", ExitStatus.Unavailable);

    /// <summary>The server's certificate is for another name.</summary>
    public static readonly Diagnostic CertificateNameMismatch = new("SECTOK307", ExitStatus.Unavailable);

    /// <summary>The server's certificate is expired or not yet valid.</summary>
    public static readonly Diagnostic CertificateNotValidNow = new("SECTOK308", ExitStatus.Unavailable);

    /// <summary>The endpoint redirects, which is never followed with a credential.</summary>
    public static readonly Diagnostic Redirected = new("SECTOK309", ExitStatus.Unavailable);

    /// <summary>Too many requests.</summary>
    public static readonly Diagnostic RateLimited = new("SECTOK310", ExitStatus.Unavailable);

    /// <summary>The server has trouble of its own.</summary>
    public static readonly Diagnostic ServiceTrouble = new("SECTOK311", ExitStatus.Unavailable);

    /// <summary>A web page or something else instead of JSON.</summary>
    public static readonly Diagnostic NotJson = new("SECTOK312", ExitStatus.Unavailable);

    /// <summary>The answer is larger than any real one.</summary>
    public static readonly Diagnostic AnswerTooLarge = new("SECTOK313", ExitStatus.Unavailable);

    /// <summary>The answer is cut off or not well-formed.</summary>
    public static readonly Diagnostic AnswerMalformed = new("SECTOK314", ExitStatus.Unavailable);

    /// <summary>TLS could not be negotiated.</summary>
    public static readonly Diagnostic TlsFailed = new("SECTOK315", ExitStatus.Unavailable);

    /// <summary>The user or the build cancelled.</summary>
    public static readonly Diagnostic Cancelled = new("SECTOK316", ExitStatus.Unavailable);

    /// <summary>The instance accepts IAM tokens only, or the identity lacks a role.</summary>
    public static readonly Diagnostic NotEnoughPrivileges = new("SECTOK401", ExitStatus.Refused);

    /// <summary>The endpoint does not know the instance.</summary>
    public static readonly Diagnostic InstanceUnknown = new("SECTOK402", ExitStatus.Refused);

    /// <summary>No such team, or the identity is not a member.</summary>
    public static readonly Diagnostic TeamUnknown = new("SECTOK403", ExitStatus.Refused);

    /// <summary>The service answered with another team's token.</summary>
    public static readonly Diagnostic WrongTeam = new("SECTOK404", ExitStatus.Refused);

    /// <summary>The answer holds no token.</summary>
    public static readonly Diagnostic TokenMissing = new("SECTOK405", ExitStatus.Unavailable);

    /// <summary>The token that was just handed out is refused.</summary>
    public static readonly Diagnostic TokenRefused = new("SECTOK406", ExitStatus.Refused);

    /// <summary>It cannot be verified which team the token belongs to.</summary>
    public static readonly Diagnostic TokenUnverified = new("SECTOK407", ExitStatus.Done);

    /// <summary>The service refuses for another reason.</summary>
    public static readonly Diagnostic ServiceRefused = new("SECTOK408", ExitStatus.Refused);

    /// <summary>The token has characters no token has.</summary>
    public static readonly Diagnostic TokenMalformed = new("SECTOK409", ExitStatus.Unavailable);

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

    /// <summary>A defect of SecureToken.Build itself.</summary>
    public static readonly Diagnostic Unexpected = new("SECTOK900", ExitStatus.Unexpected);

    /// <summary>All of them, by code.</summary>
    public static IReadOnlyList<Diagnostic> All { get; } =
    [
        ProjectHasNoDestination,
        HostUnsupported,
        TokenWouldBePublished,
        CredentialInMSBuild,
        EnvironmentIsLogged,
        RefreshIsDue,
        SettingMissing,
        EndpointInvalid,
        EndpointNotHttps,
        HostNotTrusted,
        InstanceInvalid,
        TeamInvalid,
        SettingsConflict,
        SettingInvalid,
        UnknownArgument,
        NoDestination,
        EndpointIsIngest,
        KeyInvalid,
        ProjectNotEvaluated,
        ProjectHasNoUserSecrets,
        TerminalRefused,
        CredentialOnCommandLine,
        CredentialMissing,
        ApiKeyMalformed,
        CredentialUnreadable,
        ApiKeyUnknown,
        IamBadRequest,
        InteractiveLoginNeeded,
        SessionExpired,
        IamRefused,
        IamTokenExpired,
        IamAnswerUnexpected,
        IamTokenMalformed,
        IamTokenRefused,
        HostUnknown,
        PrivateHostUnreachable,
        ConnectionFailed,
        TimedOut,
        ProxyRefused,
        CertificateNotTrusted,
        CertificateNameMismatch,
        CertificateNotValidNow,
        Redirected,
        RateLimited,
        ServiceTrouble,
        NotJson,
        AnswerTooLarge,
        AnswerMalformed,
        TlsFailed,
        Cancelled,
        NotEnoughPrivileges,
        InstanceUnknown,
        TeamUnknown,
        WrongTeam,
        TokenMissing,
        TokenRefused,
        TokenUnverified,
        ServiceRefused,
        TokenMalformed,
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
        Unexpected,
    ];

    /// <summary>The one with a code, or null.</summary>
    public static Diagnostic? Find(string code) => All.FirstOrDefault(diagnostic => diagnostic.Code == code);
}
