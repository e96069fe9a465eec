using SecureToken.Core.Diagnostics;
using SecureToken.Core.Secrets;
using SecureToken.Core.Service;

namespace SecureToken.Core.Operations;

/// <summary>The truth: the current token of a team, as the service told it.</summary>
/// <param name="Token">The token; disposed with this.</param>
/// <param name="Scope">Where it belongs.</param>
/// <param name="CredentialSource">Where the credential came from.</param>
/// <param name="Warnings">What could not be verified.</param>
public sealed record FetchedToken(Token Token, TokenScope Scope, string CredentialSource, IReadOnlyList<Failure> Warnings) : IDisposable
{
    /// <summary>The mark that may be shown.</summary>
    public Fingerprint Fingerprint { get; } = Scope.FingerprintOf(Token.Utf8);

    /// <inheritdoc/>
    public void Dispose() => Token.Dispose();
}
