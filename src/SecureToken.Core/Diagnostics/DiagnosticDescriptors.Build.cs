namespace SecureToken.Core.Diagnostics;

/// <content>0xx: what only a build can meet.</content>
public static partial class DiagnosticDescriptors
{
    /// <summary>The project references the package but specifies no destination.</summary>
    public static readonly DiagnosticDescriptor ProjectHasNoDestination = new("SECTOK001", ExitStatus.Usage);

    /// <summary>The host cannot run the task. The targets report it without loading the task.</summary>
    public static readonly DiagnosticDescriptor HostUnsupported = new("SECTOK002", ExitStatus.Usage);

    /// <summary>A file with a token would be published or packed. The targets report it without loading the task.</summary>
    public static readonly DiagnosticDescriptor TokenWouldBePublished = new("SECTOK003", ExitStatus.Usage);

    /// <summary>A credential is in MSBuild data.</summary>
    public static readonly DiagnosticDescriptor CredentialInMSBuild = new("SECTOK004", ExitStatus.Done);

    /// <summary>MSBuild logs the whole environment.</summary>
    public static readonly DiagnosticDescriptor EnvironmentIsLogged = new("SECTOK005", ExitStatus.Done);

    /// <summary>With <c>-question</c>: the token is due for a refresh.</summary>
    public static readonly DiagnosticDescriptor RefreshIsDue = new("SECTOK006", ExitStatus.Drift);

    /// <summary>The package of a project would depend on ours. Told by the targets, without the task.</summary>
    public static readonly DiagnosticDescriptor ReferenceIsPublic = new("SECTOK007", ExitStatus.Done);

    /// <summary>Continuous integration goes on without the user-secrets of a project. A message, neither a warning nor an error.</summary>
    public static readonly DiagnosticDescriptor UserSecretsLeftOut = new("SECTOK008", ExitStatus.Done);

    private static IEnumerable<DiagnosticDescriptor> OfBuild =>
    [
        ProjectHasNoDestination,
        HostUnsupported,
        TokenWouldBePublished,
        CredentialInMSBuild,
        EnvironmentIsLogged,
        RefreshIsDue,
        ReferenceIsPublic,
        UserSecretsLeftOut,
    ];
}
