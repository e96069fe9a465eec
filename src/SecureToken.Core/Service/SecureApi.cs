using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Service;

/// <summary>The calls of the service that concern one team's token.</summary>
public sealed class SecureApi
{
    /// <summary>See <see cref="AskDoubledPathAsync"/>.</summary>
    internal const string DoubledPath = "/api/api/token";

    /// <summary>A list of teams or of roles grows with the instance.</summary>
    private const int ListLimit = 4 * 1024 * 1024;

    /// <summary>The newer list comes in pages; one without end is none.</summary>
    private const int PageLength = 200;
    private const int MostPages = 100;

    /// <summary>
    /// Where a token is asked who it is; an older service has the second one only. The last says only whether it is accepted.
    /// </summary>
    private static readonly string[] Questions = ["/api/users/me", "/api/user/me", AcceptanceQuestion];

    /// <summary>What a token may read that says nothing of its team: only whether it is accepted.</summary>
    private const string AcceptanceQuestion = "/api/customer/accessKeys";

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
        Result<ApiResponse> sent = await _transport.SendAsync(
            Get("/api/v2/teams/light/name/" + Uri.EscapeDataString(name), iam, null, ListLimit, Resend.Freely)
                with { HasAlternative = true }, cancellation);
        if (!sent.Succeeded(out ApiResponse? answer, out Failure? failure))
        {
            // A server of this route that is in trouble says nothing of the list.
            return failure.Descriptor == DiagnosticDescriptors.ServiceTrouble
                ? await FindInListAsync(iam, selector, cancellation) : failure;
        }

        using (answer)
        {
            if (answer.IsSuccess && ReadTeam(answer) is { } found && found.Name == name)
            {
                return found;
            }

            if (!answer.IsSuccess && !IsNotServed(answer))
            {
                return ServiceDiagnosis.Of(answer, _endpoint, _instance, selector.ToString());
            }
        }

