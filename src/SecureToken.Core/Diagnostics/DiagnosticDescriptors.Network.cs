namespace SecureToken.Core.Diagnostics;

/// <content>3xx: the network.</content>
public static partial class DiagnosticDescriptors
{
    /// <summary>The host's name cannot be resolved.</summary>
    public static readonly DiagnosticDescriptor HostUnknown = new("SECTOK301", ExitStatus.Unavailable);

    /// <summary>A private endpoint cannot be reached.</summary>
    public static readonly DiagnosticDescriptor PrivateHostUnreachable = new("SECTOK302", ExitStatus.Unavailable);

    /// <summary>The connection failed or was interrupted.</summary>
    public static readonly DiagnosticDescriptor ConnectionFailed = new("SECTOK303", ExitStatus.Unavailable);

    /// <summary>There was no response in time.</summary>
    public static readonly DiagnosticDescriptor TimedOut = new("SECTOK304", ExitStatus.Unavailable);

    /// <summary>The proxy requires authentication or rejects the connection.</summary>
    public static readonly DiagnosticDescriptor ProxyRefused = new("SECTOK305", ExitStatus.Unavailable);

    /// <summary>The server's certificate was issued by an authority that this machine does not trust.</summary>
    public static readonly DiagnosticDescriptor CertificateNotTrusted = new("SECTOK306", ExitStatus.Unavailable);

    /// <summary>The server's certificate is for another name.</summary>
    public static readonly DiagnosticDescriptor CertificateNameMismatch = new("SECTOK307", ExitStatus.Unavailable);

    /// <summary>A certificate of the server or of its authority has expired.</summary>
    public static readonly DiagnosticDescriptor CertificateExpired = new("SECTOK308", ExitStatus.Unavailable);

    /// <summary>The endpoint redirects. A request with a credential never follows a redirect.</summary>
    public static readonly DiagnosticDescriptor Redirected = new("SECTOK309", ExitStatus.Unavailable);

    /// <summary>Too many requests.</summary>
    public static readonly DiagnosticDescriptor RateLimited = new("SECTOK310", ExitStatus.Unavailable);

    /// <summary>The server has a problem of its own.</summary>
    public static readonly DiagnosticDescriptor ServiceTrouble = new("SECTOK311", ExitStatus.Unavailable);

    /// <summary>The response is a web page or something else that is not JSON.</summary>
    public static readonly DiagnosticDescriptor NotJson = new("SECTOK312", ExitStatus.Unavailable);

    /// <summary>The response is larger than any real one.</summary>
    public static readonly DiagnosticDescriptor AnswerTooLarge = new("SECTOK313", ExitStatus.Unavailable);

    /// <summary>The response is truncated or not well-formed.</summary>
    public static readonly DiagnosticDescriptor AnswerMalformed = new("SECTOK314", ExitStatus.Unavailable);

    /// <summary>TLS could not be negotiated.</summary>
    public static readonly DiagnosticDescriptor TlsFailed = new("SECTOK315", ExitStatus.Unavailable);

    /// <summary>The user or the build cancelled.</summary>
    public static readonly DiagnosticDescriptor Cancelled = new("SECTOK316", ExitStatus.Unavailable);

    /// <summary>The clock of this machine cannot be right.</summary>
    public static readonly DiagnosticDescriptor ClockSkew = new("SECTOK317", ExitStatus.Unavailable);

    /// <summary>The proxy cannot be reached.</summary>
    public static readonly DiagnosticDescriptor ProxyUnreachable = new("SECTOK318", ExitStatus.Unavailable);

    /// <summary>The machine has no library for cryptography, which every request and every fingerprint needs.</summary>
    public static readonly DiagnosticDescriptor OpenSslMissing = new("SECTOK319", ExitStatus.Unavailable);

    /// <summary>A certificate of the server or of its authority is on a revocation list that the user has given.</summary>
    public static readonly DiagnosticDescriptor CertificateRevoked = new("SECTOK320", ExitStatus.Unavailable);

    private static IEnumerable<DiagnosticDescriptor> OfNetwork =>
    [
        HostUnknown,
        PrivateHostUnreachable,
        ConnectionFailed,
        TimedOut,
        ProxyRefused,
        CertificateNotTrusted,
        CertificateNameMismatch,
        CertificateExpired,
        Redirected,
        RateLimited,
        ServiceTrouble,
        NotJson,
        AnswerTooLarge,
        AnswerMalformed,
        TlsFailed,
        Cancelled,
        ClockSkew,
        ProxyUnreachable,
        OpenSslMissing,
        CertificateRevoked,
    ];
}
