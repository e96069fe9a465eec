using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Status;

/// <summary>How a copy stands to the token it is compared with.</summary>
public enum CopyState
{
    /// <summary>It is the token.</summary>
    Current,

    /// <summary>It cannot be read back; the ledger says that this token was sent there.</summary>
    Sent,

    /// <summary>It is another one.</summary>
    Stale,

    /// <summary>It is the token of another identity of the same team.</summary>
    OtherIdentity,

    /// <summary>There is none.</summary>
    Missing,

    /// <summary>It cannot be read, see the failure.</summary>
    Unreadable,

    /// <summary>
    /// It cannot be known: it cannot be read back and the ledger knows nothing of it, or there is nothing to compare it with.
    /// </summary>
    Unknown,

    /// <summary>It ends with the job that makes it, so there is nothing to look at.</summary>
    JobScoped,

    /// <summary>The ledger remembers it, and it was removed since. It cannot be stale any more.</summary>
    Gone,

    /// <summary>The ledger remembers it as the token, and its directory is not there now: perhaps a disk that is not mounted.</summary>
    Away,
}

/// <summary>With what the copies were compared.</summary>
public enum Comparison
{
    /// <summary>With nothing: neither the service nor the ledger could tell the token.</summary>
    Nothing,

    /// <summary>With the fingerprint of the token that the ledger knows.</summary>
    Ledger,

    /// <summary>With the token, as the service returned it now.</summary>
    Service,
}

/// <summary>One copy.</summary>
/// <param name="Kind">The kind of destination.</param>
/// <param name="Location">Where it is.</param>
/// <param name="Slot">Under which key or names.</param>
/// <param name="State">How it stands.</param>
public sealed record CopyReport(string Kind, string Location, string Slot, CopyState State)
{
    /// <summary>The fingerprint of what stands there, or of what was sent there, where it is known.</summary>
    public Fingerprint? Fingerprint { get; init; }

    /// <summary>When it was last known to be the token (UTC), if the ledger knows it.</summary>
    public DateTimeOffset? KnownAt { get; init; }

    /// <summary>Whether the programs that read it take a new token without a restart.</summary>
    public bool Reloads { get; init; }

    /// <summary>Whose token it was when it was written, where the ledger knows it.</summary>
    public TokenIdentity? Identity { get; init; }

    /// <summary>Why it cannot be read.</summary>
    public Failure? Failure { get; init; }

    /// <summary>Whether what stands there is what one of the ledger's own entries says, or the token.</summary>
    internal bool IsRecognised { get; init; }

    /// <summary>When the ledger says that it was written (UTC).</summary>
    internal DateTimeOffset? WrittenAt { get; init; }

    /// <summary>Whether it is where it should be, or nowhere.</summary>
    public bool IsInOrder => State is CopyState.Current or CopyState.Sent or CopyState.JobScoped or CopyState.Gone or CopyState.Away;
}

/// <summary>One token and its copies; there is no secret in it.</summary>
/// <param name="Settings">Which token; null when it is one that may not be asked for.</param>
/// <param name="Scope">Where it belongs, when that is known.</param>
/// <param name="Comparison">With what the copies were compared.</param>
/// <param name="Copies">The copies.</param>
public sealed record TokenStatus(TokenSettings? Settings, TokenScope? Scope, Comparison Comparison, IReadOnlyList<CopyReport> Copies)
{
    /// <summary>Why the service did not tell the token, or null.</summary>
    public Failure? Failure { get; init; }

    /// <summary>The fingerprint of the token that the copies were compared with.</summary>
    public Fingerprint? Fingerprint { get; init; }

    /// <summary>When the service returned it (UTC).</summary>
    public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>Where the credential came from, when it was used.</summary>
    public string? CredentialSource { get; init; }

    /// <summary>Whose token it is, when that is known.</summary>
    public TokenIdentity? Identity { get; init; }

    /// <summary>What the user should know.</summary>
    public IReadOnlyList<Failure> Warnings { get; init; } = [];

    /// <summary>The exit status that says it all: that the service could not tell comes first, because then nothing is certain.</summary>
    public ExitStatus Exit =>
        Failure is not null ? Failure.Descriptor.Exit
        : Copies.All(copy => copy.IsInOrder) ? ExitStatus.Done
        : Copies.All(copy => copy.IsInOrder || copy.State == CopyState.Unreadable) ? ExitStatus.LocalFile
        : ExitStatus.Drift;
}

/// <summary>What is known of all tokens that were asked for.</summary>
/// <param name="Tokens">The tokens.</param>
/// <param name="Faults">The ledgers that are not whole, when all of them were asked for.</param>
public sealed record StatusRun(IReadOnlyList<TokenStatus> Tokens, IReadOnlyList<Failure> Faults)
{
    /// <summary>The exit status that says it all: drift that was found is drift, whatever else could not be found out.</summary>
    public ExitStatus Exit
    {
        get
        {
            ExitStatus[] different =
                [.. Tokens.Select(token => token.Exit).Concat(Faults.Select(fault => fault.Descriptor.Exit))
                .Where(exit => exit != ExitStatus.Done).Distinct()];
            return different is [] ? ExitStatus.Done : different.Contains(ExitStatus.Drift) ? ExitStatus.Drift : different[0];
        }
    }
}