        return await FindInListAsync(iam, selector, cancellation);
    }

    /// <summary>The teams that the identity is a member of.</summary>
    public Task<Result<IReadOnlyList<TeamEntry>>> ListTeamsAsync(IamToken iam, CancellationToken cancellation) =>
        ListTeamsAsync(iam, Resend.Freely, cancellation);

    private async Task<Result<IReadOnlyList<TeamEntry>>> ListTeamsAsync(IamToken iam, Resend resend, CancellationToken cancellation)
    {
        Result<ApiResponse> sent = await GetAsync("/api/teams", iam, null, ListLimit, cancellation, resend);
        if (!sent.Succeeded(out ApiResponse? answer, out Failure? failure))
        {
            return failure.Descriptor == DiagnosticDescriptors.ServiceTrouble
                ? await ListOfPlatformAsync(iam, failure, resend, cancellation) : failure;
        }

        using (answer)
        {
            if (answer.IsSuccess)
            {
                return ReadTeams(answer, "teams"u8, out _);
            }

            failure = ServiceDiagnosis.Of(answer, _endpoint, _instance, null);
            if (!IsNotServed(answer))
            {
                return failure;
            }
        }

        return await ListOfPlatformAsync(iam, failure, resend, cancellation);
    }

    /// <summary>The token of a team, not yet verified; the caller disposes it.</summary>
    public Task<Result<Token>> FetchTokenAsync(IamToken iam, Team team, CancellationToken cancellation) =>
        FetchTokenAsync(iam, team, TeamHeaders.Both, cancellation);

    /// <summary>The token that the service gives when the team is named by some headers only.</summary>
    internal async Task<Result<Token>> FetchTokenAsync(IamToken iam, Team team, TeamHeaders naming, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(iam);
        ArgumentNullException.ThrowIfNull(team);
        var scope = new TokenScope(_endpoint, _instance, team);
        Result<ApiResponse> sent = await GetAsync("/api/token", iam, team, ApiRequest.DefaultBodyLimit, cancellation, naming: naming);
        if (!sent.Succeeded(out ApiResponse? answer, out Failure? failure))
        {
            return failure;
        }

        using (answer)
        {
            if (answer.IsSuccess)
            {
                return ReadToken(answer, scope, iam);
            }

            failure = ServiceDiagnosis.Of(answer, _endpoint, _instance, team.ToString());
            if (answer.Status is not (403 or 404) || failure.Descriptor == DiagnosticDescriptors.NotEnoughPrivileges)
            {
                return failure;
            }
        }

        // The status does not tell an unknown team from an unknown instance; the list of teams does. It explains only, so it is asked for
        // once.
        Result<IReadOnlyList<TeamEntry>> listed = await ListTeamsAsync(iam, Resend.Never, cancellation);
        return listed.Succeeded(out IReadOnlyList<TeamEntry>? teams, out _) && teams.All(visible => visible.Team.Id != team.Id)
            ? ServiceDiagnosis.UnknownTeam(_endpoint, _instance, new TeamSelector(team.Id, team.Name), teams)
            : failure;
    }

    /// <summary>
    /// Asks the token itself which team it belongs to: the service answers with the default team's token when it does not know the
    /// team header.
    /// </summary>
    /// <param name="token">The token.</param>
    /// <param name="scope">Where it should belong.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="isProbe">True to ask once only.</param>
    /// <returns>What the token said; or that it is another team's, or rejected by two questions.</returns>
    public async Task<Result<TeamVerification>> VerifyAsync(
        Token token, TokenScope scope, CancellationToken cancellation, bool isProbe = false)
    {
        ArgumentNullException.ThrowIfNull(scope);
        Result<TeamVerification> told = await AskTeamAsync(token, scope, cancellation, isProbe ? Resend.Never : Resend.Freely);
        return told.Failure is null && told.Value.Team is { } id && id != scope.Team.Id
            ? Failure.Of(DiagnosticDescriptors.WrongTeam, scope, id.ToString(CultureInfo.InvariantCulture))
            : told;
    }

    /// <summary>
    /// The team that a token says it belongs to. No source shows that these questions take such a token on every host, so an answer that
    /// only says "not here" is no verdict, and one 401 alone is none either.
    /// </summary>
    internal async Task<Result<TeamVerification>> AskTeamAsync(
        Token token, TokenScope scope, CancellationToken cancellation, Resend resend = Resend.Freely)
    {
        int rejections = 0;
        string? reason = null;
        foreach (string path in Questions)
        {
            Result<ApiResponse> sent = await GetAsync(path, token, null, ListLimit, cancellation, resend);
            if (!sent.Succeeded(out ApiResponse? answer, out Failure? failure))
            {
                // 501 is not trouble that passes: the question does not exist there.
                if (_transport.LastAnswer is not { Status: 501 })
                {
                    return failure;
                }

                reason ??= $"GET {path} returned HTTP 501";
                continue;
            }

            using (answer)
            {
                long? team = path == AcceptanceQuestion ? null : CurrentTeamOf(answer);
                if (team is not null)
                {
                    return new TeamVerification(team, $"GET {path} reports its team");
                }

                reason ??= $"GET {path} returned HTTP {answer.Status.ToString(CultureInfo.InvariantCulture)}{(answer.IsSuccess ? " without currentTeam" : string.Empty)}";
                rejections += answer.Status == 401 ? 1 : 0;
                if (rejections == 2)
                {
                    return Failure.Of(DiagnosticDescriptors.TokenRefused, scope, answer.Status);
                }

                if (!answer.IsSuccess && !SaysNotHere(answer.Status))
                {
                    return Failure.Of(
                        DiagnosticDescriptors.ServiceRefused, $"instance {_instance} at {_endpoint}", answer.Status, answer.Nature);
                }

                if (answer.IsSuccess)
                {
                    // It is accepted, so nobody rejects it.
                    rejections = int.MinValue;
                }
            }
        }

        return new TeamVerification(null, reason!);
    }

    /// <summary>
    /// Whether a token is accepted now: false when it is refused, null when the service cannot be asked that. It is asked once.
    /// </summary>
    public async Task<Result<bool?>> IsAcceptedAsync(Token token, CancellationToken cancellation)
    {
        int rejections = 0;
        foreach (string path in Questions)
        {
            Result<ApiResponse> sent = await GetAsync(path, token, null, ListLimit, cancellation, Resend.Never);
            if (!sent.Succeeded(out ApiResponse? answer, out Failure? failure))
            {
                return failure;
            }

            using (answer)
            {
                if (answer.IsSuccess)
                {
                    return true;
                }

                rejections += answer.Status == 401 ? 1 : 0;
                if (rejections == 2)
                {
                    return false;
                }

                if (!SaysNotHere(answer.Status))
                {
                    return Failure.Of(
                        DiagnosticDescriptors.ServiceRefused, $"instance {_instance} at {_endpoint}", answer.Status, answer.Nature);
                }
            }
        }

        return rejections > 0 ? false : (bool?)null;
    }

    /// <summary>
    /// What is answered at the address that those come to who join the path of the documentation to an endpoint that ends in /api.
    /// </summary>
    internal async Task<Result<string>> AskDoubledPathAsync(IamToken iam, Team team, CancellationToken cancellation)
    {
        Result<ApiResponse> sent = await GetAsync(DoubledPath, iam, team, ApiRequest.DefaultBodyLimit, cancellation, Resend.Never);
        if (!sent.Succeeded(out ApiResponse? answer, out Failure? failure))
        {
            return failure;
        }

        using (answer)
        {
            return $"HTTP {answer.Status.ToString(CultureInfo.InvariantCulture)} with {answer.Nature}";
        }
    }

    /// <summary>
    /// Sends the reset request, once. Its outcome is not judged here: whatever comes back, or nothing, the token itself tells what became
    /// of it. The transport must be a fresh one: a connection that was used before may be closed just now, and the platform would send
    /// again.
    /// </summary>
    /// <param name="iam">Who we are.</param>
    /// <param name="team">The team.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellation">Ends the wait, not the request.</param>
    /// <returns>Null when there was an answer to use; or why there was none.</returns>
    public async Task<Failure?> SendResetAsync(IamToken iam, Team team, ResetRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(iam);
        ArgumentNullException.ThrowIfNull(team);
        ArgumentNullException.ThrowIfNull(request);
        Result<ApiResponse> sent = await _transport.SendAsync(
            new ApiRequest(new HttpMethod(request.Method), _endpoint.Resolve(request.Path))
            {
                Bearer = iam,
                Headers = HeadersFor(team),

                // A body, because .NET sends a request without one again by itself (measured: A request without a body is sent again).
                Json = "{}"u8.ToArray(),
                Resend = Resend.Never,
            },
            cancellation);
        if (sent.Failure is null)
        {
            sent.Value.Dispose();
        }

        return sent.Failure;
    }

    private async Task<Result<Team>> FindInListAsync(IamToken iam, TeamSelector selector, CancellationToken cancellation)
    {
        Result<IReadOnlyList<TeamEntry>> listed = await ListTeamsAsync(iam, cancellation);
        return !listed.Succeeded(out IReadOnlyList<TeamEntry>? teams, out Failure? failure) ? failure
            : teams.FirstOrDefault(entry => entry.Team.Name == selector.Name) is { } exact ? exact.Team
            : ServiceDiagnosis.UnknownTeam(_endpoint, _instance, selector, teams);
    }

    /// <summary>The newer list, a page after the other, where the older one is not served.</summary>
    /// <param name="iam">Who we are.</param>
    /// <param name="older">What became of the older list; it is told where the newer one is not served either.</param>
    /// <param name="resend">When a page may be asked for again.</param>
    /// <param name="cancellation">Ends the wait.</param>
    private async Task<Result<IReadOnlyList<TeamEntry>>> ListOfPlatformAsync(
        IamToken iam, Failure older, Resend resend, CancellationToken cancellation)
    {
        List<TeamEntry> all = [];
        for (int pages = 0; pages < MostPages; pages++)
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"/platform/v1/teams?offset={all.Count}&limit={PageLength}");
            Result<ApiResponse> sent = await GetAsync(path, iam, null, ListLimit, cancellation, resend);
            if (!sent.Succeeded(out ApiResponse? answer, out Failure? failure))
            {
                return failure;
            }

            using ApiResponse _ = answer;
            if (!answer.IsSuccess)
            {
                return older;
            }

            if (!ReadTeams(answer, "data"u8, out int count).Succeeded(out IReadOnlyList<TeamEntry>? page, out failure))
            {
                return failure;
            }

            all.AddRange(page);
            if (count < PageLength)
            {
                return all;
            }
        }

        return all;
    }

    /// <summary>Whether the answer means the route, not the question: this host does not serve it, or not any more.</summary>
    private static bool IsNotServed(ApiResponse answer) => answer.Status is 400 or 404 or 405;

    private Result<IReadOnlyList<TeamEntry>> ReadTeams(ApiResponse answer, ReadOnlySpan<byte> member, out int count)
    {
        count = 0;
        if (!answer.Json(_endpoint.ToString()).Succeeded(out JsonDocument? document, out Failure? failure))
        {
            return failure;
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty(member, out JsonElement list)
                || list.ValueKind != JsonValueKind.Array)
            {
                return Failure.Of(
                    DiagnosticDescriptors.AnswerMalformed, _endpoint,
                    $"the list of teams has no member '{Encoding.ASCII.GetString(member)}'");
            }

            count = list.GetArrayLength();
            return list.EnumerateArray().Select(ReadEntry).OfType<TeamEntry>().ToArray();
        }
    }

    /// <summary>That a question cannot be asked there, or not with such a token.</summary>
    private static bool SaysNotHere(int status) => status is 400 or 401 or 403 or 404 or 405 or 501;

    /// <summary>Only this one member is read: the same answer holds access keys.</summary>
    private long? CurrentTeamOf(ApiResponse answer)
    {
        if (!answer.IsSuccess || !answer.Json(_endpoint.ToString()).Succeeded(out JsonDocument? document, out _))
        {
            return null;
        }

        using (document)
        {
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("user"u8, out JsonElement user) && user.ValueKind == JsonValueKind.Object
                && user.TryGetProperty("currentTeam"u8, out JsonElement current) && current.ValueKind == JsonValueKind.Number
                && current.TryGetInt64(out long id)
                    ? id
                    : null;
        }
    }

    private static Team? ReadTeam(ApiResponse answer)
    {
        if (!answer.Json(string.Empty).Succeeded(out JsonDocument? document, out _))
        {
            return null;
        }

        using (document)
        {
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("team"u8, out JsonElement team) ? ReadTeam(team) : null;
        }
    }

    private static TeamEntry? ReadEntry(JsonElement element)
    {
        if (ReadTeam(element) is not { } team)
        {
            return null;
        }

        // The names of the older list, and those of the newer one.
        bool isDefault = IsTrue(element, "default"u8) || IsTrue(element, "isDefaultTeam"u8);
        bool isOfMonitoring = JsonMembers.Label(element, "product"u8) is "monitor" or "SDC"
            || (element.TryGetProperty("products"u8, out JsonElement products) && products.ValueKind == JsonValueKind.Array
                && products.GetArrayLength() > 0
                && products.EnumerateArray().All(product => product.ValueKind == JsonValueKind.String && product.ValueEquals("SDC"u8)));
        return new TeamEntry(team, isDefault, isOfMonitoring);
    }

    private static bool IsTrue(JsonElement element, ReadOnlySpan<byte> name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    private static Team? ReadTeam(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("id"u8, out JsonElement id)
            && id.ValueKind == JsonValueKind.Number
        && id.TryGetInt64(out long number) && element.TryGetProperty("name"u8, out JsonElement name)
        && name.ValueKind == JsonValueKind.String
            ? new Team(number, name.GetString())
            : null;

    private Result<Token> ReadToken(ApiResponse answer, TokenScope scope, IamToken iam)
    {
        if (!answer.Json(_endpoint.ToString()).Succeeded(out JsonDocument? document, out Failure? failure))
        {
            return failure;
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("token"u8, out JsonElement holder)
                || holder.ValueKind != JsonValueKind.Object || !holder.TryGetProperty("key"u8, out JsonElement key)
                || !JsonMembers.TryCopyString(key, out byte[] value) || value.AsSpan().SequenceEqual("null"u8))
            {
                return Failure.Of(DiagnosticDescriptors.TokenMissing, scope, "no text at token.key");
            }

            if (CredentialIn(value, iam) is { } credential)
            {
                CryptographicOperations.ZeroMemory(value);
                return Failure.Of(DiagnosticDescriptors.TokenIsCredential, scope, credential);
            }

            Token? token = Token.TryCreate(value);
            CryptographicOperations.ZeroMemory(value);
            return token is null ? Failure.Of(DiagnosticDescriptors.TokenMalformed, scope) : token;
        }
    }

    /// <summary>Which credential of ours a value is, or null: a server that repeats what it is sent hands out no token.</summary>
    private static string? CredentialIn(ReadOnlySpan<byte> value, IamToken iam) =>
        iam.Matches(value) ? "the IAM token that it was sent"
        : iam.MintedFrom?.Matches(value) == true ? "the credential that IAM was sent"
        : null;

    private Task<Result<ApiResponse>> GetAsync(
        string path, Secret bearer, Team? team, int limit, CancellationToken cancellation, Resend resend =
            Resend.Freely, TeamHeaders naming = TeamHeaders.Both) =>
        _transport.SendAsync(Get(path, bearer, team, limit, resend, naming), cancellation);

    private ApiRequest Get(string path, Secret bearer, Team? team, int limit, Resend resend, TeamHeaders naming = TeamHeaders.Both) =>
        new(HttpMethod.Get, _endpoint.Resolve(path)) { Bearer = bearer, Headers = HeadersFor(team, naming), BodyLimit = limit,
            Resend = resend };

    private List<KeyValuePair<string, string>> HeadersFor(Team? team, TeamHeaders naming = TeamHeaders.Both)
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
            headers.AddRange(((TeamHeaders[])[TeamHeaders.SysdigTeamID, TeamHeaders.TeamID]).Where(header => naming.HasFlag(header))
                .Select(header => new KeyValuePair<string,
                    string>(header == TeamHeaders.TeamID ? nameof(TeamHeaders.TeamID) : nameof(TeamHeaders.SysdigTeamID), id)));
        }

        return headers;
    }
}
