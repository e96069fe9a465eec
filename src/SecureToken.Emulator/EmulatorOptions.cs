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

    /// <summary>
    /// Whom IAM knows. When no user is among them, one is added: <c>Emulated User</c>, with <see cref="ApiKey"/>. The trusted profile
    /// <see cref="ProfileName"/> is always there.
    /// </summary>
    public IReadOnlyList<EmulatorIdentity> Identities { get; init; } = [];

    /// <summary>The API key of the user who is added when none is given; random, shaped like a real one, when null.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Whose a token is. Null: of the identity and the team when identities are given, and of the team alone otherwise.</summary>
    public EmulatorTokenScope? TokenScope { get; init; }

    /// <summary>What IAM refuses every request with; null for none.</summary>
    public EmulatorIamError? IamError { get; init; }

    /// <summary>What paths of the service answer instead of their own answers.</summary>
    public IReadOnlyList<EmulatorAnswer> Answers { get; init; } = [];

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

    /// <summary>The name of the trusted profile that is linked to the emulated compute resource.</summary>
    public string ProfileName { get; init; } = "emulated-profile";

    /// <summary>Which versions the metadata service has.</summary>
    public EmulatorMetadata Metadata { get; init; }

    /// <summary>
    /// What the resource controller lists. When the emulated instance is not among them, it is added with the name <c>emulator</c>.
    /// </summary>
    public IReadOnlyList<EmulatorInstance> Instances { get; init; } = [];

    /// <summary>The most instances of one page, 1 to 100, whatever a client asks for.</summary>
    public int InstancesPerPage { get; init; } = 100;

    /// <summary>Whether the identity may list instances.</summary>
    public bool LookupAllowed { get; init; } = true;

    /// <summary>Whether to serve https, with a certificate of an authority that no machine knows.</summary>
    public bool Tls { get; init; }

    /// <summary>The clock for expiry, delays, latency and the request log; the system's when null.</summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>Called once for every request, just before its answer leaves.</summary>
    public Action<EmulatorRequest>? OnRequest { get; init; }
}
