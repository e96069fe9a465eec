using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Emulator;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Service;

/// <summary>An instance by its name, and what the resource controller can say of a refusal.</summary>
public sealed class InstanceTests
{
    private static readonly string Own = Guid.NewGuid().ToString("D");

    private static string NewId => Guid.NewGuid().ToString("D");

    [Fact]
    public async Task A_name_finds_the_instance_on_whatever_page_it_is()
    {
        EmulatorInstance[] others = [.. Enumerable.Range(0, 250).Select(i => new EmulatorInstance("wp-prod", NewId, Service: "cloudant"))];
        await using ServiceFixture service = await StartAsync([.. others, new EmulatorInstance("wp-prod", Own)], perPage: 100);
        using FetchedToken fetched = (await service.FetchAsync("42", instance: "wp-prod")).Value;
        Assert.Equal(Own, fetched.Scope.Instance.Id);
        Assert.True(fetched.Token.Matches(Encoding.UTF8.GetBytes(service.Emulator.TokenOf(42))));
        Assert.Equal(3, service.Emulator.Count("GET", "/v2/resource_instances"));
        Assert.Equal(1, service.Emulator.Count("POST", "/identity/token"));
    }

    [Fact]
    public async Task A_name_that_nothing_has_lists_what_is_visible_the_nearest_first()
    {
        await using ServiceFixture service = await StartAsync([new("unlike", NewId), new("wp-prod", Own), new("wp-prod-db", NewId, Service: "cloudant")]);
        Failure failure = await service.FailAsync("42", instance: "wp-pord");
        Assert.Equal(DiagnosticDescriptors.InstanceNameUnknown, failure.Descriptor);
        Assert.Contains(service.Emulator.Account, failure.Message, StringComparison.Ordinal);
        Assert.Contains($"It shows wp-prod (eu-de, {Own}, active); unlike (", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wp-prod-db", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, service.Emulator.Count("GET", "/api/token"));
    }

    [Fact]
    public async Task A_name_that_several_have_lists_them()
    {
        string other = NewId;
        await using ServiceFixture service = await StartAsync([new("wp", Own), new("wp", other, Region: "us-south")]);
        Failure failure = await service.FailAsync("42", instance: "wp");
        Assert.Equal(DiagnosticDescriptors.InstanceAmbiguous, failure.Descriptor);
        Assert.Contains(Own, failure.Message, StringComparison.Ordinal);
        Assert.Contains($"us-south, {other}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("GUID or the CRN", failure.NextStep, StringComparison.Ordinal);
        service.Region = "eu-de";
        using FetchedToken fetched = (await service.FetchAsync("42", instance: "wp")).Value;
        Assert.Equal(Own, fetched.Scope.Instance.Id);
        service.Region = "jp-tok";
        failure = await service.FailAsync("42", instance: "wp");
        Assert.Equal(DiagnosticDescriptors.InstanceElsewhere, failure.Descriptor);
        Assert.Contains("jp-tok", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sysdig-monitor", "SECTOK412", "Monitoring")]
    [InlineData("cloudant", "SECTOK412", "cloudant")]
    public async Task A_name_of_another_service_says_of_which(string kind, string code, string word)
    {
        await using ServiceFixture service = await StartAsync([new("metrics", NewId, Service: kind), new("wp", Own)]);
        Failure failure = await service.FailAsync("42", instance: "metrics");
        Assert.Equal(code, failure.Code);
        Assert.Contains(word, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_that_is_not_active_shows_its_state()
    {
        await using ServiceFixture service = await StartAsync([new("wp", NewId, State: "provisioning")]);
        Failure failure = await service.FailAsync("42", instance: "wp");
        Assert.Equal(DiagnosticDescriptors.InstanceNotActive, failure.Descriptor);
        Assert.Contains("'provisioning'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_look_up_is_told_to_give_the_GUID()
    {
        await using ServiceFixture service = await StartAsync([new("wp", Own)]);
        service.Emulator.LookupAllowed = false;
        Failure failure = await service.FailAsync("42", instance: "wp");
        Assert.Equal(DiagnosticDescriptors.LookupNotAllowed, failure.Descriptor);
        Assert.Contains("GUID or the CRN", failure.NextStep, StringComparison.Ordinal);
        Assert.Contains("Viewer", failure.NextStep, StringComparison.Ordinal);
        Assert.Matches("Transaction id [0-9a-f]{32}", failure.Message);
    }

    [Fact]
    public async Task A_token_that_the_resource_controller_refuses_is_renewed_once()
    {
        await using ServiceFixture service = await StartAsync([new("wp", Own)]);
        service.Emulator.FailNext(1, 401, "/v2/");
        using (FetchedToken fetched = (await service.FetchAsync("42", instance: "wp")).Value)
        {
            Assert.Equal(2, service.Emulator.Count("POST", "/identity/token"));
        }

        service.Emulator.FailNext(9, 401, "/v2/");
        Assert.Equal(DiagnosticDescriptors.IamTokenRefused, (await service.FailAsync("42", instance: "wp")).Descriptor);
    }

    [Fact]
    public async Task Without_a_resource_controller_a_name_is_told_and_nobody_is_asked()
    {
        await using ServiceFixture service = await StartAsync([new("wp", Own)]);
        service.KnowsController = false;
        Assert.Equal(DiagnosticDescriptors.LookupImpossible, (await service.FailAsync("42", instance: "wp")).Descriptor);
        Assert.Empty(service.Emulator.Requests);
    }

    [Fact]
    public async Task A_list_without_end_is_given_up()
    {
        int asked = 0;
        await using FaultServer server = FaultServer.Behaving((head, stream, stop) =>
        {
            string body = head.StartsWith("POST", StringComparison.Ordinal)
                ? "{\"access_token\":\"header.payload.signature\",\"expires_in\":3600}"
                : $"{{\"resources\":[],\"next_url\":\"http://elsewhere.example/v2/resource_instances?start={Interlocked.Increment(ref asked)}\"}}";
            return stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"), stop).AsTask();
        });
        await using ServiceFixture service = await StartAsync([]);
        service.Controller = server.BaseUrl;
        Assert.Equal(DiagnosticDescriptors.AnswerMalformed, (await service.FailAsync("42", iam: server.BaseUrl, instance: "wp")).Descriptor);
        Assert.Equal(100, asked);
    }

    [Fact]
    public async Task IAM_ONLY_a_missing_role_and_not_knowing_which_have_three_texts()
    {
        await using ServiceFixture service = await StartAsync([new("wp", Own)]);
        service.Emulator.IamOnly = true;
        Failure iamOnly = await service.FailAsync("42", instance: Own);
        Assert.Equal(DiagnosticDescriptors.InstanceIamOnly, iamOnly.Descriptor);
        Assert.Contains("on purpose", iamOnly.Message, StringComparison.Ordinal);
        Assert.Contains("IBMInstanceID", iamOnly.NextStep, StringComparison.Ordinal);

        service.Emulator.IamOnly = false;
        service.Emulator.FailNext(1, 403, "/api/token");
        Failure role = await service.FailAsync("42", instance: Own);
        Assert.Equal(DiagnosticDescriptors.RoleMissing, role.Descriptor);
        Assert.Contains("Manager", role.NextStep, StringComparison.Ordinal);

        service.Emulator.LookupAllowed = false;
        service.Emulator.FailNext(1, 403, "/api/token");
        Failure unknown = await service.FailAsync("42", instance: Own);
        Assert.Equal(DiagnosticDescriptors.NotEnoughPrivileges, unknown.Descriptor);
        Assert.Contains("Either", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("external_api_auth", unknown.NextStep, StringComparison.Ordinal);
        Assert.All([iamOnly, role, unknown], failure => Assert.Equal(ExitStatus.Refused, failure.Descriptor.Exit));
    }

    [Fact]
    public async Task The_GUID_of_a_Monitoring_instance_is_told_as_such()
    {
        string metrics = NewId;
        await using ServiceFixture service = await StartAsync([new("metrics", metrics, Service: "sysdig-monitor"), new("wp", Own)]);
        Failure failure = await service.FailAsync("42", instance: metrics);
        Assert.Equal(DiagnosticDescriptors.InstanceOfOtherService, failure.Descriptor);
        Assert.Contains("Monitoring", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_GUID_that_nobody_knows_stays_what_the_service_said()
    {
        await using ServiceFixture service = await StartAsync([new("wp", Own)]);
        string unknown = NewId;
        Failure failure = await service.FailAsync("42", instance: unknown);
        Assert.Equal(DiagnosticDescriptors.InstanceUnknown, failure.Descriptor);
        Assert.Contains(unknown, failure.Message, StringComparison.Ordinal);
        Assert.Contains("the region and the instance match", failure.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_plain_way_asks_the_resource_controller_nothing()
    {
        await using ServiceFixture service = await StartAsync([new("wp", Own)]);
        using FetchedToken fetched = (await service.FetchAsync("42", instance: Own)).Value;
        Assert.Equal(0, service.Emulator.Count("GET", "/v2/resource_instances"));
        Assert.Equal(3, service.Emulator.Requests.Count);
    }

    private static async Task<ServiceFixture> StartAsync(EmulatorInstance[] instances, int perPage = 100)
    {
        ServiceFixture service = await ServiceFixture.StartAsync(options => options with { InstanceId = Own, Instances = instances, InstancesPerPage = perPage });
        service.KnowsController = true;
        return service;
    }
}
