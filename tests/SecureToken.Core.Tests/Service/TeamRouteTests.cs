using System.Globalization;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Service;

/// <summary>A team's name is found by whichever of the three routes a host serves.</summary>
public sealed class TeamRouteTests
{
    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(500)]
    [InlineData(501)]
    [InlineData(503)]
    public async Task Without_the_route_by_name_the_list_is_asked_at_once(int status)
    {
        await using FaultServer server = Start((CannedService.TeamByName, status, "{}"));
        Assert.Equal(42, (await FindAsync(server)).Value.Scope.Team.Id);
        Assert.Equal((1, 1, 0), Asked(server));
    }

    [Theory]
    [InlineData(400, 1)]
    [InlineData(404, 1)]
    [InlineData(405, 1)]
    [InlineData(500, 9)]
    [InlineData(501, 1)]
    public async Task Without_the_older_list_the_newer_one_is_asked(int status, int times)
    {
        await using FaultServer server = Start((CannedService.TeamByName, 405, "{}"), (CannedService.Teams, status, "{}"));
        Assert.Equal(42, (await FindAsync(server)).Value.Scope.Team.Id);
        Assert.Equal((1, times, 1), Asked(server));
    }

    [Fact]
    public async Task The_newer_list_is_read_page_by_page()
    {
        await using FaultServer server = CannedService.Start(new Dictionary<string, Func<string, Stream, CancellationToken, Task>>
        {
            [CannedService.TeamByName] = (_, stream, stop) => stream.WriteAsync(CannedService.Answer(405, "{}"), stop).AsTask(),
            [CannedService.Teams] = (_, stream, stop) => stream.WriteAsync(CannedService.Answer(405, "{}"), stop).AsTask(),
            [CannedService.TeamsOfPlatform] = (request, stream, stop) =>
            {
                int offset = int.Parse(request.Split("offset=")[1].Split('&')[0], CultureInfo.InvariantCulture);
                IEnumerable<string> page = Enumerable.Range(offset, Math.Min(200, 450 - offset)).Select(i => $"{{\"id\":{i + 1},\"name\":\"{(i == 41 ? "another" : i == 449 ? "payments" : "team")}\"}}");
                return stream.WriteAsync(CannedService.Answer(200, $"{{\"data\":[{string.Join(',', page)}]}}"), stop).AsTask();
            },
            [CannedService.Me] = (_, stream, stop) => stream.WriteAsync(CannedService.Answer(200, "{\"user\":{\"currentTeam\":450}}"), stop).AsTask(),
        });
        Assert.Equal(450, (await FindAsync(server)).Value.Scope.Team.Id);
        Assert.Equal((1, 1, 3), Asked(server));
    }

    [Fact]
    public async Task Where_no_route_is_served_the_older_list_is_told()
    {
        await using FaultServer server = Start((CannedService.TeamByName, 404, "{}"), (CannedService.Teams, 404, "{}"), (CannedService.TeamsOfPlatform, 404, "{}"));
        Failure failure = (await FindAsync(server)).Failure!;
        Assert.Equal(DiagnosticDescriptors.InstanceUnknown, failure.Descriptor);
        Assert.Contains("HTTP 404 from " + server.BaseUrl + "/api/teams", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_no_reason_to_ask_elsewhere()
    {
        await using FaultServer server = Start((CannedService.TeamByName, 403, "{\"errors\":[{\"reason\":\"Not enough privileges to complete the action\",\"message\":\"Access is denied\"}]}"));
        Assert.Equal(DiagnosticDescriptors.NotEnoughPrivileges, (await FindAsync(server)).Failure!.Descriptor);
        Assert.Equal((1, 0, 0), Asked(server));
    }

    private static async Task<Result<FetchedToken>> FindAsync(FaultServer server)
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        return await service.FetchAsync("payments", server.BaseUrl, server.BaseUrl, CannedService.Instance);
    }

    private static FaultServer Start(params (string Path, int Status, string Body)[] answers) => CannedService.Start(answers.ToDictionary(
        answer => answer.Path,
        answer => (Func<string, Stream, CancellationToken, Task>)((_, stream, stop) => stream.WriteAsync(CannedService.Answer(answer.Status, answer.Body), stop).AsTask())));

    private static (int ByName, int Older, int Newer) Asked(FaultServer server)
    {
        return (Of(CannedService.TeamByName), Of(CannedService.Teams), Of(CannedService.TeamsOfPlatform));

        int Of(string path) => server.Requests.Count(head => head.StartsWith(path, StringComparison.Ordinal));
    }
}
