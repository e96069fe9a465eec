using SecureToken.Core.Model;

namespace SecureToken.Core.State;

/// <summary>
/// The places of a ledger have much in common: one text in memory serves them all. Who reads two places at once may only fail to share.
/// </summary>
internal sealed class SharedTexts
{
#pragma warning disable CA1051 // Each is read and set in one place, by reference.
    public string? Kind;
    public string? Slot;
    public string? Fingerprint;
    public string? DeclaredBy;
    public string? IamId;
    public string? IdentityName;
    public TokenIdentity? Identity;
#pragma warning restore CA1051
}
