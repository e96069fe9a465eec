namespace SecureToken.Core.Diagnostics;

/// <content>6xx: programs that get the token, the systems that run pipelines, and Kubernetes.</content>
public static partial class DiagnosticDescriptors
{
    /// <summary>The program does not exist.</summary>
    public static readonly DiagnosticDescriptor ProgramNotFound = new("SECTOK601", ExitStatus.Usage);

    /// <summary>The program cannot be started.</summary>
    public static readonly DiagnosticDescriptor ProgramNotExecutable = new("SECTOK602", ExitStatus.Usage);

    /// <summary>The program exited with a status other than 0.</summary>
    public static readonly DiagnosticDescriptor ProgramFailed = new("SECTOK603", ExitStatus.Partial);

    /// <summary>The program did not exit in time.</summary>
    public static readonly DiagnosticDescriptor ProgramTooSlow = new("SECTOK604", ExitStatus.Partial);

    /// <summary>The program exited with 0 but did not read the value.</summary>
    public static readonly DiagnosticDescriptor InputUnread = new("SECTOK605", ExitStatus.Partial);

    /// <summary>The token would be in a command-line argument, which every user of the machine can read.</summary>
    public static readonly DiagnosticDescriptor TokenOnCommandLine = new("SECTOK606", ExitStatus.Usage);

    /// <summary>A copy that a program received cannot be removed from here.</summary>
    public static readonly DiagnosticDescriptor CopyOutOfReach = new("SECTOK607", ExitStatus.Partial);

    /// <summary>The variable that the CI system sets is missing.</summary>
    public static readonly DiagnosticDescriptor NoPipeline = new("SECTOK611", ExitStatus.Usage);

    /// <summary>No job reads standard output.</summary>
    public static readonly DiagnosticDescriptor NoJobOutput = new("SECTOK612", ExitStatus.Usage);

    /// <summary>The token would be in a GitLab report.</summary>
    public static readonly DiagnosticDescriptor DotenvReport = new("SECTOK613", ExitStatus.Usage);

    /// <summary>The token would be in a Tekton result.</summary>
    public static readonly DiagnosticDescriptor TektonResult = new("SECTOK614", ExitStatus.Usage);

    /// <summary>The workspace directory does not exist.</summary>
    public static readonly DiagnosticDescriptor WorkspaceMissing = new("SECTOK615", ExitStatus.Usage);

    /// <summary>No program is specified.</summary>
    public static readonly DiagnosticDescriptor ProgramMissing = new("SECTOK631", ExitStatus.Usage);

    /// <summary>The number of names differs from the number of teams.</summary>
    public static readonly DiagnosticDescriptor NamesDoNotMatchTeams = new("SECTOK632", ExitStatus.Usage);

    /// <summary>The name is not valid in Kubernetes.</summary>
    public static readonly DiagnosticDescriptor KubernetesNameInvalid = new("SECTOK660", ExitStatus.Usage);

    /// <summary>There is no API server or no service account: this is not a pod.</summary>
    public static readonly DiagnosticDescriptor NotInCluster = new("SECTOK661", ExitStatus.Usage);

    /// <summary>The API server does not answer, or not usefully.</summary>
    public static readonly DiagnosticDescriptor ClusterUnavailable = new("SECTOK662", ExitStatus.Partial);

    /// <summary>The API server does not accept the token of the service account.</summary>
    public static readonly DiagnosticDescriptor ServiceAccountRefused = new("SECTOK663", ExitStatus.Partial);

    /// <summary>The service account may not read or patch the Secret.</summary>
    public static readonly DiagnosticDescriptor ClusterForbidden = new("SECTOK664", ExitStatus.Partial);

    /// <summary>The Secret does not exist in the cluster.</summary>
    public static readonly DiagnosticDescriptor ClusterSecretMissing = new("SECTOK665", ExitStatus.Partial);

    /// <summary>The Secret was changed by another writer at the same time.</summary>
    public static readonly DiagnosticDescriptor ClusterConflict = new("SECTOK666", ExitStatus.Partial);

    /// <summary>The API server does not accept the change.</summary>
    public static readonly DiagnosticDescriptor ClusterPatchRefused = new("SECTOK667", ExitStatus.Partial);

    /// <summary>The API server accepted the change, and the Secret holds something else.</summary>
    public static readonly DiagnosticDescriptor ClusterSecretNotKept = new("SECTOK668", ExitStatus.Partial);

    private static IEnumerable<DiagnosticDescriptor> OfDestinations =>
    [
        ProgramNotFound,
        ProgramNotExecutable,
        ProgramFailed,
        ProgramTooSlow,
        InputUnread,
        TokenOnCommandLine,
        CopyOutOfReach,
        NoPipeline,
        NoJobOutput,
        DotenvReport,
        TektonResult,
        WorkspaceMissing,
        ProgramMissing,
        NamesDoNotMatchTeams,
        KubernetesNameInvalid,
        NotInCluster,
        ClusterUnavailable,
        ServiceAccountRefused,
        ClusterForbidden,
        ClusterSecretMissing,
        ClusterConflict,
        ClusterPatchRefused,
        ClusterSecretNotKept,
    ];
}
