using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Interop;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Service;

/// <summary>The teams of an instance. Either kind of bearer may ask: an IAM token, or the token of a team.</summary>
/// <param name="requests">How to ask.</param>
internal sealed class TeamRequests(InstanceRequests requests)
{
    /// <summary>The newer list comes in pages; one without end is none.</summary>
    private const int PageLength = 200;
    private const int MostPages = 100;

    private readonly Endpoint _endpoint = requests.Endpoint;
    private readonly Instance _instance = requests.Instance;

    /// <summary>The team with its id; a name is looked up, an id is taken as it is.</summary>
    [AsyncMethodBuilder(typeof(ReadyTaskBuilder<>))]
    public async Task<Result<Team>> FindAsync(Secret bearer, TeamSelector selector, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(bearer);
        ArgumentNullException.ThrowIfNull(selector);
        if (selector.Id is { } id)
        {
            return new Team(id, selector.Name);
        }

        string name = selector.Name!;
        Result<ApiResponse> sent = await requests.SendAsync(
            requests.Get("/api/v2/teams/light/name/" + Uri.EscapeDataString(name), bearer, null, InstanceRequests.ListLimit, Resend.Freely)
                with { HasAlternative = true }, cancellation);
        if (!sent.Succeeded(out ApiResponse? answer, out Failure? failure))
        {
            // A server of this route that is in trouble says nothing of the list.
            return failure.Descriptor == DiagnosticDescriptors.ServiceTrouble
                ? await FindInListAsync(bearer, selector, cancellation) : failure;
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

        return await FindInListAsync(bearer, selector, cancellation);
    }

    /// <summary>The teams that the identity is a member of.</summary>
    public Task<Result<IReadOnlyList<TeamEntry>>> ListAsync(Secret bearer, CancellationToken cancellation) =>
        ListAsync(bearer, Resend.Freely, cancellation);

    /// <summary>The same; says when a request may be sent again.</summary>
    public async Task<Result<IReadOnlyList<TeamEntry>>> ListAsync(Secret bearer, Resend resend, CancellationToken cancellation)
    {
        Result<ApiResponse> sent = await requests.GetAsync("/api/teams", bearer, null, InstanceRequests.ListLimit, cancellation, resend);
        if (!sent.Succeeded(out ApiResponse? answer, out Failure? failure))
        {
            return failure.Descriptor == DiagnosticDescriptors.ServiceTrouble
                ? await ListOfPlatformAsync(bearer, failure, resend, cancellation) : failure;
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

        return await ListOfPlatformAsync(bearer, failure, resend, cancellation);
    }

    private async Task<Result<Team>> FindInListAsync(Secret bearer, TeamSelector selector, CancellationToken cancellation)
    {
        Result<IReadOnlyList<TeamEntry>> listed = await ListAsync(bearer, cancellation);
        return !listed.Succeeded(out IReadOnlyList<TeamEntry>? teams, out Failure? failure) ? failure
            : teams.FirstOrDefault(entry => entry.Team.Name == selector.Name) is { } exact ? exact.Team
            : ServiceDiagnosis.UnknownTeam(_endpoint, _instance, selector, teams);
    }

    /// <summary>The newer list, a page after the other, where the older one is not served.</summary>
    /// <param name="bearer">Who asks.</param>
    /// <param name="older">What became of the older list; it is told where the newer one is not served either.</param>
    /// <param name="resend">When a page may be asked for again.</param>
    /// <param name="cancellation">Ends the wait.</param>
    private async Task<Result<IReadOnlyList<TeamEntry>>> ListOfPlatformAsync(
        Secret bearer, Failure older, Resend resend, CancellationToken cancellation)
    {
        List<TeamEntry> all = [];
        for (int pages = 0; pages < MostPages; pages++)
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"/platform/v1/teams?offset={all.Count}&limit={PageLength}");
            Result<ApiResponse> sent = await requests.GetAsync(path, bearer, null, InstanceRequests.ListLimit, cancellation, resend);
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
}
