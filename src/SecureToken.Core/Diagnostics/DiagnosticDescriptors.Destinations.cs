namespace SecureToken.Core.Diagnostics;

/// <content>6xx: programs that get the token, the systems that run pipelines, and Kubernetes.</content>
public static partial class DiagnosticDescriptors
{
    /// <summary>There is no such program.</summary>
    public static readonly DiagnosticDescriptor ProgramNotFound = new("SECTOK601", ExitStatus.Usage);

    /// <summary>The program is there and cannot be started.</summary>
    public static readonly DiagnosticDescriptor ProgramNotExecutable = new("SECTOK602", ExitStatus.Usage);

    /// <summary>The program ended with another exit status than 0.</summary>
    public static readonly DiagnosticDescriptor ProgramFailed = new("SECTOK603", ExitStatus.Partial);

    /// <summary>The program did not end in time.</summary>
    public static readonly DiagnosticDescriptor ProgramTooSlow = new("SECTOK604", ExitStatus.Partial);

    /// <summary>The program ended well, but has not read the value.</summary>
    public static readonly DiagnosticDescriptor InputUnread = new("SECTOK605", ExitStatus.Partial);

    /// <summary>The token would stand in an argument, which every user of the machine can read.</summary>
    public static readonly DiagnosticDescriptor TokenOnCommandLine = new("SECTOK606", ExitStatus.Usage);

    /// <summary>A copy that was handed to a program cannot be taken back from here.</summary>
    public static readonly DiagnosticDescriptor CopyOutOfReach = new("SECTOK607", ExitStatus.Partial);

    /// <summary>The variable that a pipeline's system sets is missing.</summary>
    public static readonly DiagnosticDescriptor NoPipeline = new("SECTOK611", ExitStatus.Usage);

    /// <summary>Whoever runs us has no standard output of a job.</summary>
    public static readonly DiagnosticDescriptor NoJobOutput = new("SECTOK612", ExitStatus.Usage);

    /// <summary>The token would get into a report of GitLab.</summary>
    public static readonly DiagnosticDescriptor DotenvReport = new("SECTOK613", ExitStatus.Usage);

    /// <summary>The token would get into a result of Tekton.</summary>
    public static readonly DiagnosticDescriptor TektonResult = new("SECTOK614", ExitStatus.Usage);

    /// <summary>The directory that should be a workspace is not there.</summary>
    public static readonly DiagnosticDescriptor WorkspaceMissing = new("SECTOK615", ExitStatus.Usage);

    /// <summary>Nothing says what is to be run.</summary>
    public static readonly DiagnosticDescriptor ProgramMissing = new("SECTOK631", ExitStatus.Usage);

    /// <summary>Several teams need a name each.</summary>
    public static readonly DiagnosticDescriptor NamesDoNotMatchTeams = new("SECTOK632", ExitStatus.Usage);

    /// <summary>A name that Kubernetes does not take.</summary>
    public static readonly DiagnosticDescriptor KubernetesNameInvalid = new("SECTOK660", ExitStatus.Usage);

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
    ];
}
