using System.Text.Json;
using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

/// <summary>The list of instances.</summary>
public sealed class ResourceControllerTests : EmulatorTest
{
    [Fact]
    public async Task The_emulated_instance_is_listed_with_every_documented_field()
    {
        var answer = await ListAsync("?type=service_instance");

        Assert.Equal(200, answer.Status);
        Assert.Equal(1, answer.Json.GetProperty("rows_count").GetInt32());
        var instance = answer.Json.GetProperty("resources")[0];
        Assert.Equal(Server.InstanceId, instance.GetProperty("guid").GetString());
        Assert.Equal(
            $"crn:v1:bluemix:public:sysdig-secure:eu-de:a/{Server.Account}:{Server.InstanceId}::", instance.GetProperty("crn").GetString());
        Assert.Equal(instance.GetProperty("crn").GetString(), instance.GetProperty("id").GetString());
        Assert.Equal("emulator", instance.GetProperty("name").GetString());
        Assert.Equal("active", instance.GetProperty("state").GetString());
        Assert.False(instance.GetProperty("parameters").TryGetProperty("external_api_auth", out _));
    }

    [Fact]
    public async Task An_iam_only_instance_says_so_in_its_parameters()
    {
        Server.IamOnly = true;

        var instance = (await ListAsync(string.Empty)).Json.GetProperty("resources")[0];
        Assert.Equal("IAM_ONLY", instance.GetProperty("parameters").GetProperty("external_api_auth").GetString());
    }

    [Fact]
    public async Task Pages_follow_each_other_and_hold_every_instance_once()
    {
        await using var server = await StartAsync(7);
        using var client = new Client(server);
        var bearer = Client.Bearer(await client.IamTokenAsync(server));
        var guids = new List<string?>();
        var pages = 0;
        for (string? path = "/v2/resource_instances?limit=100&name=same"; path is not null; pages++)
        {
            var page = (await client.GetAsync(path, bearer)).Json;
            guids.AddRange(page.GetProperty("resources").EnumerateArray().Select(instance => instance.GetProperty("guid").GetString()));
            path = page.TryGetProperty("next_url", out var next) && next.ValueKind == JsonValueKind.String ? next.GetString() : null;
        }

        Assert.Equal(4, pages);
        Assert.Equal(7, guids.Distinct().Count());
        Assert.Equal(7, guids.Count);
    }

    [Fact]
    public async Task One_is_found_by_its_guid_and_by_its_encoded_crn()
    {
        var bearer = Client.Bearer(await Client.IamTokenAsync(Server));
        var crn = $"crn:v1:bluemix:public:sysdig-secure:eu-de:a/{Server.Account}:{Server.InstanceId}::";

        Assert.Equal(200, (await Client.GetAsync("/v2/resource_instances/" + Server.InstanceId, bearer)).Status);
        Assert.Equal(200, (await Client.GetAsync("/v2/resource_instances/" + Uri.EscapeDataString(crn), bearer)).Status);
        Assert.Equal(404, (await Client.GetAsync("/v2/resource_instances/" + Guid.NewGuid(), bearer)).Status);
        Assert.Equal(1, (await ListAsync("?guid=" + Server.InstanceId)).Json.GetProperty("rows_count").GetInt32());
        Assert.Equal(0, (await ListAsync("?guid=" + Guid.NewGuid())).Json.GetProperty("rows_count").GetInt32());
    }

    [Fact]
    public async Task An_instance_that_is_removed_is_listed_only_when_it_is_asked_for()
    {
        await using var server = await EmulatorServer.StartAsync(
            Options with { Instances = [new("old", Guid.NewGuid().ToString("D"), State: "removed")] }, TestContext.Current.CancellationToken);
        using var client = new Client(server);
        var bearer = Client.Bearer(await client.IamTokenAsync(server));

        Assert.Equal(0, (await client.GetAsync("/v2/resource_instances?name=old", bearer)).Json.GetProperty("rows_count").GetInt32());
        Assert.Equal(
            1, (await client.GetAsync("/v2/resource_instances?name=old&state=removed", bearer)).Json.GetProperty("rows_count").GetInt32());
    }

    [Fact]
    public async Task Who_may_not_list_is_refused_with_a_transaction_id()
    {
        Server.LookupAllowed = false;

        var answer = await ListAsync(string.Empty);
        Assert.Equal(403, answer.Status);
        Assert.Equal(403, answer.Json.GetProperty("code").GetInt32());
        Assert.NotEmpty(answer.Json.GetProperty("global_transaction_id").GetString()!);
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=101")]
    [InlineData("?limit=x")]
    [InlineData("?start=x")]
    public async Task A_page_that_makes_no_sense_is_refused(string query) => Assert.Equal(400, (await ListAsync(query)).Status);

    [Fact]
    public async Task Without_an_iam_token_nothing_is_listed()
    {
        Assert.Equal(401, (await Client.GetAsync("/v2/resource_instances")).Status);
        Assert.Equal(401, (await Client.GetAsync("/v2/resource_instances", Client.Bearer(Server.TokenOf(Payments)))).Status);
    }

    private async Task<Answer> ListAsync(string query) =>
        await Client.GetAsync("/v2/resource_instances" + query, Client.Bearer(await Client.IamTokenAsync(Server)));

    private Task<EmulatorServer> StartAsync(int instances) => EmulatorServer.StartAsync(
        Options with
        {
            Instances = [.. Enumerable.Range(0, instances).Select(_ => new EmulatorInstance("same", Guid.NewGuid().ToString("D")))],
            InstancesPerPage = 2,
        },
        TestContext.Current.CancellationToken);
}
