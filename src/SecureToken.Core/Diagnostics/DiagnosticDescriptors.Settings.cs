namespace SecureToken.Core.Diagnostics;

/// <content>1xx: settings and the command line.</content>
public static partial class DiagnosticDescriptors
{
    /// <summary>A required setting is not set.</summary>
    public static readonly DiagnosticDescriptor SettingMissing = new("SECTOK101", ExitStatus.Usage);

    /// <summary>The region or endpoint is not valid.</summary>
    public static readonly DiagnosticDescriptor EndpointInvalid = new("SECTOK102", ExitStatus.Usage);

    /// <summary>Plain http to a host that is not a literal loopback address.</summary>
    public static readonly DiagnosticDescriptor EndpointNotHttps = new("SECTOK103", ExitStatus.Usage);

    /// <summary>A committed file names a host outside cloud.ibm.com.</summary>
    public static readonly DiagnosticDescriptor HostNotTrusted = new("SECTOK104", ExitStatus.Usage);

    /// <summary>The instance is neither a GUID nor a CRN of a Workload Protection instance.</summary>
    public static readonly DiagnosticDescriptor InstanceInvalid = new("SECTOK105", ExitStatus.Usage);

    /// <summary>The team is neither an id nor a name.</summary>
    public static readonly DiagnosticDescriptor TeamInvalid = new("SECTOK106", ExitStatus.Usage);

    /// <summary>Two settings cannot be used together.</summary>
    public static readonly DiagnosticDescriptor SettingsConflict = new("SECTOK107", ExitStatus.Usage);

    /// <summary>The value of a setting is not valid.</summary>
    public static readonly DiagnosticDescriptor SettingInvalid = new("SECTOK108", ExitStatus.Usage);

    /// <summary>An option, command or argument does not exist.</summary>
    public static readonly DiagnosticDescriptor UnknownArgument = new("SECTOK109", ExitStatus.Usage);

    /// <summary>No destination is specified.</summary>
    public static readonly DiagnosticDescriptor NoDestination = new("SECTOK110", ExitStatus.Usage);

    /// <summary>The host is an agent's collector.</summary>
    public static readonly DiagnosticDescriptor EndpointIsIngest = new("SECTOK111", ExitStatus.Usage);

    /// <summary>A configuration key or variable name is not valid.</summary>
    public static readonly DiagnosticDescriptor KeyInvalid = new("SECTOK112", ExitStatus.Usage);

    /// <summary>MSBuild cannot evaluate the project.</summary>
    public static readonly DiagnosticDescriptor ProjectNotEvaluated = new("SECTOK113", ExitStatus.Usage);

    /// <summary>The project has no UserSecretsId.</summary>
    public static readonly DiagnosticDescriptor ProjectHasNoUserSecrets = new("SECTOK114", ExitStatus.Usage);

    /// <summary>The token would be shown on a terminal.</summary>
    public static readonly DiagnosticDescriptor TerminalRefused = new("SECTOK115", ExitStatus.Usage);

    /// <summary>The command line contains a credential.</summary>
    public static readonly DiagnosticDescriptor CredentialOnCommandLine = new("SECTOK116", ExitStatus.Usage);

    /// <summary>An option has no effect without another one.</summary>
    public static readonly DiagnosticDescriptor OptionIdle = new("SECTOK117", ExitStatus.Usage);

    /// <summary>The settings file cannot be read, or is not JSON.</summary>
    public static readonly DiagnosticDescriptor SettingsFileUnreadable = new("SECTOK120", ExitStatus.Usage);

    /// <summary>The settings file contains an error.</summary>
    public static readonly DiagnosticDescriptor SettingsFileInvalid = new("SECTOK121", ExitStatus.Usage);

    /// <summary>A path in the settings file is outside the repository.</summary>
    public static readonly DiagnosticDescriptor PathOutsideRepository = new("SECTOK122", ExitStatus.Usage);

    /// <summary>The settings file has no token for the requested team.</summary>
    public static readonly DiagnosticDescriptor TeamNotInSettingsFile = new("SECTOK123", ExitStatus.Usage);

    /// <summary>No project of the solution has a UserSecretsId.</summary>
    public static readonly DiagnosticDescriptor SolutionHasNoDestination = new("SECTOK124", ExitStatus.Usage);

    /// <summary>The settings file has no token to inject.</summary>
    public static readonly DiagnosticDescriptor SettingsFileEmpty = new("SECTOK125", ExitStatus.Usage);

    /// <summary>The CA bundle cannot be used.</summary>
    public static readonly DiagnosticDescriptor CaBundleUnusable = new("SECTOK150", ExitStatus.Usage);

    /// <summary>A destination does not hold the current token.</summary>
    public static readonly DiagnosticDescriptor CopyNotCurrent = new("SECTOK170", ExitStatus.Drift);

    /// <summary>A killed run left its temporary file.</summary>
    public static readonly DiagnosticDescriptor LeftoverFile = new("SECTOK171", ExitStatus.Done);

    /// <summary>A shell reads a line of a dotenv file differently from other readers.</summary>
    public static readonly DiagnosticDescriptor ShellCannotRead = new("SECTOK172", ExitStatus.Done);

    /// <summary>Other users can read the state directory.</summary>
    public static readonly DiagnosticDescriptor StateDirectoryOpen = new("SECTOK173", ExitStatus.Done);

    /// <summary>A question that there is nobody to ask.</summary>
    public static readonly DiagnosticDescriptor AnswerMissing = new("SECTOK180", ExitStatus.Usage);

    /// <summary>The file to create already exists.</summary>
    public static readonly DiagnosticDescriptor FileInTheWay = new("SECTOK181", ExitStatus.Usage);

    /// <summary>A project could not be prepared by the commands of the SDK.</summary>
    public static readonly DiagnosticDescriptor ProjectNotPrepared = new("SECTOK182", ExitStatus.Done);

    /// <summary>No package source has the package.</summary>
    public static readonly DiagnosticDescriptor PackageNotFound = new("SECTOK184", ExitStatus.Done);

    /// <summary>The answers ended before all questions were answered.</summary>
    public static readonly DiagnosticDescriptor InputEnded = new("SECTOK185", ExitStatus.Usage);

    /// <summary>The instances cannot be listed, because no resource controller is known.</summary>
    public static readonly DiagnosticDescriptor InstancesNotListed = new("SECTOK183", ExitStatus.Usage);

    /// <summary>The file for the report is none that a report may replace.</summary>
    public static readonly DiagnosticDescriptor ReportRefused = new("SECTOK189", ExitStatus.Usage);

    private static IEnumerable<DiagnosticDescriptor> OfSettings =>
    [
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
        OptionIdle,
        SettingsFileUnreadable,
        SettingsFileInvalid,
        PathOutsideRepository,
        TeamNotInSettingsFile,
        SettingsFileEmpty,
        SolutionHasNoDestination,
        CaBundleUnusable,
        CopyNotCurrent,
        LeftoverFile,
        ShellCannotRead,
        StateDirectoryOpen,
        AnswerMissing,
        FileInTheWay,
        ProjectNotPrepared,
        PackageNotFound,
        InputEnded,
        InstancesNotListed,
        ReportRefused,
    ];
}
