using SecureToken.Core.Diagnostics;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Model;

/// <summary>The current token of an identity in a team, as the service returned it.</summary>
/// <param name="Token">The token; disposed with this.</param>
/// <param name="Scope">Where it belongs.</param>
/// <param name="ProvenAt">When the token itself said that it belongs to the team (UTC); null when it could not be asked.</param>
public sealed record FetchedToken(Token Token, TokenScope Scope, DateTimeOffset? ProvenAt) : IDisposable
{
    /// <summary>The fingerprint that may be shown.</summary>
    public Fingerprint Fingerprint { get; } = Scope.FingerprintOf(Token.Utf8);

    /// <summary>Where the credential came from; null when the service was not asked now.</summary>
    public string? CredentialSource { get; init; }

    /// <summary>Whose token it is; null when the IAM token did not say, or the service was not asked now and nobody had noted it.</summary>
    public TokenIdentity? Identity { get; init; }

    /// <summary>How the team was verified, or why it could not be; null when that was not asked now.</summary>
    public string? Verification { get; init; }

    /// <summary>Whether the user wants no verification; then it is no warning that there was none.</summary>
    public bool IsVerificationOff { get; init; }

    /// <summary>When the service returned it (UTC).</summary>
    public DateTimeOffset VerifiedAt { get; init; }

    /// <summary>What could not be verified.</summary>
    public IReadOnlyList<Failure> Warnings => ProvenAt is not null || IsVerificationOff
        ? []
        : [Failure.Of(DiagnosticDescriptors.TokenUnverified, Scope, Verification ?? "the service was not asked")];

    /// <inheritdoc/>
    public void Dispose() => Token.Dispose();
}
