using SecureToken.Emulator.Credentials;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Hosting;

/// <summary>
/// A local stand-in for IBM IAM and the token API of one Workload Protection instance, on 127.0.0.1. It is its own reading of
/// the service contract and shares no code with the client it is used to test.
/// </summary>
public sealed class EmulatorServer : IAsyncDisposable
{
    private readonly EmulatorState _state;
    private readonly WebApplication _app;
    private readonly CertificateAuthority? _authority;

    private EmulatorServer(EmulatorState state, WebApplication app, CertificateAuthority? authority, Uri baseUrl)
    {
        _state = state;
        _app = app;
        _authority = authority;
        BaseUrl = baseUrl;
    }

    /// <summary>
    /// Where IAM (<c>/identity/token</c>), the service (<c>/api/…</c>), the resource controller (<c>/v2/…</c>) and the metadata service
    /// (<c>/instance_identity/…</c>, <c>/identity/v1/…</c>) listen.
    /// </summary>
    public Uri BaseUrl { get; }

    /// <summary>The GUID to send as <c>IBMInstanceID</c>.</summary>
    public string InstanceId => _state.InstanceId;

    /// <summary>The API key of the first user.</summary>
    public string ApiKey => _state.Identities.Primary.ApiKey!;

    /// <summary>Whom IAM knows, each with its API key and its IAM id. The first user is who is meant when none is named.</summary>
    public IReadOnlyList<EmulatorIdentity> Identities =>
    [
        .. _state.Identities.All.Select(identity => new EmulatorIdentity(identity.Name, identity.Kind)
        {
            ApiKey = identity.ApiKey,
            IamId = identity.IamId,
            Email = identity.IsUser ? identity.UserName : null,
        }),
    ];

    /// <summary>Whose a token is.</summary>
    public EmulatorTokenScope TokenScope => _state.TokenScope;

    /// <summary>The name of the user who is logged in to the page.</summary>
    public string LoggedIn => _state.Browser.Current.User.Name;

    /// <summary>The team that is selected on the page.</summary>
    public EmulatorTeam SelectedTeam => _state.Browser.Current.Team;

    /// <summary>The certificate of the authority that a client has to trust, in PEM form; null without TLS.</summary>
    public string? AuthorityPem => _authority?.RootPem;

    /// <summary>The account that the identities and instances belong to.</summary>
    public string Account => _state.IamTokens.Account;

    /// <summary>The token that the emulated compute resource was given.</summary>
    public string ComputeResourceToken => _state.ComputeResource.Token;

    /// <summary>The id of the trusted profile that is linked to the compute resource.</summary>
    public string ProfileId => _state.ComputeResource.DefaultProfile.Identifier;

    /// <summary>Its name.</summary>
    public string ProfileName => _state.ComputeResource.DefaultProfile.Name;

    /// <summary>Its CRN.</summary>
    public string ProfileCrn => _state.ComputeResource.CrnOf(_state.ComputeResource.DefaultProfile);

    /// <summary>What the resource controller lists.</summary>
    public IReadOnlyList<EmulatorInstance> Instances => _state.Instances;

    /// <summary>Whether the identity may list instances.</summary>
    public bool LookupAllowed
    {
        get => _state.LookupAllowed;
        set => _state.LookupAllowed = value;
    }

    /// <summary>The teams, the default one included.</summary>
    public IReadOnlyList<EmulatorTeam> Teams => _state.Teams.All;

    /// <summary>Access keys that <c>users/me</c> shows as the real one does; a client must never repeat them.</summary>
    public IReadOnlyList<string> Decoys => _state.Decoys;

    /// <summary>What was asked so far, oldest first, without the admin calls.</summary>
    public IReadOnlyList<EmulatorRequest> Requests => _state.Log.Snapshot();

    /// <summary>Whether tokens are refused.</summary>
    public bool IamOnly
    {
        get => _state.IamOnly;
        set => _state.IamOnly = value;
    }

    /// <summary>Which team header is obeyed.</summary>
    public HonouredTeamHeader TeamHeader
    {
        get => _state.TeamHeader;
        set => _state.TeamHeader = value;
    }

    /// <summary>What IAM refuses every request with; null for none.</summary>
    public EmulatorIamError? IamError
    {
        get => _state.IamError;
        set => _state.IamError = value;
    }

    /// <summary>What paths of the service answer instead of their own answers.</summary>
    public IReadOnlyList<EmulatorAnswer> Answers => _state.Answers.All;

    /// <summary>How long every answer is held back, at most a day.</summary>
    public TimeSpan Latency
    {
        get => _state.Latency;
        set => _state.Latency = value;
    }

    /// <summary>
    /// How long the resets to come leave the old token accepted, at most a day; <see cref="Timeout.InfiniteTimeSpan"/> is for ever.
    /// </summary>
    public TimeSpan OldTokenLives
    {
        get => _state.Tokens.OldTokenLives;
        set => _state.Tokens.OldTokenLives = value;
    }

    /// <summary>How long after the resets to come the new token is not accepted yet although it can be fetched, at most a day.</summary>
    public TimeSpan NewTokenAfter
    {
        get => _state.Tokens.NewTokenAfter;
        set => _state.Tokens.NewTokenAfter = value;
    }

