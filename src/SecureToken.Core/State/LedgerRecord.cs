using SecureToken.Core.Interop;
using SecureToken.Core.Model;

namespace SecureToken.Core.State;

/// <summary>What this user's machine knows of one team's token. There is no secret in it: fingerprints, times and locations only.</summary>
public sealed record LedgerRecord
{
    /// <summary>The version this program writes; another one is read as an empty ledger.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The version of the form.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The endpoint.</summary>
    public string Endpoint { get; init; } = string.Empty;

    /// <summary>The instance's GUID.</summary>
    public string Instance { get; init; } = string.Empty;

    /// <summary>The team as the user named it.</summary>
    public string Team { get; init; } = string.Empty;

    /// <summary>The team's id, once the service has reported it.</summary>
    public long TeamId { get; init; }

    /// <summary>The team's name, if the service reported it.</summary>
    public string? TeamName { get; init; }

    /// <summary>The fingerprint of the token.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The fingerprint of the credential that got it: another identity may get another token.</summary>
    public string? Credential { get; init; }

    /// <summary>Whose token it is; null in a ledger of before, until the service is asked again.</summary>
    public TokenIdentity? Identity { get; init; }

    /// <summary>When the service last returned the token (UTC).</summary>
    public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>When the token itself last said that it belongs to the team (UTC); null when it never did.</summary>
    public DateTimeOffset? ProvenAt { get; init; }

    /// <summary>Who has been given this answer. A build uses an answer once in each project, so a second use is a second build.</summary>
    public IReadOnlyList<string> Served { get; init; } = [];

    /// <summary>When a build that refreshes each time last used this answer (UTC); null for an answer with a longer life.</summary>
    public DateTimeOffset? OneBuildAt { get; init; }

    /// <summary>The places that hold the token.</summary>
    public IReadOnlyList<LedgerPlace> Places { get; init; } = [];

    /// <summary>The last failure to get the token.</summary>
    public LedgerFailure? LastFailure { get; init; }
}

/// <summary>A destination that holds a copy.</summary>
/// <param name="Kind">The kind of destination.</param>
/// <param name="Location">Where it is.</param>
/// <param name="Slot">Under which key or names.</param>
/// <param name="Fingerprint">The fingerprint of the copy.</param>
/// <param name="WrittenAt">When it was last written (UTC).</param>
public sealed record LedgerPlace(string Kind, string Location, string Slot, string Fingerprint, DateTimeOffset WrittenAt)
{
    /// <summary>Whose token the copy is; null when that is not known.</summary>
    public TokenIdentity? Identity { get; init; }

    /// <summary>The project or the settings file that named it last; null for an option, and in a ledger of before.</summary>
    public string? DeclaredBy { get; init; }

    /// <summary>What is stored there, when it is not the token alone: the template.</summary>
    public string? Value { get; init; }

    /// <summary>What the settings said of the programs that read it: whether they take a new token by themselves.</summary>
    public bool? Reloads { get; init; }

    /// <summary>Which place it is, whatever it holds.</summary>
    public PlaceKey Key => KeyOf(Kind, Location, Slot, PathRules.Here);

    /// <summary>Whether the location of a destination of this kind is the path of a file.</summary>
    public static bool IsOfFile(string kind) => kind is "dotenv" or "json" or "user-secrets" or "kubernetes";

    /// <summary>What tells one place from another. A file is one place in whatever letters its path is spelled.</summary>
    /// <param name="kind">The kind of destination.</param>
    /// <param name="location">Where it is.</param>
    /// <param name="slot">Under which key or names.</param>
    /// <param name="rules">When two paths are one.</param>
    public static PlaceKey KeyOf(string kind, string location, string slot, PathRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return new(kind, IsOfFile(kind) ? rules.Comparable(location) : location, slot);
    }
}

/// <summary>What tells one place from another.</summary>
/// <param name="Kind">The kind of destination.</param>
/// <param name="Location">Where it is, as it is compared.</param>
/// <param name="Slot">Under which key or names.</param>
public sealed record PlaceKey(string Kind, string Location, string Slot);

/// <summary>A failure that other projects of the same build share for a few seconds.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Message">Its message.</param>
/// <param name="NextStep">What to do next.</param>
/// <param name="At">When it happened (UTC).</param>
/// <param name="Credential">The fingerprint of the credential that was used.</param>
/// <param name="Served">Who has been given it.</param>
public sealed record LedgerFailure(
    string Code, string Message, string NextStep, DateTimeOffset At, string? Credential, IReadOnlyList<string> Served)
{
    /// <summary>
    /// The fingerprints of the copies that the service has refused since it last gave a token. They outlive the failure that they were
    /// found with: nobody may call one of them kept because the service cannot be asked again.
    /// </summary>
    public IReadOnlyList<string> Dead { get; init; } = [];
}
