using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Settings;
using SecureToken.Core.Timing;
using SecureToken.Emulator;
using Xunit;

namespace SecureToken.Core.Tests.Service;

/// <summary>An emulator in this process and a core that asks it.</summary>
internal sealed class ServiceFixture : IAsyncDisposable
{
    /// <summary>Pauses that nobody has to wait for.</summary>
    public static readonly Backoff Quick = new(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(5));

    private ServiceFixture(EmulatorServer emulator) => Emulator = emulator;

    public EmulatorServer Emulator { get; }

    /// <summary>Whether it asks as a build task does: on the caller's thread.</summary>
    public bool IsBlocking { get; init; }

    /// <summary>Whether the settings name the emulator as the resource controller.</summary>
    public bool KnowsController { get; set; }

    /// <summary>Another resource controller than the emulator.</summary>
    public string? Controller { get; set; }

    /// <summary>The region that is given beside the instance.</summary>
    public string? Region { get; set; }

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public static async Task<ServiceFixture> StartAsync(Func<EmulatorOptions, EmulatorOptions>? change = null, bool isBlocking = false)
    {
        var options = new EmulatorOptions { Teams = [new EmulatorTeam("Secure Operations", 30785, IsDefault: true), new EmulatorTeam("payments", 42)] };
        var fixture = new ServiceFixture(await EmulatorServer.StartAsync(change?.Invoke(options) ?? options)) { IsBlocking = isBlocking };
        fixture.Environment["SECTOKEN_API_KEY"] = fixture.Emulator.ApiKey;
        return fixture;
    }

    public async Task<Result<FetchedToken>> FetchAsync(string team = "payments", string? endpoint = null, string? iam = null, string? instance = null, TransportOptions? transport = null)
    {
        TokenSettings settings = new(
            Endpoint.Parse(endpoint ?? Emulator.BaseUrl.ToString()).Value,
            Endpoint.Parse(iam ?? Emulator.BaseUrl.ToString()).Value,
            InstanceSelector.Parse(instance ?? Emulator.InstanceId).Value,
            TeamSelector.Parse(team).Value) { ResourceController = KnowsController ? Endpoint.Parse(Controller ?? Emulator.BaseUrl.ToString()).Value : null, Region = Region };
        TransportOptions options = (transport ?? new TransportOptions()) with { Environment = Environment.GetValueOrDefault, Pauses = Quick, IsBlocking = IsBlocking };
        using ServiceClient client = ServiceClient.Open(new CredentialOptions { BaseDirectory = "/" }, options);
        return await client.FetchAsync(settings, CancellationToken.None);
    }

    /// <summary>An IAM token as a person would have got it.</summary>
    public async Task<string> IamTokenAsync()
    {
        using var client = new HttpClient();
        using var form = new FormUrlEncodedContent([new("grant_type", "urn:ibm:params:oauth:grant-type:apikey"), new("apikey", Emulator.ApiKey)]);
        using HttpResponseMessage answer = await client.PostAsync(new Uri(Emulator.BaseUrl, "/identity/token"), form, TestContext.Current.CancellationToken);
        using var json = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Emulator.ClearRequests();
        return json.RootElement.GetProperty("access_token").GetString()!;
    }

    /// <summary>The failure of a fetch, after checking that none of its texts holds a secret.</summary>
    public async Task<Failure> FailAsync(string team = "payments", string? endpoint = null, string? iam = null, string? instance = null, TransportOptions? transport = null)
    {
        Result<FetchedToken> fetched = await FetchAsync(team, endpoint, iam, instance, transport);
        Failure failure = Assert.IsType<Failure>(fetched.Failure);
        string text = failure.ToString();
        Assert.DoesNotContain(Emulator.ApiKey, text, StringComparison.Ordinal);
        Assert.DoesNotContain(Emulator.ComputeResourceToken, text, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", text, StringComparison.Ordinal);
        Assert.All(Emulator.Teams, known => Assert.DoesNotContain(Emulator.TokenOf(known.Id), text, StringComparison.Ordinal));
        return failure;
    }

    public ValueTask DisposeAsync() => Emulator.DisposeAsync();
}
