namespace SecureToken.Core.Diagnostics;

/// <content>0xx: what only a build can meet.</content>
public static partial class Known
{
    /// <summary>A project references the package, and nothing in it says where the token goes.</summary>
    public static readonly Diagnostic ProjectHasNoDestination = new("SECTOK001", ExitStatus.Usage);

    /// <summary>The host cannot run the task. Told by the targets, without the task.</summary>
    public static readonly Diagnostic HostUnsupported = new("SECTOK002", ExitStatus.Usage);

    /// <summary>A file with a token would be published. Told by the targets, without the task.</summary>
    public static readonly Diagnostic TokenWouldBePublished = new("SECTOK003", ExitStatus.Usage);

    /// <summary>A credential got into MSBuild's data.</summary>
    public static readonly Diagnostic CredentialInMSBuild = new("SECTOK004", ExitStatus.Done);

    /// <summary>MSBuild logs the whole environment.</summary>
    public static readonly Diagnostic EnvironmentIsLogged = new("SECTOK005", ExitStatus.Done);

    /// <summary>With <c>-question</c>: the token is due to be refreshed.</summary>
    public static readonly Diagnostic RefreshIsDue = new("SECTOK006", ExitStatus.Drift);

    /// <summary>The package of a project would depend on ours. Told by the targets, without the task.</summary>
    public static readonly Diagnostic ReferenceIsPublic = new("SECTOK007", ExitStatus.Done);

    /// <summary>Continuous integration goes on without the user-secrets of a project. A message, neither a warning nor an error.</summary>
    public static readonly Diagnostic UserSecretsLeftOut = new("SECTOK008", ExitStatus.Done);

    private static IEnumerable<Diagnostic> OfBuild =>
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