    /// <summary>Starts listening; the emulator is ready when the task is done.</summary>
    /// <param name="options">What to emulate.</param>
    /// <param name="ct">Gives up starting.</param>
    /// <returns>The running emulator; dispose it to stop.</returns>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    /// <exception cref="IOException">The port is in use.</exception>
    public static async Task<EmulatorServer> StartAsync(EmulatorOptions options, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var state = new EmulatorState(options);
        var authority = options.Tls ? new CertificateAuthority() : null;
        var app = RequestPipeline.Build(state, options.Port, authority);
        try
        {
            await app.StartAsync(ct);
            return new EmulatorServer(state, app, authority, new Uri(app.Urls.Single()));
        }
        catch
        {
            await app.DisposeAsync();
            authority?.Dispose();
            throw;
        }
    }

    /// <summary>The living token of an identity in a team.</summary>
    /// <param name="teamName">The exact name.</param>
    /// <param name="identity">The name of the identity; the first user when null.</param>
    /// <returns>The token.</returns>
    /// <exception cref="ArgumentException">There is no such team or identity.</exception>
    public string TokenOf(string teamName, string? identity = null) => TokenOf(
        (_state.Teams.ByName(teamName) ?? throw new ArgumentException($"There is no team '{teamName}'.", nameof(teamName))).Id, identity);

    /// <summary>The living token of an identity in a team.</summary>
    /// <param name="teamId">The id.</param>
    /// <param name="identity">The name of the identity; the first user when null.</param>
    /// <returns>The token.</returns>
    /// <exception cref="ArgumentException">There is no such team or identity.</exception>
    public string TokenOf(int teamId, string? identity = null) => _state.Tokens.TokenOf(Known(identity), Known(teamId).Id);

    /// <summary>
    /// Gives an identity a new token in a team; the old one is refused from that moment, unless <see cref="OldTokenLives"/> says otherwise.
    /// </summary>
    /// <param name="teamId">The id.</param>
    /// <param name="identity">The name of the identity; the first user when null.</param>
    /// <returns>The new token.</returns>
    /// <exception cref="ArgumentException">There is no such team or identity.</exception>
    public string ResetToken(int teamId, string? identity = null) => _state.Tokens.Reset(Known(identity), Known(teamId).Id);

    /// <summary>Logs a user in to the page. It starts in the team that the user used last.</summary>
    /// <param name="user">The name of the identity.</param>
    /// <exception cref="ArgumentException">There is no such identity, or it is no user.</exception>
    public void LogIn(string user)
    {
        var known = Known(user);
        if (!known.IsUser)
        {
            throw new ArgumentException($"{user} is no user and cannot log in to the page.", nameof(user));
        }

        _state.Browser.Switch(known, team: null);
    }

    /// <summary>Selects a team on the page.</summary>
    /// <param name="teamId">The id.</param>
    /// <exception cref="ArgumentException">There is no such team.</exception>
    public void SelectTeam(int teamId) => _state.Browser.Switch(user: null, Known(teamId));

    /// <summary>Lets a path of the service answer something else, until <see cref="ClearAnswer"/>.</summary>
    /// <param name="answer">The path and the answer.</param>
    /// <exception cref="ArgumentException">There is no such answer.</exception>
    public void SetAnswer(EmulatorAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        _state.Answers.Set(answer);
    }

    /// <summary>Lets a path of the service give its own answer again.</summary>
    /// <param name="path">The path that was given.</param>
    /// <param name="credential">The credential that was given.</param>
    public void ClearAnswer(string path, string? credential = null) => _state.Answers.Remove(path, credential);

    /// <summary>How often something was received, whether or not it was answered.</summary>
    /// <param name="method">The HTTP method, in capitals.</param>
    /// <param name="path">The exact path, without query.</param>
    /// <returns>The number, counted as they arrive; <see cref="Requests"/> has a request only when its answer leaves.</returns>
    public int Count(string method, string path) => _state.Log.Count(method, path);

    /// <summary>Forgets the requests so far.</summary>
    public void ClearRequests() => _state.Log.Clear();

    /// <summary>Makes the next requests fail. Orders are played oldest first, each for the paths it covers.</summary>
    /// <param name="count">How many requests fail.</param>
    /// <param name="status">With which status, 400 to 599 or a redirection; the body is the documented one for it.</param>
    /// <param name="pathPrefix">Only paths that start so; null for all but the admin calls.</param>
    /// <param name="retryAfter">The wait to send as <c>Retry-After</c>, rounded up to whole seconds; null for none.</param>
    public void FailNext(int count, int status, string? pathPrefix = null, TimeSpan? retryAfter = null) =>
        FailNext(count, new EmulatorFault { Status = status, PathPrefix = pathPrefix, RetryAfter = retryAfter });

    /// <summary>
    /// Makes the next requests fail in one of the ways there are. Orders are played oldest first, each for what it covers.
    /// </summary>
    /// <param name="count">How many requests fail.</param>
    /// <param name="fault">What happens to them.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order makes no sense.</exception>
    public void FailNext(int count, EmulatorFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        _state.Faults.Add(count, fault);
    }

    /// <summary>Stops. Requests that are held back are dropped.</summary>
    /// <returns>A task that ends when the port is free.</returns>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _authority?.Dispose();
    }

    private EmulatorTeam Known(int teamId) =>
        _state.Teams.ById(teamId) ?? throw new ArgumentException($"There is no team {teamId}.", nameof(teamId));

    private Identity Known(string? identity) => identity is null
        ? _state.Identities.Primary
        : _state.Identities.ByName(identity) ?? throw new ArgumentException($"There is no identity '{identity}'.", nameof(identity));
}
