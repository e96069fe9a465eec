using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Settings;
using SecureToken.Core.Tests.Service;
using SecureToken.Emulator;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Session;

/// <summary>When the token is asked which team it belongs to.</summary>
public sealed class ProofTests : IDisposable
{
    private readonly TemporaryDirectory _home = new("proof");

    public void Dispose() => _home.Dispose();

    private async Task<InjectReport> InjectAsync(ServiceFixture service, string id, Sharing? sharing = null, string team = "42")
    {
        service.Environment["HOME"] = _home.Path;
        Func<string, string?> environment = service.Environment.GetValueOrDefault;
        Endpoint endpoint = Endpoint.Parse(service.Emulator.BaseUrl.ToString()).Value;
        var settings = new TokenSettings(endpoint, endpoint, InstanceSelector.Parse(service.Emulator.InstanceId).Value, TeamSelector.Parse(team).Value);
        Destination[] destinations = [new DestinationBuilder(environment, "/").UserSecrets(id).Value];
        var plan = new InjectPlan(settings, new CredentialOptions { BaseDirectory = "/" }, destinations, new TransportOptions { Environment = environment }) { Sharing = sharing };
        return await InjectOperation.RunAsync(plan, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_token_that_proved_its_team_is_not_asked_again_before_the_next_destination_gets_it()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        Assert.Equal(ExitStatus.Done, (await InjectAsync(service, "first")).Exit);
        Assert.Equal(1, service.Emulator.Count("GET", "/api/users/me"));
        InjectReport second = await InjectAsync(service, "second");
        Assert.Equal(InjectOutcome.Written, Assert.Single(second.Destinations).Outcome);
        Assert.Equal(2, service.Emulator.Count("GET", "/api/token"));
        Assert.Equal(1, service.Emulator.Count("GET", "/api/users/me"));
        Assert.Empty(second.Warnings);
    }

    [Fact]
    public async Task Another_token_is_asked_before_it_is_written()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        await InjectAsync(service, "first");
        service.Emulator.ResetToken(42);
        Assert.Equal(ExitStatus.Done, (await InjectAsync(service, "first")).Exit);
        Assert.Equal(2, service.Emulator.Count("GET", "/api/users/me"));
        service.Emulator.TeamHeader = HonouredTeamHeader.None;
        Assert.Equal(DiagnosticDescriptors.WrongTeam, (await InjectAsync(service, "first")).Failure!.Descriptor);
    }

    [Fact]
    public async Task A_token_that_could_not_be_asked_is_asked_the_next_time()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        service.Emulator.FailNext(2, 404, "/api/user");

        // The team that answers by default, so that the token of no team proves nothing.
        Assert.Single((await InjectAsync(service, "first", team: "30785")).Warnings);
        Assert.Empty((await InjectAsync(service, "first", team: "30785")).Warnings);
    }

    [Fact]
    public async Task A_build_that_asks_for_the_token_asks_for_its_proof_too()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        await InjectAsync(service, "first");
        await InjectAsync(service, "first", new Sharing(TimeSpan.Zero, "a project"));
        await InjectAsync(service, "first", new Sharing(TimeSpan.Zero, "a project"));
        Assert.Equal(3, service.Emulator.Count("GET", "/api/token"));
        Assert.Equal(3, service.Emulator.Count("GET", "/api/users/me"));
    }
}
