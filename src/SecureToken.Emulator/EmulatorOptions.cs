namespace SecureToken.Emulator;

/// <summary>What to emulate. Everything has a default, so <c>new EmulatorOptions()</c> is a working instance.</summary>
public sealed record EmulatorOptions
{
    /// <summary>The port on 127.0.0.1; 0 lets the system choose a free one.</summary>
    public int Port { get; init; }

    /// <summary>
    /// The teams. When none is the default one, IBM's predefined team (Secure Operations, id 30785) is added and is it.
    /// </summary>
    public IReadOnlyList<EmulatorTeam> Teams { get; init; } = [];

    /// <summary>The GUID a request must send as <c>IBMInstanceID</c>; random unless set.</summary>
    public string InstanceId { get; init; } = Guid.NewGuid().ToString("D");

    /// <summary>The one API key that IAM knows; random, shaped like a real one, when null.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Whether the instance refuses tokens, like one created with <c>external_api_auth=IAM_ONLY</c>.</summary>
    public bool IamOnly { get; init; }

    /// <summary>Which team header is obeyed.</summary>
    public HonouredTeamHeader TeamHeader { get; init; } = HonouredTeamHeader.Both;

    /// <summary>How long every answer is held back, by <see cref="Clock"/>. Admin routes are not delayed.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>How long an IAM token lives: whole seconds, from one second to one hour, which is IAM's own limit.</summary>
    public TimeSpan IamTokenLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A request that resets a team's token. None is documented, so null, the default, has none.</summary>
    public EmulatorResetRoute? ResetRoute { get; init; }

    /// <summary>
    /// How long a reset leaves the old token accepted, at most a day; <see cref="Timeout.InfiniteTimeSpan"/> is for ever. The
    /// documentation says: not at all.
    /// </summary>
    public TimeSpan OldTokenLives { get; init; }

    /// <summary>How long after a reset the new token is not accepted yet although it can be fetched, at most a day.</summary>
    public TimeSpan NewTokenAfter { get; init; }

    /// <summary>The clock for expiry, delays, latency and the request log; the system's when null.</summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>Called once for every request, just before its answer leaves.</summary>
    public Action<EmulatorRequest>? OnRequest { get; init; }
}
