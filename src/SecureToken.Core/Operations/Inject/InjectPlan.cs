using SecureToken.Core.Destinations;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Inject;

/// <summary>What is wanted, and where it goes.</summary>
/// <param name="Settings">Which token.</param>
/// <param name="Credentials">Who we are.</param>
/// <param name="Destinations">Where it goes.</param>
/// <param name="Transport">How to ask.</param>
public sealed record InjectPlan(TokenSettings Settings, CredentialOptions Credentials, IReadOnlyList<Destination> Destinations, TransportOptions Transport)
{
    /// <summary>How an answer is shared with others on this machine; null asks the service in any case.</summary>
    public Sharing? Sharing { get; init; }

    /// <summary>Whether it is only told what would change.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Whether what cannot be read back is sent although the ledger says that it was sent before.</summary>
    public bool IsForced { get; init; }
}

/// <summary>How long an answer of the service serves, and whom.</summary>
/// <param name="RefreshAfter">How old an answer may be. Zero: an answer serves one build.</param>
/// <param name="Consumer">Who asks: a project with its target framework. It is given the same answer of one build only once.</param>
public sealed record Sharing(TimeSpan RefreshAfter, string Consumer)
{
    /// <summary>With <see cref="RefreshAfter"/> zero, how long after its first project a build may still come with another one.</summary>
    public static readonly TimeSpan LongestBuild = TimeSpan.FromMinutes(10);

    /// <summary>And how long after the last one that came.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>How long a failure is shared, so that a hundred projects do not each wait out a dead network.</summary>
    public static readonly TimeSpan FailureLife = TimeSpan.FromSeconds(15);
}
