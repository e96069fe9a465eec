using System.Globalization;

namespace SecureToken.Core.Http;

/// <summary>What a server looks like to someone without a credential.</summary>
/// <param name="Host">Its host.</param>
/// <param name="Status">The status of its answer.</param>
internal sealed record ServerObservation(string Host, int Status)
{
    /// <summary>Host and port of the proxy between; null when there is none.</summary>
    public string? Proxy { get; init; }

    /// <summary>How many addresses its name has; null when that was not asked.</summary>
    public int? Addresses { get; init; }

    /// <summary>Whose certificate it presented, who vouches for it and until when, in words; null without TLS.</summary>
    public string? Certificate { get; init; }

    /// <summary>What its clock says (UTC), and what ours said when the answer was there.</summary>
    public (DateTimeOffset Theirs, DateTimeOffset Ours)? Clock { get; init; }

    /// <summary>In one line.</summary>
    public override string ToString() => string.Join(", ", ((string?[])
    [
        Host,
        Proxy is null ? null : $"through the proxy {Proxy}",
        Addresses is { } count ? string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "address" : "addresses")}") : null,
        Certificate ?? "no TLS",
        string.Create(CultureInfo.InvariantCulture, $"answers (HTTP {Status})"),
    ]).OfType<string>());
}
