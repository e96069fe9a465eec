using System.Globalization;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;
using SecureToken.Core.Service;

namespace SecureToken.Core.Operations.Doctor;

/// <summary>
/// Answers on the user's own instance what the documentation leaves open: which team header counts, whether each team has a token of
/// its own, and what the other reading of the token's path returns. Tokens are compared in memory; only fingerprints are shown.
/// </summary>
/// <param name="settings">Which token.</param>
/// <param name="client">The service.</param>
/// <param name="log">Where the answers go.</param>
internal sealed class DoctorQuestions(ResolvedSettings settings, ServiceClient client, DoctorLog log)
{
    private static readonly TeamHeaders[] Headers = [TeamHeaders.SysdigTeamID, TeamHeaders.TeamID];

    public async Task AskAsync(Team team, Token token, IReadOnlyList<Team> visible)
    {
        using Answer? unnamed = await log.LookAsync<Answer>(
            "no team header", () => AskAsync(team, TeamHeaders.None, answer => $"answers {Whose(answer)}"));
        using Token? another = await CompareTeamsAsync(team, token, visible);

        // Of the team that answers anyway, no header can show that it counts.
        bool isDefault = unnamed?.CurrentTeam is { } told ? told == team.Id : unnamed?.Token is { } given && token.Matches(given.Utf8);
        Team? asked = !isDefault ? team : visible.FirstOrDefault(other => other.Id != team.Id);
        foreach (TeamHeaders header in Headers)
        {
            if (asked is null || unnamed?.Token is null || (isDefault && another is null))
            {
                log.Look<object>(
                    $"{header} alone", static () => new Finding<object>(string.Empty, "unknown: there is no other team to compare with"));
                continue;
            }

            using Answer? named = await log.LookAsync<Answer>(
                $"{header} alone", () => AskAsync(asked, header, answer => Judge(answer, asked, unnamed)));
        }

        await log.LookAsync<object>(TokenRequests.DoubledPath, () => AskDoubledPathAsync(team));
    }

    private async Task<Result<Finding<object>>> AskDoubledPathAsync(Team team)
    {
        Result<string> asked = await client.UseAsync(
            settings, (api, iam) => api.Tokens.AskDoubledPathAsync(iam, team, log.Cancellation), log.Cancellation);
        return new Finding<object>(
            string.Empty, asked.Succeeded(out string? answer, out Failure? failure) ? $"answers {answer}" : $"is refused ({failure.Code})");
    }

    /// <summary>The token of a second team, to compare with.</summary>
    private Task<Token?> CompareTeamsAsync(Team team, Token token, IReadOnlyList<Team> visible)
    {
        if (visible.FirstOrDefault(candidate => candidate.Id != team.Id) is not { } other)
        {
            log.Look<object>("token per team", static () => new Finding<object>(string.Empty, "unknown: only one team is visible"));
            return Task.FromResult<Token?>(null);
        }

        return log.LookAsync<Token>("token per team", async () =>
        {
            Result<Token> fetched = await client.UseAsync(
                settings, (api, iam) => api.Tokens.FetchAsync(iam, other, TeamHeaders.Both, log.Cancellation), log.Cancellation);
            return fetched.Succeeded(out Token? second, out Failure? failure)
                ? new Finding<Token>(
                    second, second.Matches(token.Utf8)
                    ? $"no: {team} and {other} have the same one" : $"yes: {team} and {other} have different ones")
                : new Finding<Token>(null, $"unknown: the token of {other} cannot be read ({failure.Code})");
        });
    }

    /// <summary>A refusal is an answer too.</summary>
    private async Task<Result<Finding<Answer>>> AskAsync(Team team, TeamHeaders naming, Func<Answer, string> describe)
    {
        Result<Token> fetched = await client.UseAsync(
            settings, (api, iam) => api.Tokens.FetchAsync(iam, team, naming, log.Cancellation), log.Cancellation);
        if (!fetched.Succeeded(out Token? token, out Failure? refusal))
        {
            return new Finding<Answer>(new Answer(null, null), $"is refused ({refusal.Code})");
        }

        Result<TeamVerification> told = await client.AskAsync(
            settings, api => api.Questions.AskTeamAsync(token, settings.ScopeOf(team), log.Cancellation));
        var answer = new Answer(token, told.Failure is null ? told.Value.Team : null);
        return new Finding<Answer>(answer, describe(answer));
    }

    private static string Judge(Answer named, Team asked, Answer unnamed) =>
        named.CurrentTeam == asked.Id ? $"honored: requested {asked}, got it"
        : named.CurrentTeam is not null ? $"ignored: requested {asked}, got {Whose(named)}"
        : named.Token!.Matches(unnamed.Token!.Utf8) ? $"ignored: requested {asked}, got the same token as without it"
        : $"honored: requested {asked}, got another token than without it";

    private static string Whose(Answer answer) =>
        answer.CurrentTeam is { } id ? $"currentTeam {id.ToString(CultureInfo.InvariantCulture)}" : "a token without a team";

    /// <summary>What came back: a token and the team that it names; no token for a refusal.</summary>
    private sealed record Answer(Token? Token, long? CurrentTeam) : IDisposable
    {
        public void Dispose() => Token?.Dispose();
    }
}
