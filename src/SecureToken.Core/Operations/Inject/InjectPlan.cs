using SecureToken.Core.Destinations;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Inject;

/// <summary>What is wanted, and where it goes.</summary>
/// <param name="Settings">Which token.</param>
/// <param name="Credentials">Who we are.</param>
/// <param name="Destinations">Where it goes.</param>
/// <param name="Transport">How to ask.</param>
public sealed record InjectPlan(
    TokenSettings Settings, CredentialOptions Credentials, IReadOnlyList<Destination> Destinations, TransportOptions Transport)
{
    /// <summary>How an answer is shared with others on this machine; null asks the service in any case.</summary>
    public Sharing? Sharing { get; init; }

    /// <summary>
    /// Whether a copy that belongs to another identity is left alone, and that is a failure; else it is overwritten with a warning.
    /// </summary>
    public bool IsIdentityStrict { get; init; }

    /// <summary>Whether it is only told what would change.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Whether what cannot be read back is sent although the ledger says that it was sent before.</summary>
    public bool IsForced { get; init; }
}
