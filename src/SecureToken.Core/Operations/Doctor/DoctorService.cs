using System.Globalization;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;
using SecureToken.Core.Service;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Doctor;

/// <summary>Looks at the way from an IAM token to the token of a team.</summary>
/// <param name="settings">Which token.</param>
/// <param name="client">The service.</param>
/// <param name="log">Where the steps go.</param>
internal sealed class DoctorService(ResolvedSettings settings, ServiceClient client, DoctorLog log)
{
    private const int MostListed = 10;

    /// <summary>The settings with the instance that a name means.</summary>
    public static Task<ResolvedSettings?> ResolveAsync(TokenSettings settings, ServiceClient client, DoctorLog log) =>
        log.LookAsync<ResolvedSettings>("instance name", async () =>
            (await client.ResolveAsync(settings, null, log.Cancellation)).Succeeded(out ResolvedSettings? resolved, out Failure? failure)
                ? new Finding<ResolvedSettings>(resolved, $"{settings.Instance} is {resolved.Instance} at {resolved.Endpoint}")
                : failure);

    /// <summary>The teams that the identity sees, which only an instance that is known can tell.</summary>
    public Task<IReadOnlyList<TeamEntry>?> ListTeamsAsync() =>
        log.LookAsync<IReadOnlyList<TeamEntry>>("instance", async () =>
        {
            Result<IReadOnlyList<TeamEntry>> listed = await UseAsync((api, iam) => api.Teams.ListAsync(iam, log.Cancellation));
            return listed.Succeeded(out IReadOnlyList<TeamEntry>? teams, out Failure? failure)
                ? new Finding<IReadOnlyList<TeamEntry>>(teams, $"{settings.Instance} is known; {Describe(teams)}")
                : await ExplainAsync(failure);
        });

    /// <summary>The team that is meant.</summary>
    public Task<Team?> FindTeamAsync(IReadOnlyList<TeamEntry> visible) =>
        log.LookAsync<Team>("team", async () =>
        {
            Result<Team> found = await UseAsync((api, iam) => api.Teams.FindAsync(iam, settings.Team, log.Cancellation));
            return !found.Succeeded(out Team? team, out Failure? failure) ? await ExplainAsync(failure)
                : visible.FirstOrDefault(entry => entry.Team.Id == team.Id) is { } known
                    ? new Finding<Team>(known.Team, $"{known.Team}{(known.IsDefault ? ", the default team" : string.Empty)}")
                : ServiceDiagnosis.UnknownTeam(settings.Endpoint, settings.Instance, settings.Team, visible);
        });

    /// <summary>The token, which shows that the role is enough.</summary>
    public Task<Token?> FetchAsync(Team team) =>
        log.LookAsync<Token>("token", async () =>
        {
            Result<Token> fetched = await UseAsync((api, iam) => api.Tokens.FetchAsync(iam, team, log.Cancellation));
            return fetched.Succeeded(out Token? token, out Failure? failure)
                ? new Finding<Token>(token, $"{ScopeOf(team).FingerprintOf(token.Utf8)}; the role is enough to read it; {RateLimit}")
                : await ExplainAsync(failure);
        });

    /// <summary>Whether the token belongs to the team: it is asked itself.</summary>
    public Task<FetchedToken?> ProveAsync(Token token, Team team) =>
        log.LookAsync<FetchedToken>("proof of team", async () =>
        {
            TokenScope scope = ScopeOf(team);
            DateTimeOffset now = client.Transport.Clock.GetUtcNow();
            Result<TeamVerification> proven = await client.AskAsync(
                settings, api => api.Questions.VerifyAsync(token, scope, log.Cancellation));
            if (proven.Failure is not null)
            {
                return proven.Failure;
            }

            var fetched = new FetchedToken(token, scope, proven.Value.Team is not null ? now : null)
            {
                CredentialSource = client.Credential?.ToString(),
                Identity = client.Identity,
                Verification = proven.Value.Evidence,
                VerifiedAt = now,
            };
            return new Finding<FetchedToken>(
                fetched,
                proven.Value.Team is { } told
                ? $"currentTeam is {told.ToString(CultureInfo.InvariantCulture)}" : $"not verified: {proven.Value.Evidence}")
            {
                Warnings = fetched.Warnings,
            };
        });

    /// <summary>What the documentation leaves open about this instance.</summary>
    public Task AskOpenQuestionsAsync(Team team, Token token, IReadOnlyList<TeamEntry> visible) =>
        new DoctorQuestions(settings, client, log).AskAsync(team, token, [.. visible.Select(entry => entry.Team)]);

    /// <summary>What the last answer says of it.</summary>
    private string RateLimit =>
        client.Transport.LastAnswer?.RateLimit is { } limit
        ? $"{limit.ToString(CultureInfo.InvariantCulture)} requests a minute are allowed" : "no rate limit is reported";

    private TokenScope ScopeOf(Team team) => settings.ScopeOf(team);

    private Task<Result<T>> UseAsync<T>(Func<SecureApi, IamToken, Task<Result<T>>> call) =>
        client.UseAsync(settings, call, log.Cancellation);

    private Task<Failure> ExplainAsync(Failure failure) => client.ExplainAsync(failure, settings, log.Cancellation);

    private static string Describe(IReadOnlyList<TeamEntry> teams) => teams.Count switch
    {
        0 => "the identity is a member of no team",
        1 => $"one team: {teams[0].Team}",
        _ => $"{teams.Count} teams: {string.Join(", ", teams.Take(MostListed).Select(entry => entry.Team))}"
            + (teams.Count > MostListed ? ", ..." : string.Empty),
    };
}
