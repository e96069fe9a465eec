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

/// <summary>A name costs one look-up for a run, and for a build of any number of projects.</summary>
public sealed class NamedInstanceTests : IDisposable
{
    private readonly TemporaryDirectory _home = new("names");

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_run_with_several_teams_looks_up_once()
    {
        await using ServiceFixture service = await StartAsync();
        InjectRun run = await InjectOperation.RunAsync([Plan(service, "wp", 42, "a"), Plan(service, "wp", 30785, "b")], TestContext.Current.CancellationToken);
        Assert.Equal(ExitStatus.Done, run.Exit);
        Assert.Equal(1, service.Emulator.Count("GET", "/v2/resource_instances"));
        Assert.Equal(1, service.Emulator.Count("POST", "/identity/token"));
        Assert.Equal(2, service.Emulator.Count("GET", "/api/token"));
    }

    [Fact]
    public async Task The_projects_of_a_build_look_up_once_and_ask_once()
    {
        await using ServiceFixture service = await StartAsync();
        InjectReport[] reports = await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
            Task.Run(() => InjectOperation.RunAsync(Plan(service, "wp", 42, $"project-{i}", new Sharing(TimeSpan.FromHours(8), $"project {i}")), TestContext.Current.CancellationToken))));
        Assert.All(reports, report => Assert.Equal(ExitStatus.Done, report.Exit));
        Assert.Equal(1, service.Emulator.Count("GET", "/v2/resource_instances"));

        // The project that looks the name up need not be the one that asks for the token; each has an IAM token of its own.
        Assert.InRange(service.Emulator.Count("POST", "/identity/token"), 1, 2);
        Assert.Equal(1, service.Emulator.Count("GET", "/api/token"));
    }

    [Fact]
    public async Task A_name_that_nothing_has_costs_a_build_one_look_up_too_and_the_tool_always_looks()
    {
        await using ServiceFixture service = await StartAsync();
        for (int i = 0; i < 5; i++)
        {
            InjectReport report = await InjectOperation.RunAsync(Plan(service, "other", 42, "a", new Sharing(TimeSpan.FromHours(8), $"project {i}")), TestContext.Current.CancellationToken);
            Assert.Equal(DiagnosticDescriptors.InstanceNameUnknown, report.Failure!.Descriptor);
        }

        // One for the name, one for the list of what there is.
        Assert.Equal(2, service.Emulator.Count("GET", "/v2/resource_instances"));
        await InjectOperation.RunAsync(Plan(service, "other", 42, "a"), TestContext.Current.CancellationToken);
        Assert.Equal(4, service.Emulator.Count("GET", "/v2/resource_instances"));
    }

    [Fact]
    public async Task What_is_remembered_serves_only_the_same_identity()
    {
        await using ServiceFixture service = await StartAsync();
        var sharing = new Sharing(TimeSpan.FromHours(8), "a project");
        await InjectOperation.RunAsync(Plan(service, "wp", 42, "a", sharing), TestContext.Current.CancellationToken);
        string iamToken = await service.IamTokenAsync();
        service.Environment["SECTOKEN_IAM_TOKEN"] = iamToken;
        await InjectOperation.RunAsync(Plan(service, "wp", 42, "a", sharing), TestContext.Current.CancellationToken);
        Assert.Equal(1, service.Emulator.Count("GET", "/v2/resource_instances"));
        Assert.Empty(new Canary("the IAM token", iamToken).FindBelow(_home.Path));
        Assert.Empty(new Canary("the API key", service.Emulator.ApiKey).FindBelow(_home.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"at\":\"2026-01-01T00:00:00Z\",\"credential\":\"x\",\"id\":\"../../etc\",\"region\":\"eu-de\"}")]
    [InlineData("null")]
    public async Task A_memory_that_is_damaged_is_looked_up_anew(string content)
    {
        await using ServiceFixture service = await StartAsync();
        var sharing = new Sharing(TimeSpan.FromHours(8), "a project");
        await InjectOperation.RunAsync(Plan(service, "wp", 42, "a", sharing), TestContext.Current.CancellationToken);
        string memory = Assert.Single(Directory.GetFiles(_home["instances"], "*.json"));
        await File.WriteAllTextAsync(memory, content, TestContext.Current.CancellationToken);
        Assert.Equal(ExitStatus.Done, (await InjectOperation.RunAsync(Plan(service, "wp", 42, "a", sharing), TestContext.Current.CancellationToken)).Exit);
        Assert.Equal(2, service.Emulator.Count("GET", "/v2/resource_instances"));
    }

    private static async Task<ServiceFixture> StartAsync()
    {
        string own = Guid.NewGuid().ToString("D");
        return await ServiceFixture.StartAsync(options => options with { InstanceId = own, Instances = [new EmulatorInstance("wp", own)] });
    }

    private InjectPlan Plan(ServiceFixture service, string instance, long team, string id, Sharing? sharing = null)
    {
        service.Environment["HOME"] = _home.Path;
        service.Environment["SECTOKEN_STATE_DIR"] = _home.Path;
        Func<string, string?> environment = service.Environment.GetValueOrDefault;
        Endpoint endpoint = Endpoint.Parse(service.Emulator.BaseUrl.ToString()).Value;
        var settings = new TokenSettings(endpoint, endpoint, InstanceSelector.Parse(instance).Value, new TeamSelector(team, null)) { ResourceController = endpoint };
        Destination[] destinations = [new DestinationBuilder(environment, "/").UserSecrets(id).Value];
        return new InjectPlan(settings, new CredentialOptions { BaseDirectory = "/" }, destinations, new TransportOptions { Environment = environment }) { Sharing = sharing };
    }
}
