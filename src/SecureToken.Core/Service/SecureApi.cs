using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Service;

/// <summary>The calls of the service that concern one team's token.</summary>
public sealed class SecureApi
{
    /// <summary>A list of teams or of roles grows with the instance.</summary>
    private const int ListLimit = 4 * 1024 * 1024;

    private readonly Transport _transport;
    private readonly Endpoint _endpoint;
    private readonly Instance _instance;

    /// <summary>A client for one instance.</summary>
    public SecureApi(Transport transport, Endpoint endpoint, Instance instance)
    {
        _transport = transport;
        _endpoint = endpoint;
        _instance = instance;
    }

    /// <summary>The team with its id; a name is looked up, an id is taken as it is.</summary>
    public async Task<Result<Team>> FindTeamAsync(IamToken iam, TeamSelector selector, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(iam);
        ArgumentNullException.ThrowIfNull(selector);
        if (selector.Id is { } id)
        {
            return new Team(id, selector.Name);
        }

        string name = selector.Name!;
        Result<HttpAnswer> sent = await GetAsync("/api/v2/teams/light/name/" + Uri.EscapeDataString(name), iam, null, ListLimit, cancellation).ConfigureAwait(false);
        if (!sent.Succeeded(out HttpAnswer? answer, out Failure? failure))
        {
            return failure;
        }

        using (answer)
        {
            if (answer.IsSuccess && ReadTeam(answer) is { } found && found.Name == name)
            {
                return found;
            }

            if (!answer.IsSuccess && answer.Status is not 404)
            {
                return ServiceDiagnosis.Of(answer, _endpoint, _instance, selector.ToString());
            }
        }

        Result<IReadOnlyList<Team>> listed = await ListTeamsAsync(iam, cancellation).ConfigureAwait(false);
        if (!listed.Succeeded(out IReadOnlyList<Team>? teams, out failure))
        {
            return failure;
        }

        return teams.FirstOrDefault(team => team.Name == name) is { } exact ? exact : ServiceDiagnosis.UnknownTeam(_endpoint, _instance, selector, teams);
    }

    /// <summary>The teams that the identity is a member of.</summary>
    public async Task<Result<IReadOnlyList<Team>>> ListTeamsAsync(IamToken iam, CancellationToken cancellation)
    {
        Result<HttpAnswer> sent = await GetAsync("/api/teams", iam, null, ListLimit, cancellation).ConfigureAwait(false);
        if (!sent.Succeeded(out HttpAnswer? answer, out Failure? failure))
        {
            return failure;
        }

        using (answer)
        {
            if (!answer.IsSuccess)
            {
                return ServiceDiagnosis.Of(answer, _endpoint, _instance, null);
            }

            if (!answer.Json(_endpoint.ToString()).Succeeded(out JsonDocument? document, out failure))
            {
                return failure;
            }

            using (document)
            {
                return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("teams"u8, out JsonElement list)
                    && list.ValueKind == JsonValueKind.Array
                        ? list.EnumerateArray().Select(ReadTeam).OfType<Team>().ToArray()
                        : Failure.Of(Known.AnswerMalformed, _endpoint, "the list of teams has no member 'teams'");
            }
        }
    }

    /// <summary>The token of a team, not yet verified; the caller disposes it.</summary>
    public async Task<Result<Token>> FetchTokenAsync(IamToken iam, Team team, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(iam);
        ArgumentNullException.ThrowIfNull(team);
        var scope = new TokenScope(_endpoint, _instance, team);
        Result<HttpAnswer> sent = await GetAsync("/api/token", iam, team, HttpCall.DefaultBodyLimit, cancellation).ConfigureAwait(false);
        if (!sent.Succeeded(out HttpAnswer? answer, out Failure? failure))
        {
            return failure;
        }

        using (answer)
        {
            if (answer.IsSuccess)
            {
                return ReadToken(answer, scope);
            }

            failure = ServiceDiagnosis.Of(answer, _endpoint, _instance, team.ToString());
            if (answer.Status is not (403 or 404) || failure.Diagnostic == Known.NotEnoughPrivileges)
            {
                return failure;
            }
        }

        // The status does not tell an unknown team from an unknown instance; the list of teams does.
        Result<IReadOnlyList<Team>> listed = await ListTeamsAsync(iam, cancellation).ConfigureAwait(false);
        return listed.Succeeded(out IReadOnlyList<Team>? teams, out _) && teams.All(visible => visible.Id != team.Id)
            ? ServiceDiagnosis.UnknownTeam(_endpoint, _instance, new TeamSelector(team.Id, team.Name), teams)
            : failure;
    }

