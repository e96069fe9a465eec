namespace SecureToken.Core.Diagnostics;

/// <content>64x: programs that follow a reset by themselves.</content>
public static partial class DiagnosticDescriptors
{
    /// <summary>The service rejects the token of a program, and its source has no other one.</summary>
    public static readonly DiagnosticDescriptor RejectedUnchanged = new("SECTOK640", ExitStatus.NotAuthenticated);

    /// <summary>A request was sent without the token, because its host is not that of the instance.</summary>
    public static readonly DiagnosticDescriptor SentWithoutToken = new("SECTOK641", ExitStatus.Done);

    /// <summary>An HTTP client or a health check has the key of a token that the program does not follow.</summary>
    public static readonly DiagnosticDescriptor NoTokenSource = new("SECTOK642", ExitStatus.Usage);

    /// <summary>The file that a program reads holds no token.</summary>
    public static readonly DiagnosticDescriptor TokenNotInFile = new("SECTOK643", ExitStatus.LocalFile);

    private static IEnumerable<DiagnosticDescriptor> OfPrograms =>
    [
        RejectedUnchanged,
        SentWithoutToken,
        NoTokenSource,
        TokenNotInFile,
    ];
}
