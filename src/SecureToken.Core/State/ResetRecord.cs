using System.Text.Json.Serialization;

namespace SecureToken.Core.State;

/// <summary>How far a reset has come; what a later run may conclude from it.</summary>
public enum ResetStage
{
    /// <summary>Everything is ready, and a person is awaited: the token may have been reset or not.</summary>
    Waiting,

    /// <summary>The request is being sent, or its outcome is not known: the token may have been reset or not.</summary>
    Requested,

    /// <summary>The token was reset, and the destinations are being updated to the new one.</summary>
    Converging,
}

/// <summary>The journal of one reset. There is no secret in it: fingerprints, times and locations only.</summary>
public sealed record ResetRecord
{
    /// <summary>The version this program writes; another one cannot be read.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The version of the form.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The endpoint.</summary>
    public string Endpoint { get; init; } = string.Empty;

    /// <summary>The IAM endpoint.</summary>
    public string IamEndpoint { get; init; } = string.Empty;

    /// <summary>The instance's GUID.</summary>
    public string Instance { get; init; } = string.Empty;

    /// <summary>The team as the user named it.</summary>
    public string Team { get; init; } = string.Empty;

    /// <summary>The team's id.</summary>
    public long TeamId { get; init; }

    /// <summary>The team's name, where it is known.</summary>
    public string? TeamName { get; init; }

    /// <summary>When the reset began (UTC).</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When the old token was last seen alive (UTC): the outage began later.</summary>
    public DateTimeOffset LastAliveAt { get; init; }

    /// <summary>How far it has come.</summary>
    public ResetStage Stage { get; init; }

    /// <summary>The fingerprint of the token before.</summary>
    public string Before { get; init; } = string.Empty;

    /// <summary>The fingerprint of the token after, once it is known.</summary>
    public string? After { get; init; }

    /// <summary>The destinations, in the order of the plan.</summary>
    public IReadOnlyList<ResetPlace> Places { get; init; } = [];
}

/// <summary>A destination of a reset.</summary>
/// <param name="Kind">The kind of destination.</param>
/// <param name="Location">Where it is.</param>
/// <param name="Slot">Under which key or names.</param>
/// <param name="Value">What is stored there, when it is not the token alone: the template.</param>
public sealed record ResetPlace(string Kind, string Location, string Slot, string? Value)
{
    /// <summary>What the settings say of the programs that read it: whether they take a new token by themselves.</summary>
    public bool? Reloads { get; init; }
}

/// <summary>Reads and writes the journal without reflection.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition =
        JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ResetRecord))]
internal sealed partial class ResetJson : JsonSerializerContext;
