using System.Runtime.CompilerServices;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Interop;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;
using SecureToken.Core.Service;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Session;

/// <summary>
/// The one way to the service: credential, IAM tokens, network, resolved instances. What is asked through it shares one IAM token for each
/// IAM endpoint and looks each instance up once. The network is opened when the first question is asked, and is not even loaded before.
/// </summary>
/// <remarks>Safe to use from several tasks at once, except for <see cref="Renew"/> and <see cref="IDisposable.Dispose"/>.</remarks>
public sealed partial class ServiceClient : IDisposable
{
    private readonly ClientState _state;
    private readonly TransportOptions _options;
    private readonly bool _ownsState;
    private readonly bool _isOneQuestionEach;
    private readonly Lazy<Transport> _transport;

    private ServiceClient(ClientState state, TransportOptions options, bool ownsState, bool isOneQuestionEach)
    {
        _state = state;
        _options = options;
        _ownsState = ownsState;
        _isOneQuestionEach = isOneQuestionEach;
        _transport = new(() => new Transport(options));
    }

    /// <summary>A client. The first question that needs a credential reports if there is none.</summary>
    /// <param name="credentials">Who we are.</param>
    /// <param name="options">How to ask. All questions share one deadline.</param>
    public static ServiceClient Open(CredentialOptions credentials, TransportOptions options)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        ArgumentNullException.ThrowIfNull(options);
        return new(new ClientState(credentials, options), options, ownsState: true, isOneQuestionEach: false);
    }

    /// <summary>
    /// A client whose questions have a network and a deadline of their own: minutes may lie between two of them. The IAM token is shared,
    /// and renewed when it ends meanwhile.
    /// </summary>
    public static ServiceClient OpenForQuestions(CredentialOptions credentials, TransportOptions options)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        ArgumentNullException.ThrowIfNull(options);
        return new(new ClientState(credentials, options), options, ownsState: true, isOneQuestionEach: true);
    }

    /// <summary>The same identity with a network and a deadline of its own. It must be disposed before this.</summary>
    public ServiceClient NewRound() => new(_state, _options, ownsState: false, isOneQuestionEach: false);

    /// <summary>Who we are, or null when there is no credential.</summary>
    public Credential? Credential => _state.Credential;

    /// <summary>Why there is no credential, or null when there is one.</summary>
    public Failure? NoCredential => _state.NoCredential;

    /// <summary>The identity of the credential, if an IAM token reported it.</summary>
    public TokenIdentity? Identity => _state.Identity;

    /// <summary>The last answer to a question other than a probe, as evidence; null when there was none.</summary>
    public ResponseEvidence? LastAnswer { get; private set; }

    /// <summary>The longest that an answer asked to be left alone; null when none did.</summary>
    public TimeSpan? RetryAfter =>
        _isOneQuestionEach ? LastAnswer?.RetryAfter : _transport.IsValueCreated ? _transport.Value.RetryAfter : null;

    /// <summary>The network of this round.</summary>
    internal Transport Transport => _transport.Value;

    /// <summary>Opens the connections for a token that will be asked for in any case, while the caller does something else.</summary>
    public void OpenAhead(TokenSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (Credential is not null && !_isOneQuestionEach)
        {
            OpenAhead(settings.IamEndpoint, settings.Endpoint);
        }
    }

    /// <summary>The settings with the instance that their name means.</summary>
    /// <param name="settings">The settings; those with a GUID come back at once.</param>
    /// <param name="sharing">How the answer is shared with other processes; null for this process alone.</param>
    /// <param name="cancellation">Ends the wait.</param>
    [AsyncMethodBuilder(typeof(ReadyTaskBuilder<>))]
    public async Task<Result<ResolvedSettings>> ResolveAsync(TokenSettings settings, Sharing? sharing, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (ResolvedSettings.Of(settings) is { } resolved)
        {
            return resolved;
        }

        if (_state.IsGivenToken)
        {
            return Failure.Of(
                DiagnosticDescriptors.SettingInvalid, "The instance", settings.Instance.Name!,
                "only an IAM credential can look up a name, so with --token-stdin it must be the GUID or the CRN");
        }

        if (NoCredential is { } missing)
        {
            return missing;
        }

        OpenAhead(settings);
        Result<Instance> found = await _state.ResolveOnceAsync(settings, resolver => AskAsync(
            transport => resolver.ResolveAsync(settings, sharing, SessionOf(settings), transport, cancellation)));
        return found.Succeeded(out Instance? instance, out Failure? failure) ? ResolvedSettings.Of(settings, instance) : failure;
    }

    /// <summary>The current token, verified to be the team's. The caller disposes it.</summary>
    public async Task<Result<FetchedToken>> FetchAsync(TokenSettings settings, CancellationToken cancellation) =>
        (await ResolveAsync(settings, null, cancellation)).Succeeded(out ResolvedSettings? resolved, out Failure? failure)
            ? await FetchAsync(resolved, static (_, _) => null, cancellation)
            : failure;

    /// <summary>The current token, verified to be the team's. The caller disposes it.</summary>
    /// <param name="settings">Which token.</param>
    /// <param name="verifiedAt">When a token of a fingerprint was verified, if it was lately; null to ask it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    [AsyncMethodBuilder(typeof(ReadyTaskBuilder<>))]
    public async Task<Result<FetchedToken>> FetchAsync(
        ResolvedSettings settings, Func<TokenScope, Fingerprint, DateTimeOffset?> verifiedAt, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(verifiedAt);
        OpenAhead(settings.Given);
        Result<FetchedToken> fetched = await AskAsync(transport => FetchAsync(settings, verifiedAt, transport, cancellation));
        return fetched.Failure is { } refused && NoCredential is null ? await ExplainAsync(refused, settings, cancellation) : fetched;
    }

    /// <summary>The current tokens of several teams, each verified, asked for at once.</summary>
    /// <returns>The tokens in the given order, to be disposed by the caller; or the first failure.</returns>
    public async Task<Result<IReadOnlyList<FetchedToken>>> FetchAllAsync(
        IReadOnlyList<TokenSettings> settings, CancellationToken cancellation)
    {
        Result<FetchedToken>[] fetched = await Task.WhenAll(settings.Select(one => FetchAsync(one, cancellation)));
        if (fetched.Select(result => result.Failure).FirstOrDefault(failure => failure is not null) is not { } first)
        {
            return fetched.Select(result => result.Value).ToArray();
        }

        foreach (Result<FetchedToken> other in fetched.Where(result => result.Failure is null))
        {
            other.Value.Dispose();
        }

        return first;
    }

    /// <summary>The token of a team, without an explanation of a refusal by others than the service.</summary>
    internal Task<Result<FetchedToken>> FetchPlainAsync(ResolvedSettings settings, CancellationToken cancellation) =>
        AskAsync(transport => FetchAsync(settings, static (_, _) => null, transport, cancellation));

    /// <summary>The current token as it is, not verified. The caller disposes it.</summary>
    public Task<Result<Token>> ReadAsync(ResolvedSettings settings, Team team, CancellationToken cancellation) =>
        _state.IsGivenToken
            ? Task.FromResult(_state.GivenToken())
            : UseAsync(settings, (api, iam) => api.Tokens.FetchAsync(iam, team, cancellation), cancellation);

    /// <summary>The team that the settings mean.</summary>
    public Task<Result<Team>> FindTeamAsync(ResolvedSettings settings, CancellationToken cancellation) =>
        UseAsync(settings, (api, iam) => api.Teams.FindAsync(iam, settings.Team, cancellation), cancellation);

    /// <summary>The teams that the identity is a member of.</summary>
    public Task<Result<IReadOnlyList<TeamEntry>>> ListTeamsAsync(ResolvedSettings settings, CancellationToken cancellation) =>
        UseAsync(settings, (api, iam) => api.Teams.ListAsync(iam, cancellation), cancellation);

    /// <summary>Whether a token is the team's, as the token itself says. It is asked once.</summary>
    public Task<Result<TeamVerification>> VerifyAsync(
        ResolvedSettings settings, Token token, TokenScope scope, CancellationToken cancellation) =>
        AskAsync(transport => ApiOf(settings, transport).Questions.VerifyAsync(token, scope, cancellation, isProbe: true));

    /// <summary>The same, as strictly as the settings ask.</summary>
    public Task<Result<TeamVerification>> ProveAsync(
        ResolvedSettings settings, Token token, TokenScope scope, CancellationToken cancellation) =>
        AskAsync(transport => ProofOf(settings, ApiOf(settings, transport), scope).ProbeAsync(token, cancellation));

    /// <summary>A token that was not read from the service now: finds its team and verifies it, with nothing but the token.</summary>
    /// <param name="settings">Which token it should be.</param>
    /// <param name="token">The token; it belongs to the result from here.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<Result<FetchedToken>> AdoptAsync(
        ResolvedSettings settings, Token token, string source, CancellationToken cancellation) =>
        AskAsync(transport => AdoptAsync(settings, ApiOf(settings, transport), token, source, cancellation));

    /// <summary>
    /// Whether a token is accepted now, null when the service does not tell; and the answer, as evidence. It needs no credential.
    /// </summary>
    public async Task<(Result<bool?> IsAccepted, ResponseEvidence? Answer)> ProbeAsync(
        ResolvedSettings settings, Token token, CancellationToken cancellation)
    {
        using var transport = new Transport(_options);
        Result<bool?> accepted = await ApiOf(settings, transport).Questions.IsAcceptedAsync(token, cancellation);
        return (accepted, transport.LastAnswer);
    }

    /// <summary>Sends the reset request, once, whatever happens. A refused IAM token is not renewed: that would send it twice.</summary>
    /// <returns>The answer as evidence, if there was any; why it cannot be used; or why nothing was sent.</returns>
    public async Task<Result<(ResponseEvidence? Answer, Failure? Trouble)>> SendResetAsync(
        ResolvedSettings settings, ResetRequest request, Team team, CancellationToken cancellation)
    {
        using var iamNetwork = new Transport(_options);
        if (NoCredential is { } missing)
        {
            return missing;
        }

        if (!(await SessionOf(settings.Given).GetAsync(iamNetwork, cancellation)).Succeeded(out IamToken? iam, out Failure? failure))
        {
            return failure;
        }

        using var transport = new Transport(_options);
        Failure? trouble = await ApiOf(settings, transport).Tokens.SendResetAsync(iam, team, request, cancellation);
        return (transport.LastAnswer, trouble);
    }

    /// <summary>
    /// The failure that says more, where the resource controller knows more than the service; else the one that is known already.
    /// </summary>
    public async Task<Failure> ExplainAsync(Failure failure, ResolvedSettings settings, CancellationToken cancellation)
    {
        if (!_isOneQuestionEach)
        {
            return await RefusalDiagnosis.ExplainAsync(failure, settings, SessionOf(settings.Given), Transport, cancellation);
        }

        using var transport = new Transport(_options);
        return await RefusalDiagnosis.ExplainAsync(failure, settings, SessionOf(settings.Given), transport, cancellation);
    }

    /// <summary>The instances that the credential may see, of every service.</summary>
    internal Task<Result<IReadOnlyList<InstanceEntry>>> ListInstancesAsync(
        Endpoint iam, Endpoint controller, CancellationToken cancellation) =>
        NoCredential is { } missing
            ? Task.FromResult<Result<IReadOnlyList<InstanceEntry>>>(missing)
            : AskAsync(transport => _state.SessionAt(iam).UseAsync(
                transport, token => new ResourceController(transport, controller).AllAsync(token, cancellation), cancellation));

    /// <summary>Makes a call with the IAM token.</summary>
    internal Task<Result<T>> UseAsync<T>(
        ResolvedSettings settings, Func<SecureApi, IamToken, Task<Result<T>>> call, CancellationToken cancellation) =>
        NoCredential is { } missing
            ? Task.FromResult<Result<T>>(missing)
            : AskAsync(
                transport =>
                SessionOf(settings.Given).UseAsync(transport, iam => call(ApiOf(settings, transport), Seen(iam)), cancellation));

    /// <summary>Makes a call that needs no IAM token.</summary>
    internal Task<Result<T>> AskAsync<T>(ResolvedSettings settings, Func<SecureApi, Task<Result<T>>> call) =>
        AskAsync(transport => call(ApiOf(settings, transport)));

    /// <summary>Who asks at an IAM endpoint.</summary>
    internal IamSession SessionAt(Endpoint iam) => _state.SessionAt(iam);

    /// <summary>
    /// Reads the credential again and forgets its IAM tokens: a key file may have been replaced. What came on standard input cannot be
    /// read a second time.
    /// </summary>
    public void Renew() => _state.Renew();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_transport.IsValueCreated)
        {
            _transport.Value.Dispose();
        }

        if (_ownsState)
        {
            _state.Dispose();
        }
    }

    private static SecureApi ApiOf(ResolvedSettings settings, Transport transport) => new(transport, settings.Endpoint, settings.Instance);

    private IamSession SessionOf(TokenSettings settings) => _state.SessionAt(settings.IamEndpoint);

    private void OpenAhead(Endpoint iam, Endpoint service)
    {
        bool willAskIam = SessionAt(iam).WillAsk;
        Uri iamAddress = iam.Resolve("/");
        if (willAskIam)
        {
            Transport.OpenAhead(iamAddress);
        }

        // IAM is asked first; the service's connection is there when IAM has answered.
        if (service != Endpoint.Undetermined && service.Resolve("/") is { } address
            && !(willAskIam && address.Authority == iamAddress.Authority))
        {
            Transport.OpenAhead(address);
        }
    }

    private IamToken Seen(IamToken iam)
    {
        _state.See(iam);
        return iam;
    }

    [AsyncMethodBuilder(typeof(ReadyTaskBuilder<>))]
    private async Task<Result<T>> AskAsync<T>(Func<Transport, Task<Result<T>>> question)
    {
        if (!_isOneQuestionEach)
        {
            return await question(Transport);
        }

        using var transport = new Transport(_options);
        Result<T> answer = await question(transport);
        LastAnswer = transport.LastAnswer;
        return answer;
    }
}
