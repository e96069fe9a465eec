namespace SecureToken.Core.Diagnostics;

/// <content>0xx: what only a build can meet.</content>
public static partial class DiagnosticDescriptors
{
    /// <summary>A project references the package, and nothing in it says where the token goes.</summary>
    public static readonly DiagnosticDescriptor ProjectHasNoDestination = new("SECTOK001", ExitStatus.Usage);

    /// <summary>The host cannot run the task. Told by the targets, without the task.</summary>
    public static readonly DiagnosticDescriptor HostUnsupported = new("SECTOK002", ExitStatus.Usage);

    /// <summary>A file with a token would be published. Told by the targets, without the task.</summary>
    public static readonly DiagnosticDescriptor TokenWouldBePublished = new("SECTOK003", ExitStatus.Usage);

    /// <summary>A credential got into MSBuild's data.</summary>
    public static readonly DiagnosticDescriptor CredentialInMSBuild = new("SECTOK004", ExitStatus.Done);

    /// <summary>MSBuild logs the whole environment.</summary>
    public static readonly DiagnosticDescriptor EnvironmentIsLogged = new("SECTOK005", ExitStatus.Done);

    /// <summary>With <c>-question</c>: the token is due to be refreshed.</summary>
    public static readonly DiagnosticDescriptor RefreshIsDue = new("SECTOK006", ExitStatus.Drift);

    private static IEnumerable<DiagnosticDescriptor> OfBuild =>
    [
        ProjectHasNoDestination,
        HostUnsupported,
        TokenWouldBePublished,
        CredentialInMSBuild,
        EnvironmentIsLogged,
        RefreshIsDue,
    ];
}
