using System.Buffers.Text;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

/// <summary>
/// IBM's own SDK, as its registry has it, gets its tokens from the emulator unchanged: so the emulator's IAM and metadata service are what
/// somebody else understands them to be.
/// </summary>
[Trait("Needs", "npm")]
public sealed class RealClientTests(RealClientTests.Sdk sdk) : IClassFixture<RealClientTests.Sdk>
{
    [Fact]
    public async Task An_api_key()
    {
        await using var server = await StartAsync();
        await AssertTokenAsync(server, await sdk.RunAsync("IamAuthenticator", new { apikey = server.ApiKey, url = Url(server) }));
        Assert.Equal(1, server.Count("POST", "/identity/token"));
    }

    [Fact]
    public async Task An_api_key_with_a_client_id_and_a_scope()
    {
        await using var server = await StartAsync();
        var answer = await sdk.RunAsync(
            "IamAuthenticator",
            new { apikey = server.ApiKey, url = Url(server), clientId = "bx", clientSecret = "bx", scope = "ibm openid" });
        await AssertTokenAsync(server, answer);
    }

    [Fact]
    public async Task An_unknown_api_key()
    {
        await using var server = await StartAsync();
        var answer = await sdk.RunAsync("IamAuthenticator", new { apikey = "nobodys-key", url = Url(server) });
        Assert.Equal(400, answer.GetProperty("status").GetInt32());
        Assert.Contains("Provided API key could not be found", answer.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("iamProfileName")]
    [InlineData("iamProfileId")]
    public async Task A_container(string field)
    {
        await using var server = await StartAsync();
        var file = sdk.Write("cr-token", server.ComputeResourceToken);
        var profile = field == "iamProfileId" ? server.ProfileId : server.ProfileName;
        var answer = await sdk.RunAsync(
            "ContainerAuthenticator",
            new Dictionary<string,
            string> { ["crTokenFilename"] = file, ["url"] = Url(server), [field] = profile });
        await AssertTokenAsync(server, answer);
    }

    [Fact]
    public async Task A_container_whose_profile_is_not_linked()
    {
        await using var server = await StartAsync();
        var file = sdk.Write("cr-token", server.ComputeResourceToken);
        var answer = await sdk.RunAsync(
            "ContainerAuthenticator", new { crTokenFilename = file, url = Url(server), iamProfileName = "another" });
        Assert.Equal(400, answer.GetProperty("status").GetInt32());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("iamProfileId")]
    [InlineData("iamProfileCrn")]
    public async Task A_VPC_instance(string? field)
    {
        await using var server = await StartAsync();
        var options = new Dictionary<string, string> { ["url"] = Url(server) };
        if (field is not null)
        {
            options[field] = field == "iamProfileId" ? server.ProfileId : server.ProfileCrn;
        }

        await AssertTokenAsync(server, await sdk.RunAsync("VpcInstanceAuthenticator", options));
        Assert.Equal(1, server.Requests.Count(request => request.Method == "PUT"));
    }

    [Theory]
    [InlineData("iamProfileId")]
    [InlineData("iamProfileCrn")]
    public async Task An_api_key_that_assumes_a_trusted_profile(string field)
    {
        await using var server = await StartAsync();
        var profile = field == "iamProfileId" ? server.ProfileId : server.ProfileCrn;
        var options = new Dictionary<string, string> { ["apikey"] = server.ApiKey, ["url"] = Url(server), [field] = profile };

        var answer = await sdk.RunAsync("IamAssumeAuthenticator", options);

        await AssertTokenAsync(server, answer);
        Assert.Equal(2, server.Count("POST", "/identity/token"));
        Assert.Contains("\"sub_type\":\"Profile\"", ClaimsOf(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_id_and_a_user_get_the_tokens_of_their_own()
    {
        await using var server = await EmulatorServer.StartAsync(
            new EmulatorOptions { Identities = [new("alice"), new("robot", EmulatorIdentityKind.ServiceId)] }, TestContext.Current.CancellationToken);
        using var client = new Client(server);
        foreach (var identity in server.Identities.Where(identity => identity.ApiKey is not null))
        {
            var answer = await sdk.RunAsync("IamAuthenticator", new { apikey = identity.ApiKey, url = Url(server) });
            var header = answer.GetProperty("authorization").GetString()!;
            var token = await client.GetAsync("/api/token", ("Authorization", header), Client.Instance(server));

            Assert.Equal(
                server.TokenOf("Secure Operations", identity.Name), token.Json.GetProperty("token").GetProperty("key").GetString());
        }
    }

    [Theory]
    [InlineData("account-locked", 401)]
    [InlineData("BXNIM0462E", 400)]
    [InlineData("BXNIM0436E", 401)]
    public async Task A_refusal_of_IAM(string error, int status)
    {
        await using var server = await StartAsync();
        server.IamError = EmulatorIamError.Find(error);

        var answer = await sdk.RunAsync("IamAuthenticator", new { apikey = server.ApiKey, url = Url(server) });

        Assert.Equal(status, answer.GetProperty("status").GetInt32());
        Assert.Equal(1, server.Count("POST", "/identity/token"));
    }

    private static string ClaimsOf(JsonElement answer) => Encoding.UTF8.GetString(
        Base64Url.DecodeFromChars(answer.GetProperty("authorization").GetString()!.Split('.')[1]));

    private static async Task AssertTokenAsync(EmulatorServer server, JsonElement answer)
    {
        var header = answer.GetProperty("authorization").GetString()!;
        Assert.StartsWith("Bearer ", header, StringComparison.Ordinal);
        using var client = new Client(server);
        Assert.Equal(200, (await client.GetAsync("/api/token", ("Authorization", header), Client.Instance(server))).Status);
    }

    private static string Url(EmulatorServer server) => server.BaseUrl.GetLeftPart(UriPartial.Authority);

    private static Task<EmulatorServer> StartAsync() =>
        EmulatorServer.StartAsync(new EmulatorOptions(), TestContext.Current.CancellationToken);

    /// <summary>The SDK, installed once for all tests of this class.</summary>
    public sealed class Sdk : IAsyncLifetime, IDisposable
    {
        private const string Package = "ibm-cloud-sdk-core@5.9.1";

        private const string Script = """
            const sdk = require('ibm-cloud-sdk-core');
            const { kind, options } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
            const request = {};
            new sdk[kind](options).authenticate(request)
              .then(() => ({ authorization: request.headers.Authorization || request.headers.get('Authorization') }))
              .catch(fault => ({ status: fault.status ?? fault.response?.status, message: fault.message }))
              .then(answer => console.log(JSON.stringify(answer)));
            """;

        private readonly TemporaryDirectory _directory = new();

        public async ValueTask InitializeAsync()
        {
            await RunAsync("npm", null, "install", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", _directory.Root, Package);
            await File.WriteAllTextAsync(_directory["authenticate.js"], Script);
        }

        public string Write(string name, string content)
        {
            File.WriteAllText(_directory[name], content);
            return _directory[name];
        }

        public async Task<JsonElement> RunAsync(string kind, object options) =>
            JsonElement.Parse(await RunAsync("node", JsonSerializer.Serialize(new { kind, options }), _directory["authenticate.js"]));

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        public void Dispose() => _directory.Dispose();

        private async Task<string> RunAsync(string program, string? input, params string[] arguments)
        {
            var start = new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = _directory.Root,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["NO_PROXY"] = "127.0.0.1";
            using var process = Process.Start(start)!;
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? await output : throw new InvalidOperationException(
                $"{program} ended with {process.ExitCode}:\n{await output}{await error}");
        }
    }
}
