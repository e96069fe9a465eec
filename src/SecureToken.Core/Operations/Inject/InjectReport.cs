using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Inject;

/// <summary>What became of one destination.</summary>
public enum InjectOutcome
{
    /// <summary>It holds the current token already; not a byte was touched.</summary>
    Unchanged,

    /// <summary>It was brought to the current token and read back.</summary>
    Written,

    /// <summary>It would have been written, had it not been a dry run.</summary>
    Due,

    /// <summary>It could not be brought to the current token.</summary>
    Failed,

    /// <summary>The current token is not known, and the destination holds an earlier one that nobody has refused.</summary>
    Kept,

    /// <summary>The current token is not known, and the service refuses the one that the destination holds.</summary>
    Dead,

    /// <summary>The current token is not known, and the destination holds none.</summary>
    Missing,
}

/// <summary>One line of the report.</summary>
/// <param name="Destination">The destination.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Failure">Why it failed.</param>
/// <param name="Warnings">What the user should know of it.</param>
public sealed record DestinationReport(Destination Destination, InjectOutcome Outcome, Failure? Failure, IReadOnlyList<Failure> Warnings)
{
    /// <summary>When a kept copy was last known to be the token (UTC), if the ledger knows it.</summary>
    public DateTimeOffset? KnownSince { get; init; }
}

/// <summary>The result of an injection; it holds no secret.</summary>
public sealed record InjectReport
{
    /// <summary>Why the current token is not known, or null.</summary>
    public Failure? Failure { get; init; }

    /// <summary>Which token was wanted, when it is not known.</summary>
    public TokenSettings? Settings { get; init; }

    /// <summary>Where the token belongs, when it is known.</summary>
    public TokenScope? Scope { get; init; }

    /// <summary>The fingerprint of the current token, when it is known.</summary>
    public Fingerprint? Fingerprint { get; init; }

    /// <summary>Where the credential came from, when it was used.</summary>
    public string? CredentialSource { get; init; }

    /// <summary>Whose token it is, when that is known.</summary>
    public TokenIdentity? Identity { get; init; }

    /// <summary>When the service told the token (UTC).</summary>
    public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>Warnings about the token itself.</summary>
    public IReadOnlyList<Failure> Warnings { get; init; } = [];

    /// <summary>One entry for each destination, in the given order.</summary>
    public required IReadOnlyList<DestinationReport> Destinations { get; init; }

    /// <summary>Whether some destination holds the current token.</summary>
    public bool IsCurrentSomewhere =>
        Destinations.Any(destination => destination.Outcome is InjectOutcome.Written or InjectOutcome.Unchanged);

    /// <summary>The exit status that says it all.</summary>
    public ExitStatus Exit
    {
        get
        {
            if (Failure is not null)
            {
                return Failure.Descriptor.Exit;
            }

            DestinationReport[] failed = [.. Destinations.Where(destination => destination.Outcome == InjectOutcome.Failed)];
            return failed.Length == 0 ? ExitStatus.Done
                : failed.Length < Destinations.Count ? ExitStatus.Partial
                : failed[0].Failure!.Descriptor.Exit;
        }
    }
}
