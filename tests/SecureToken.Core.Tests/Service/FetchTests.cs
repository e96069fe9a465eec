using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Emulator;
using Xunit;

namespace SecureToken.Core.Tests.Service;

public sealed class FetchTests
{
    [Theory]
    [InlineData("payments")]
    [InlineData("42")]
    public async Task A_team_named_or_by_id_gets_its_own_token(string team)
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        using FetchedToken fetched = (await service.FetchAsync(team)).Value;
        Assert.True(fetched.Token.Matches(Encoding.UTF8.GetBytes(service.Emulator.TokenOf("payments"))));
        Assert.Equal(42, fetched.Scope.Team.Id);
        Assert.Empty(fetched.Warnings);
    }

    [Theory]
    [InlineData(HonouredTeamHeader.SysdigTeamID)]
    [InlineData(HonouredTeamHeader.TeamID)]
    [InlineData(HonouredTeamHeader.Both)]
    public async Task Either_team_header_suffices(HonouredTeamHeader honoured)
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync(options => options with { TeamHeader = honoured });
        using FetchedToken fetched = (await service.FetchAsync()).Value;
        Assert.Equal(42, fetched.Scope.Team.Id);
    }

    [Fact]
    public async Task The_default_teams_token_is_refused_when_the_service_ignores_the_team_header()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync(options => options with { TeamHeader = HonouredTeamHeader.None });
        Failure failure = await service.FailAsync();
        Assert.Equal(DiagnosticDescriptors.WrongTeam, failure.Descriptor);
        Assert.Contains("30785", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_fetch_asks_IAM_once_and_the_token_API_once()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        using FetchedToken fetched = (await service.FetchAsync("42")).Value;
        Assert.Equal(1, service.Emulator.Count("POST", "/identity/token"));
        Assert.Equal(1, service.Emulator.Count("GET", "/api/token"));
        Assert.Equal(1, service.Emulator.Count("GET", "/api/users/me"));
        Assert.Equal(3, service.Emulator.Requests.Count);
    }

    [Fact]
    public async Task An_unknown_API_key_is_told_as_such_and_is_asked_only_once()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        service.Environment["SECTOKEN_API_KEY"] = "not-the-key-of-anybody";
        Failure failure = await service.FailAsync();
        Assert.Equal(DiagnosticDescriptors.ApiKeyUnknown, failure.Descriptor);
        Assert.Contains("SECTOKEN_API_KEY", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-key", failure.ToString(), StringComparison.Ordinal);
        Assert.Single(service.Emulator.Requests);
    }

    [Fact]
    public async Task An_IAM_ONLY_instance_is_explained()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync(options => options with { IamOnly = true });
        Failure failure = await service.FailAsync("42");
        Assert.Equal(DiagnosticDescriptors.NotEnoughPrivileges, failure.Descriptor);
        Assert.Contains("IAM_ONLY", failure.Message, StringComparison.Ordinal);
        Assert.Contains("external_api_auth", failure.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_instance_is_told_with_its_endpoint()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        Failure failure = await service.FailAsync("42", instance: "11111111-2222-3333-4444-555555555555");
        Assert.Equal(ExitStatus.Refused, failure.Descriptor.Exit);
        Assert.Contains("11111111-2222-3333-4444-555555555555", failure.Message, StringComparison.Ordinal);
        Assert.Contains(service.Emulator.BaseUrl.Authority, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("paymnets")]
    [InlineData("Payments")]
    public async Task A_near_miss_of_a_teams_name_gets_a_suggestion(string team)
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        Failure failure = await service.FailAsync(team);
        Assert.Equal(DiagnosticDescriptors.TeamUnknown, failure.Descriptor);
        Assert.Contains("Did you mean 'payments'?", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_team_id_lists_the_visible_teams()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        Failure failure = await service.FailAsync("4711");
        Assert.Equal(DiagnosticDescriptors.TeamUnknown, failure.Descriptor);
        Assert.Contains("payments (42)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_given_IAM_token_needs_no_IAM()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        using var client = new HttpClient();
        using HttpResponseMessage minted = await client.PostAsync(
            new Uri(service.Emulator.BaseUrl, "/identity/token"),
            new FormUrlEncodedContent([new("grant_type", "urn:ibm:params:oauth:grant-type:apikey"), new("apikey", service.Emulator.ApiKey)]),
            TestContext.Current.CancellationToken);
        string json = await minted.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        string iamToken = System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("access_token").GetString()!;
        service.Environment.Clear();
        service.Environment["SECTOKEN_IAM_TOKEN"] = "Bearer " + iamToken;
        service.Emulator.ClearRequests();
        using FetchedToken fetched = (await service.FetchAsync("42")).Value;
        Assert.Equal(0, service.Emulator.Count("POST", "/identity/token"));
        Assert.Equal("SECTOKEN_IAM_TOKEN (iam-token)", fetched.CredentialSource);
    }

    [Fact]
    public async Task An_IAM_token_that_the_service_refuses_is_minted_once_more()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        service.Emulator.FailNext(1, 401, "/api/token");
        using FetchedToken fetched = (await service.FetchAsync("42")).Value;
        Assert.Equal(2, service.Emulator.Count("POST", "/identity/token"));
    }

    [Fact]
    public async Task A_refused_IAM_token_ends_after_the_second_try()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        service.Emulator.FailNext(9, 401, "/api/token");
        Failure failure = await service.FailAsync("42");
        Assert.Equal(DiagnosticDescriptors.IamTokenRefused, failure.Descriptor);
        Assert.Equal(2, service.Emulator.Count("GET", "/api/token"));
    }

    [Fact]
    public async Task A_service_that_cannot_tell_whose_token_it_is_gives_a_warning()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        service.Emulator.FailNext(2, 404, "/api/user");

        // The team that answers by default: the token of no team cannot prove that the header counts.
        using FetchedToken fetched = (await service.FetchAsync("30785")).Value;
        Assert.Equal(DiagnosticDescriptors.TokenUnverified, Assert.Single(fetched.Warnings).Descriptor);
    }

    [Fact]
    public async Task Eight_passing_faults_are_waited_out()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        service.Emulator.FailNext(8, 503, "/api/token");
        using FetchedToken fetched = (await service.FetchAsync("42")).Value;
        Assert.Equal(9, service.Emulator.Count("GET", "/api/token"));
    }

    [Fact]
    public async Task A_lasting_fault_ends_after_nine_attempts()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        service.Emulator.FailNext(99, 503, "/api/token");
        Failure failure = await service.FailAsync("42");
        Assert.Equal(DiagnosticDescriptors.ServiceTrouble, failure.Descriptor);
        Assert.Equal(9, service.Emulator.Count("GET", "/api/token"));
    }

    [Fact]
    public async Task A_short_Retry_After_is_waited_for()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        service.Emulator.FailNext(1, 429, "/api/token", TimeSpan.FromSeconds(1));
        using FetchedToken fetched = (await service.FetchAsync("42")).Value;
        Assert.Equal(2, service.Emulator.Count("GET", "/api/token"));
    }

    [Fact]
    public async Task A_Retry_After_beyond_the_deadline_ends_at_once_and_is_told()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        service.Emulator.FailNext(9, 429, "/api/token", TimeSpan.FromSeconds(14400));
        Failure failure = await service.FailAsync("42");
        Assert.Equal(DiagnosticDescriptors.RateLimited, failure.Descriptor);
        Assert.Contains("14400", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, service.Emulator.Count("GET", "/api/token"));
    }
}
