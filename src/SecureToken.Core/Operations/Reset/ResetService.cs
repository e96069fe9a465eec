using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;
using SecureToken.Core.Service;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Reset;

/// <summary>
/// The way to the service during a reset. Each question has a network and a deadline of its own, since a person may be awaited for a quarter
/// of an hour between two of them; the IAM token is shared, and renewed when it ends meanwhile.
/// </summary>
/// <param name="credential">Who we are; it stays the caller's.</param>
/// <param name="asked">Which token.</param>
/// <param name="options">How to ask.</param>
internal sealed class ResetService(Credential credential, TokenSettings asked, TransportOptions options) : IDisposable
{
    private readonly IamSession _session = new(credential, asked.IamEndpoint, options.Clock);

    /// <summary>The last answer to a question other than a probe, as evidence; null when there was none.</summary>
    public ResponseEvidence? LastAnswer { get; private set; }

    /// <summary>Who we are.</summary>
    public Credential Credential => credential;

    /// <summary>Whom the credential stands for, when IAM says so.</summary>
    public string? IamId { get; private set; }

    /// <summary>Which token; the instance is known when <see cref="ResolveAsync"/> has succeeded.</summary>
    public TokenSettings Settings { get; private set; } = asked;

    /// <summary>Looks up the instance, where the settings have a name only.</summary>
    public async Task<Failure?> ResolveAsync(CancellationToken cancellation)
    {
        if (Settings.Instance.Name is null)
        {
            return null;
        }

        using var transport = new Transport(options);
        Result<TokenSettings> settled = await InstanceLookup.ResolveAsync(Settings, _session, transport, cancellation).ConfigureAwait(false);
        Settings = settled.Failure is null ? settled.Value : Settings;
        return settled.Failure;
    }

    /// <summary>The team that is meant.</summary>
    public Task<Result<Team>> FindTeamAsync(CancellationToken cancellation) => AskAsync(
        (transport, api) => UseAsync(transport, iam => api.FindTeamAsync(iam, Settings.Team, cancellation), cancellation));

    /// <summary>The current token, proven to be the team's.</summary>
    public Task<Result<FetchedToken>> FetchAsync(Team team, CancellationToken cancellation) => AskAsync(
        (transport, _) => Fetch.RunAsync(Settings with { Team = new TeamSelector(team.Id, team.Name) }, _session, transport, static (_, _) => null, cancellation));

    /// <summary>The current token as it is, not proven.</summary>
    public Task<Result<Token>> ReadAsync(Team team, CancellationToken cancellation) => AskAsync(
        (transport, api) => UseAsync(transport, iam => api.FetchTokenAsync(iam, team, cancellation), cancellation));

    /// <summary>Whether a token is the team's: false when the service does not tell.</summary>
    public Task<Result<bool>> VerifyAsync(Token token, TokenScope scope, CancellationToken cancellation) => AskAsync(
        (_, api) => api.VerifyAsync(token, scope, cancellation, isProbe: true));

    /// <summary>Whether a token is accepted now, null when the service does not tell; and the answer, as evidence.</summary>
    public async Task<(Result<bool?> IsAccepted, ResponseEvidence? Answer)> ProbeAsync(Token token, CancellationToken cancellation)
    {
        using var transport = new Transport(options);
        Result<bool?> accepted = await new SecureApi(transport, Settings.Endpoint, Settings.Instance).IsAcceptedAsync(token, cancellation).ConfigureAwait(false);
        return (accepted, transport.LastAnswer);
    }

    /// <summary>Sends the request, once, whatever happens. A refused IAM token is not renewed: that would send it twice.</summary>
    /// <returns>The answer's mark, if there was any answer; why it is none to use; or why nothing was sent.</returns>
    public async Task<Result<(ResponseEvidence? Answer, Failure? Trouble)>> SendAsync(ResetRequest request, Team team, CancellationToken cancellation)
    {
        using var iamNetwork = new Transport(options);
        if (!(await _session.GetAsync(iamNetwork, cancellation).ConfigureAwait(false)).Succeeded(out IamToken? iam, out Failure? failure))
        {
            return failure;
        }

        using var transport = new Transport(options);
        Failure? trouble = await new SecureApi(transport, Settings.Endpoint, Settings.Instance).SendResetAsync(iam, team, request, cancellation).ConfigureAwait(false);
        return (transport.LastAnswer, trouble);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private async Task<Result<T>> AskAsync<T>(Func<Transport, SecureApi, Task<Result<T>>> question)
    {
        using var transport = new Transport(options);
        Result<T> answer = await question(transport, new SecureApi(transport, Settings.Endpoint, Settings.Instance)).ConfigureAwait(false);
        LastAnswer = transport.LastAnswer;
        return answer;
    }

    private Task<Result<T>> UseAsync<T>(Transport transport, Func<IamToken, Task<Result<T>>> call, CancellationToken cancellation) =>
        _session.UseAsync(
            transport,
            iam =>
            {
                IamId ??= IamClaims.IdOf(iam.Utf8);
                return call(iam);
            },
            cancellation);
}