    /// <summary>
    /// Asks the token itself which team it belongs to: the service answers with the default team's token when it does not know the
    /// team header. The value is true when the team is proven, false when the service has no such question.
    /// </summary>
    /// <param name="token">The token.</param>
    /// <param name="scope">Where it should belong.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="isProbe">True to ask once only.</param>
    public async Task<Result<bool>> VerifyAsync(Token token, TokenScope scope, CancellationToken cancellation, bool isProbe = false)
    {
        ArgumentNullException.ThrowIfNull(scope);
        foreach (string path in (string[])["/api/users/me", "/api/user/me"])
        {
            Result<HttpAnswer> sent = await GetAsync(path, token, null, ListLimit, cancellation, isProbe ? Resend.Never : Resend.Freely).ConfigureAwait(false);
            if (!sent.Succeeded(out HttpAnswer? answer, out Failure? failure))
            {
                return failure;
            }

            using (answer)
            {
                if (answer.Status == 404)
                {
                    continue;
                }

                if (!answer.IsSuccess)
                {
                    return Failure.Of(Known.TokenRefused, scope, answer.Status);
                }

                if (!answer.Json(_endpoint.ToString()).Succeeded(out JsonDocument? document, out failure))
                {
                    return failure;
                }

                using (document)
                {
                    // Only this one member is read: the same answer holds access keys.
                    return !document.RootElement.TryGetProperty("user"u8, out JsonElement user) || user.ValueKind != JsonValueKind.Object
                        || !user.TryGetProperty("currentTeam"u8, out JsonElement current) || current.ValueKind != JsonValueKind.Number || !current.TryGetInt64(out long id)
                        ? false
                        : id == scope.Team.Id ? true : Failure.Of(Known.WrongTeam, scope, id.ToString(CultureInfo.InvariantCulture));
                }
            }
        }

        return false;
    }

    private static Team? ReadTeam(HttpAnswer answer)
    {
        if (!answer.Json(string.Empty).Succeeded(out JsonDocument? document, out _))
        {
            return null;
        }

        using (document)
        {
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("team"u8, out JsonElement team) ? ReadTeam(team) : null;
        }
    }

    private static Team? ReadTeam(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("id"u8, out JsonElement id) && id.ValueKind == JsonValueKind.Number
        && id.TryGetInt64(out long number) && element.TryGetProperty("name"u8, out JsonElement name) && name.ValueKind == JsonValueKind.String
            ? new Team(number, name.GetString())
            : null;

    private Result<Token> ReadToken(HttpAnswer answer, TokenScope scope)
    {
        if (!answer.Json(_endpoint.ToString()).Succeeded(out JsonDocument? document, out Failure? failure))
        {
            return failure;
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("token"u8, out JsonElement holder)
                || holder.ValueKind != JsonValueKind.Object || !holder.TryGetProperty("key"u8, out JsonElement key)
                || !JsonMembers.TryCopyString(key, out byte[] value) || value.AsSpan().SequenceEqual("null"u8))
            {
                return Failure.Of(Known.TokenMissing, scope, "no text at token.key");
            }

            Token? token = Token.TryCreate(value);
            CryptographicOperations.ZeroMemory(value);
            return token is null ? Failure.Of(Known.TokenMalformed, scope) : token;
        }
    }

    private Task<Result<HttpAnswer>> GetAsync(string path, Secret bearer, Team? team, int limit, CancellationToken cancellation, Resend resend = Resend.Freely)
    {
        List<KeyValuePair<string, string>> headers =
        [
            new("IBMInstanceID", _instance.Id),
            new("SysdigProduct", "SDS"),
            new("X-Sysdig-Product", "SDS"),
        ];
        if (team is not null)
        {
            // Both names are documented, at different times, for the same thing; a server ignores the one it does not know.
            string id = team.Id.ToString(CultureInfo.InvariantCulture);
            headers.Add(new("SysdigTeamID", id));
            headers.Add(new("TeamID", id));
        }

        return _transport.SendAsync(new HttpCall(HttpMethod.Get, _endpoint.Resolve(path)) { Bearer = bearer, Headers = headers, BodyLimit = limit, Resend = resend }, cancellation);
    }
}
