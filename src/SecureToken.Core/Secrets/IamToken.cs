namespace SecureToken.Core.Secrets;

/// <summary>An IAM token: proves an identity to IBM Cloud for at most an hour. Never the token of a team.</summary>
public sealed class IamToken : Secret
{
    /// <summary>Copies the token, without the word Bearer.</summary>
    /// <param name="utf8">The token.</param>
    /// <param name="expiresAt">When it ends, if known.</param>
    public IamToken(ReadOnlySpan<byte> utf8, DateTimeOffset? expiresAt)
        : base(utf8) => ExpiresAt = expiresAt;

    /// <summary>When IAM says it ends (UTC), or null for a given token that does not say so.</summary>
    public DateTimeOffset? ExpiresAt { get; }

    /// <summary>The secret that IAM exchanged for it, as far as it is known; it stays the credential's.</summary>
    internal Secret? MintedFrom { get; set; }
}
