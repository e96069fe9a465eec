using SecureToken.Core.Secrets;

namespace SecureToken.Core.Model;

/// <summary>Where a token belongs: endpoint, instance and team.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Instance">The instance.</param>
/// <param name="Team">The team.</param>
public sealed record TokenScope(Endpoint Endpoint, Instance Instance, Team Team)
{
    /// <summary>The fingerprint of a value in this scope.</summary>
    public Fingerprint FingerprintOf(ReadOnlySpan<byte> token) => Fingerprint.Of(token, Endpoint.ToString(), Instance.Id, Team.Id);

    /// <summary>For messages.</summary>
    public override string ToString() => $"team {Team} of instance {Instance} at {Endpoint}";
}
