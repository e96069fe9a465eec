using SecureToken.Emulator.Credentials;

namespace SecureToken.Emulator.State;

/// <summary>Everything the routes share. What can change while the emulator runs is safe to change from any thread.</summary>
internal sealed class EmulatorState
{
    private long _latencyTicks;
    private volatile bool _iamOnly;
    private volatile bool _lookupAllowed;
    private volatile HonouredTeamHeader _teamHeader;
    private volatile EmulatorIamError? _iamError;

    public EmulatorState(EmulatorOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Port, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Port, ushort.MaxValue);
        if (!Guid.TryParseExact(options.InstanceId, "D", out _))
        {
            throw new ArgumentException("The instance id is a GUID with hyphens.", nameof(options));
        }

        Clock = options.Clock ?? TimeProvider.System;
        InstanceId = options.InstanceId;
        Identities = new IdentityList(options.Identities, options.ApiKey, options.ProfileName);
        if (options.ResetRoute is { MakesSense: false })
        {
            throw new ArgumentException("The reset route is " + EmulatorResetRoute.Expected + ".", nameof(options));
        }

        ResetRoute = options.ResetRoute;
        IamOnly = options.IamOnly;
        TeamHeader = options.TeamHeader;
        Latency = options.Latency;
        Teams = new TeamList(options.Teams);
        TokenScope = options.TokenScope ?? (options.Identities.Count == 0 ? EmulatorTokenScope.Team : EmulatorTokenScope.IdentityAndTeam);
        Tokens = new TokenStore(Identities, Teams, TokenScope, Clock)
        {
            OldTokenLives = options.OldTokenLives,
            NewTokenAfter = options.NewTokenAfter,
        };
        IamTokens = new IamTokens(Clock, options.IamTokenLifetime);
        ComputeResource = new ComputeResource(IamTokens.Account, Identities);
        Browser = new BrowserSession(Identities, Teams);
        IamError = options.IamError;
        Answers = new AnswerList(options.Answers);
        Metadata = options.Metadata;
        Instances = WithOwn(options.Instances);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.InstancesPerPage, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.InstancesPerPage, 100);
        InstancesPerPage = options.InstancesPerPage;
        LookupAllowed = options.LookupAllowed;
        Log = new RequestLog(options.OnRequest);
    }

    public TimeProvider Clock { get; }

    public string InstanceId { get; }

    public IdentityList Identities { get; }

    public EmulatorTokenScope TokenScope { get; }

    public BrowserSession Browser { get; }

    public AnswerList Answers { get; }

    public TeamList Teams { get; }

    public TokenStore Tokens { get; }

    public IamTokens IamTokens { get; }

    public ComputeResource ComputeResource { get; }

    public EmulatorMetadata Metadata { get; }

    public IReadOnlyList<EmulatorInstance> Instances { get; }

    public int InstancesPerPage { get; }

    public bool LookupAllowed
    {
        get => _lookupAllowed;
        set => _lookupAllowed = value;
    }

    public RequestLog Log { get; }

    public FaultQueue Faults { get; } = new();

    public EmulatorResetRoute? ResetRoute { get; }

    /// <summary>Agent access keys that the real users/me shows beside the data a client wants; a client must not leak them.</summary>
    public IReadOnlyList<string> Decoys { get; } = [.. Enumerable.Range(0, 3).Select(_ => Guid.NewGuid().ToString("D"))];

    public bool IamOnly
    {
        get => _iamOnly;
        set => _iamOnly = value;
    }

    public HonouredTeamHeader TeamHeader
    {
        get => _teamHeader;
        set => _teamHeader = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    /// <summary>What IAM refuses every request with; null for none.</summary>
    public EmulatorIamError? IamError
    {
        get => _iamError;
        set => _iamError = value;
    }

    public TimeSpan Latency
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _latencyTicks));
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(1));
            Interlocked.Exchange(ref _latencyTicks, value.Ticks);
        }
    }

    private IReadOnlyList<EmulatorInstance> WithOwn(IReadOnlyList<EmulatorInstance> given)
    {
        if (given.FirstOrDefault(instance => !Guid.TryParseExact(instance.Id, "D", out _)) is { } wrong)
        {
            throw new ArgumentException($"The GUID of the instance '{wrong.Name}' is none.", nameof(given));
        }

        return given.Any(instance => string.Equals(instance.Id, InstanceId, StringComparison.OrdinalIgnoreCase))
            ? given
            : [.. given, new EmulatorInstance("emulator", InstanceId)];
    }
}
