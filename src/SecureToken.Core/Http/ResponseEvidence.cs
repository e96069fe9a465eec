namespace SecureToken.Core.Http;

/// <summary>What can be kept of an answer as evidence: there is nothing of its body in it.</summary>
/// <param name="Call">Method and path.</param>
/// <param name="Status">The status.</param>
/// <param name="RequestId">The server's own mark of the request, for its support; "none" when it gave none.</param>
public sealed record ResponseEvidence(string Call, int Status, string RequestId)
{
    /// <summary>How long the server wants to be left in peace, if it says so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How many requests a minute the server allows, if it says so.</summary>
    public int? RateLimit { get; init; }

    /// <summary>What the server's clock says (UTC), if it says so.</summary>
    public DateTimeOffset? Date { get; init; }
}
