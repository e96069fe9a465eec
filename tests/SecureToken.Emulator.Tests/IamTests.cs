using System.Buffers.Text;
using System.Text.Json;
using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

public sealed class IamTests : EmulatorTest
{
    [Fact]
    public async Task An_api_key_becomes_an_iam_token_with_every_documented_field()
    {
        var answer = await Client.ExchangeAsync(Server.ApiKey);

        Assert.Equal(200, answer.Status);
        Assert.Equal("application/json", answer.MediaType);
        Assert.Equal("not_supported", answer.Json.GetProperty("refresh_token").GetString());
        Assert.Equal("Bearer", answer.Json.GetProperty("token_type").GetString());
        Assert.Equal("ibm openid", answer.Json.GetProperty("scope").GetString());
        Assert.Equal(3600, answer.Json.GetProperty("expires_in").GetInt32());
        Assert.Equal(Clock.GetUtcNow().ToUnixTimeSeconds() + 3600, answer.Json.GetProperty("expiration").GetInt64());
        Assert.Equal(JsonValueKind.Number, answer.Json.GetProperty("ims_user_id").ValueKind);
        Assert.NotEmpty(answer.Header("X-Correlation-ID"));
    }

    [Fact]
    public async Task The_iam_token_is_a_json_web_token_with_the_claims_a_client_reads()
    {
        var segments = (await Client.IamTokenAsync(Server)).Split('.');

        Assert.Equal(3, segments.Length);
        Assert.Equal("HS256", Decode(segments[0]).GetProperty("alg").GetString());
        var claims = Decode(segments[1]);
        Assert.EndsWith("/identity", claims.GetProperty("iss").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("IBMid-", claims.GetProperty("iam_id").GetString(), StringComparison.Ordinal);
        Assert.Matches("^[0-9a-f]{32}$", claims.GetProperty("account").GetProperty("bss").GetString());
        Assert.Equal(Clock.GetUtcNow().ToUnixTimeSeconds(), claims.GetProperty("iat").GetInt64());
        Assert.Equal(Clock.GetUtcNow().ToUnixTimeSeconds() + 3600, claims.GetProperty("exp").GetInt64());
    }

    [Fact]
    public async Task An_unknown_api_key_is_refused_as_iam_does_it()
    {
        var answer = await Client.ExchangeAsync("not-a-key");

        AssertIamError(answer, "BXNIM0415E");
        Assert.Equal("Provided API key could not be found.", answer.Json.GetProperty("errorMessage").GetString());
        Assert.Contains("not-a-key", answer.Json.GetProperty("errorDetails").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BXNIM0109E", "apikey=K")]
    [InlineData("BXNIM0109E", "grant_type=&apikey=K")]
    [InlineData("BXNIM0109E", "grant_type=G")]
    [InlineData("BXNIM0109E", "grant_type=G&apikey=")]
    [InlineData("BXNIM0109E", "grant_type=G&apikey=K&apikey=K")]
    [InlineData("BXNIM0106E", "grant_type=password&apikey=K")]
    [InlineData("BXNIM0106E", "grant_type=G&apikey=K&response_type=code")]
    public async Task A_bad_form_is_refused_with_the_code_for_it(string code, string form)
    {
        using var content = new StringContent(
            form.Replace("=G", "=" + Uri.EscapeDataString(Client.ApiKeyGrant), StringComparison.Ordinal)
                .Replace("=K", "=" + Server.ApiKey, StringComparison.Ordinal),
            null,
            "application/x-www-form-urlencoded");

        AssertIamError(await Client.SendAsync(HttpMethod.Post, "/identity/token", content), code);
    }

    [Fact]
    public async Task A_body_that_is_no_form_is_refused()
    {
        using var content = new StringContent($"grant_type={Client.ApiKeyGrant}&apikey={Server.ApiKey}", null, "application/json");

        AssertIamError(await Client.SendAsync(HttpMethod.Post, "/identity/token", content), "BXNIM0109E");
    }

    [Theory]
    [InlineData("x-www-form-urlencoded")]
    [InlineData("X-WWW-Form-urlencoded; charset=utf-8")]
    public async Task The_media_type_that_the_terraform_client_sends_is_accepted(string type)
    {
        using var content = new StringContent($"grant_type={Uri.EscapeDataString(Client.ApiKeyGrant)}&apikey={Server.ApiKey}");
        content.Headers.Remove("Content-Type");
        Assert.True(content.Headers.TryAddWithoutValidation("Content-Type", type));

        Assert.Equal(200, (await Client.SendAsync(HttpMethod.Post, "/identity/token", content)).Status);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Another_method_than_POST_is_405(string method)
    {
        var answer = await Client.SendAsync(HttpMethod.Parse(method), "/identity/token", null);

        AssertIamError(answer, "BXNIM0060E", 405);
    }

    [Fact]
    public async Task A_body_of_more_than_64_KiB_is_refused()
    {
        AssertIamError(await Client.ExchangeAsync(new string('k', 70_000)), "BXNIM0109E");
    }

    [Fact]
    public async Task The_optional_response_type_and_basic_authorization_of_ibm_clients_are_accepted()
    {
        using var content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = Client.ApiKeyGrant,
            ["apikey"] = Server.ApiKey,
            ["response_type"] = "cloud_iam",
        });

        var answer = await Client.SendAsync(HttpMethod.Post, "/identity/token", content, ("Authorization", "Basic Yng6Yng="));

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task An_iam_token_is_refused_from_the_second_it_expires()
    {
        var iamToken = await Client.IamTokenAsync(Server);

        Clock.Advance(TimeSpan.FromSeconds(3599));
        Assert.Equal(200, (await Client.GetAsync("/api/token", Client.Bearer(iamToken), Client.Instance(Server))).Status);
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(401, (await Client.GetAsync("/api/token", Client.Bearer(iamToken), Client.Instance(Server))).Status);
    }

    [Fact]
    public async Task A_shorter_lifetime_shows_in_the_answer_and_is_enforced()
    {
        await using var server = await EmulatorServer.StartAsync(
            Options with { IamTokenLifetime = TimeSpan.FromSeconds(90) }, TestContext.Current.CancellationToken);
        using var client = new Client(server);
        var answer = await client.ExchangeAsync(server.ApiKey);
        var iamToken = answer.Json.GetProperty("access_token").GetString()!;

        Assert.Equal(90, answer.Json.GetProperty("expires_in").GetInt32());
        Clock.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(401, (await client.GetAsync("/api/token", Client.Bearer(iamToken), Client.Instance(server))).Status);
    }

    [Fact]
    public async Task A_tampered_iam_token_is_refused()
    {
        var segments = (await Client.IamTokenAsync(Server)).Split('.');
        var claims = Decode(segments[1]).GetRawText().Replace("\"iat\":1", "\"iat\":2", StringComparison.Ordinal);
        segments[1] = Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(claims));

        Assert.Equal(401, (await Client.GetAsync("/api/token", Client.Bearer(string.Join('.', segments)), Client.Instance(Server))).Status);
    }

    [Fact]
    public async Task An_iam_token_of_another_emulator_is_refused()
    {
        await using var other = await EmulatorServer.StartAsync(Options, TestContext.Current.CancellationToken);
        using var client = new Client(other);
        var foreign = await client.IamTokenAsync(other);

        Assert.Equal(401, (await Client.GetAsync("/api/token", Client.Bearer(foreign), Client.Instance(Server))).Status);
    }

    private static JsonElement Decode(string segment) => JsonElement.Parse(Base64Url.DecodeFromChars(segment));

    private static void AssertIamError(Answer answer, string code, int status = 400)
    {
        Assert.Equal(status, answer.Status);
        Assert.Equal("application/json", answer.MediaType);
        Assert.Equal(code, answer.Json.GetProperty("errorCode").GetString());
        Assert.NotEmpty(answer.Json.GetProperty("errorMessage").GetString()!);
        var requestId = answer.Json.GetProperty("context").GetProperty("requestId").GetString();
        Assert.False(string.IsNullOrEmpty(requestId));
        Assert.Equal(requestId, answer.Header("X-Correlation-ID"));
    }
}
