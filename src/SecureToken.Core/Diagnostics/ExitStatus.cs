namespace SecureToken.Core.Diagnostics;

/// <summary>The process exit status that a failure leads to. The numbers are part of the tool's contract.</summary>
public enum ExitStatus
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>Unexpected: a defect of ours.</summary>
    Unexpected = 1,

    /// <summary>Wrong usage or settings.</summary>
    Usage = 10,

    /// <summary>Not authenticated: IAM or the service does not accept the credential.</summary>
    NotAuthenticated = 11,

    /// <summary>The service or the network is unavailable.</summary>
    Unavailable = 12,

    /// <summary>Refused, or the answer is for another team.</summary>
    Refused = 13,

    /// <summary>A destination does not hold the current token.</summary>
    Drift = 14,

    /// <summary>Some destinations were not updated.</summary>
    Partial = 15,

    /// <summary>The old token is still accepted after a reset.</summary>
    OldTokenAccepted = 16,

    /// <summary>A local file or lock.</summary>
    LocalFile = 17,
}
