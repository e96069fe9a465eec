using System.Text;
using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

/// <summary>The metadata service of a VPC instance, in both versions.</summary>
public sealed class MetadataTests : EmulatorTest
{
    public static TheoryData<string, string> Versions => new()
    {
        { "/instance_identity/v1/token?version=2022-03-01", "/instance_identity/v1/iam_token?version=2022-03-01" },
        { "/identity/v1/token?version=2025-08-26", "/identity/v1/iam_tokens?version=2025-08-26" },
    };

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_instance_gets_an_identity_and_for_it_an_iam_token(string identify, string exchange)
    {
        var identity = await IdentifyAsync(Client, identify);
        var answer = await ExchangeAsync(exchange, identity.Json.GetProperty("access_token").GetString()!, null);

        Assert.Equal(200, identity.Status);
        Assert.Equal(300, identity.Json.GetProperty("expires_in").GetInt32());
        Assert.Equal("2026-11-24T12:05:00.000Z", identity.Json.GetProperty("expires_at").GetString());
        Assert.Equal(200, answer.Status);
        Assert.Equal("2026-11-24T13:00:00.000Z", answer.Json.GetProperty("expires_at").GetString());
        var iamToken = answer.Json.GetProperty("access_token").GetString()!;
        Assert.Equal(200, (await Client.GetAsync("/api/token", Client.Bearer(iamToken), Client.Instance(Server))).Status);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_trusted_profile_is_named_by_id_or_crn(string identify, string exchange)
    {
        var identity = (await IdentifyAsync(Client, identify)).Json.GetProperty("access_token").GetString()!;

        Assert.Equal(200, (await ExchangeAsync(exchange, identity, $"{{\"trusted_profile\":{{\"id\":\"{Server.ProfileId}\"}}}}")).Status);
        Assert.Equal(200, (await ExchangeAsync(exchange, identity, $"{{\"trusted_profile\":{{\"crn\":\"{Server.ProfileCrn}\"}}}}")).Status);
        Assert.Equal(400, (await ExchangeAsync(exchange, identity, $"{{\"trusted_profile\":{{\"id\":\"{Server.ProfileId}\",\"crn\":\"{Server.ProfileCrn}\"}}}}")).Status);
        Assert.Equal(400, (await ExchangeAsync(exchange, identity, "{\"trusted_profile\":{\"id\":\"Profile-1\"}}")).Status);
        Assert.Equal(400, (await ExchangeAsync(exchange, identity, "{\"trusted_profile\":{\"id\":4}}")).Status);
        Assert.Equal(400, (await ExchangeAsync(exchange, identity, "{\"trusted_profile\":\"Profile-1\"}")).Status);
    }

    [Theory]
    [InlineData("\"x\"")]
    [InlineData("4")]
    [InlineData("3601")]
    [InlineData("null")]
    public async Task A_life_that_no_identity_has_is_refused(string seconds)
    {
        var answer = await Client.SendAsync(
            HttpMethod.Put, "/identity/v1/token?version=2025-08-26", Json($"{{\"expires_in\":{seconds}}}"), ("Metadata-Flavor", "ibm"));
        Assert.Equal(400, answer.Status);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_identity_is_refused_when_it_ended_or_is_none(string identify, string exchange)
    {
        var identity = (await IdentifyAsync(Client, identify)).Json.GetProperty("access_token").GetString()!;
        Clock.Advance(TimeSpan.FromSeconds(300));

        Assert.Equal(401, (await ExchangeAsync(exchange, identity, null)).Status);
        Assert.Equal(401, (await ExchangeAsync(exchange, "aaaa.bbbb.cccc", null)).Status);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_flavor_and_the_version_of_the_path_must_be_sent(string identify, string exchange)
    {
        var withoutFlavor = await Client.SendAsync(HttpMethod.Put, identify, Json("{\"expires_in\":300}"));
        var withoutVersion = await Client.SendAsync(
            HttpMethod.Put, identify.Split('?')[0], Json("{\"expires_in\":300}"), ("Metadata-Flavor", "ibm"));

        Assert.Equal(400, withoutFlavor.Status);
        Assert.Equal(400, withoutVersion.Status);
        Assert.Equal(400, (await ExchangeAsync(exchange.Split('?')[0], "aaaa.bbbb.cccc", null)).Status);
    }

    [Theory]
    [InlineData(EmulatorMetadata.Both, 200, 200)]
    [InlineData(EmulatorMetadata.Version2022, 200, 404)]
    [InlineData(EmulatorMetadata.Version2025, 404, 200)]
    [InlineData(EmulatorMetadata.Off, 404, 404)]
    public async Task An_instance_has_the_versions_it_is_given(EmulatorMetadata metadata, int old, int current)
    {
        await using var server = await EmulatorServer.StartAsync(
            Options with { Metadata = metadata }, TestContext.Current.CancellationToken);
        using var client = new Client(server);

        Assert.Equal(old, (await IdentifyAsync(client, "/instance_identity/v1/token?version=2022-03-01")).Status);
        Assert.Equal(current, (await IdentifyAsync(client, "/identity/v1/token?version=2025-08-26")).Status);
    }

    private static Task<Answer> IdentifyAsync(Client client, string path) =>
        client.SendAsync(HttpMethod.Put, path, Json("{\"expires_in\":300}"), ("Metadata-Flavor", "ibm"));

    private Task<Answer> ExchangeAsync(string path, string identity, string? body) =>
        Client.SendAsync(HttpMethod.Post, path, body is null ? null : Json(body), Client.Bearer(identity));

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
