using System.Net.Http.Headers;

namespace SecureToken.Emulator.Tests.Support;

/// <summary>A client that adds nothing of its own: every header is the test's.</summary>
internal sealed class Client(Uri baseUrl) : IDisposable
{
    public const string ApiKeyGrant = "urn:ibm:params:oauth:grant-type:apikey";

    private readonly HttpClient _http =
        new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = baseUrl };

    public Client(EmulatorServer server)
        : this(server.BaseUrl)
    {
    }

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Answer> PostAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, null, headers);

    public Task<Answer> PostFormAsync(params (string Name, string Value)[] fields) => SendAsync(
        HttpMethod.Post,
        "/identity/token",
        new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    public Task<Answer> ExchangeAsync(string apiKey) => PostFormAsync(("grant_type", ApiKeyGrant), ("apikey", apiKey));

    public async Task<string> IamTokenAsync(EmulatorServer server)
    {
        var answer = await ExchangeAsync(server.ApiKey);
        Assert.Equal(200, answer.Status);
        return answer.Json.GetProperty("access_token").GetString()!;
    }

    /// <summary>Asks as an identity does: a fresh IAM token and the instance, plus the given headers.</summary>
    public async Task<Answer> AskAsync(EmulatorServer server, string path, params (string Name, string Value)[] headers) =>
        await GetAsync(path, [Bearer(await IamTokenAsync(server)), Instance(server), .. headers]);

    /// <summary>Asks for a token and expects to get one.</summary>
    public async Task<string> TokenAsync(EmulatorServer server, params (string Name, string Value)[] headers)
    {
        var answer = await AskAsync(server, "/api/token", headers);
        Assert.Equal(200, answer.Status);
        return answer.Json.GetProperty("token").GetProperty("key").GetString()!;
    }

    public static (string Name, string Value) Bearer(string credential) => ("Authorization", "Bearer " + credential);

    public static (string Name, string Value) Instance(EmulatorServer server) => ("IBMInstanceID", server.InstanceId);

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer((int)response.StatusCode, MediaType(response.Content.Headers), body, response.Headers);
    }

    public void Dispose() => _http.Dispose();

    private static string? MediaType(HttpContentHeaders headers) => headers.ContentType?.MediaType;
}
