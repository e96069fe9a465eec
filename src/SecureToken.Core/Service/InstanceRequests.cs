using System.Globalization;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Service;

/// <summary>What all requests to the service of one instance have in common.</summary>
/// <param name="transport">The network.</param>
/// <param name="endpoint">The endpoint.</param>
/// <param name="instance">The instance.</param>
internal sealed class InstanceRequests(Transport transport, Endpoint endpoint, Instance instance)
{
    /// <summary>A list of teams or of roles grows with the instance.</summary>
    public const int ListLimit = 4 * 1024 * 1024;

    public Endpoint Endpoint => endpoint;

    public Instance Instance => instance;

    /// <summary>The last answer, also where it was no success.</summary>
    public ResponseEvidence? LastAnswer => transport.LastAnswer;

    /// <summary>What a message calls the instance.</summary>
    public string Name => $"instance {instance} at {endpoint}";

    public Task<Result<ApiResponse>> SendAsync(ApiRequest request, CancellationToken cancellation) =>
        transport.SendAsync(request, cancellation);

    public Task<Result<ApiResponse>> GetAsync(
        string path, Secret bearer, Team? team, int limit, CancellationToken cancellation, Resend resend =
            Resend.Freely, TeamHeaders naming = TeamHeaders.Both) =>
        transport.SendAsync(Get(path, bearer, team, limit, resend, naming), cancellation);

    public ApiRequest Get(string path, Secret bearer, Team? team, int limit, Resend resend, TeamHeaders naming = TeamHeaders.Both) =>
        new(HttpMethod.Get, endpoint.Resolve(path)) { Bearer = bearer, Headers = HeadersFor(team, naming), BodyLimit = limit,
            Resend = resend };

    public List<KeyValuePair<string, string>> HeadersFor(Team? team, TeamHeaders naming = TeamHeaders.Both)
    {
        var headers = new List<KeyValuePair<string, string>>
        {
            new("IBMInstanceID", instance.Id),
            new("SysdigProduct", "SDS"),
            new("X-Sysdig-Product", "SDS"),
        };
        if (team is not null)
        {
            // Both names are documented, at different times, for the same thing; a server ignores the one it does not know.
            string id = team.Id.ToString(CultureInfo.InvariantCulture);
            if (naming.HasFlag(TeamHeaders.SysdigTeamID))
            {
                headers.Add(new(nameof(TeamHeaders.SysdigTeamID), id));
            }

            if (naming.HasFlag(TeamHeaders.TeamID))
            {
                headers.Add(new(nameof(TeamHeaders.TeamID), id));
            }
        }

        return headers;
    }
}
