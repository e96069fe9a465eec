using System.Security.Cryptography.X509Certificates;
using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

/// <summary>https, with a certificate of an authority that no machine knows.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_client_that_trusts_the_authority_is_served_and_another_one_refuses()
    {
        await using var server = await EmulatorServer.StartAsync(new EmulatorOptions { Tls = true }, TestContext.Current.CancellationToken);

        Assert.Equal("https", server.BaseUrl.Scheme);
        Assert.Equal("127.0.0.1", server.BaseUrl.Host);
        Assert.Contains("\"teams\"", await GetAsync(server, server.AuthorityPem!), StringComparison.Ordinal);
        await using var other = await EmulatorServer.StartAsync(new EmulatorOptions { Tls = true }, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(server, other.AuthorityPem!));
    }

    [Fact]
    public async Task The_program_writes_the_certificate_to_trust_and_the_token_of_the_compute_resource()
    {
        await using var emulator = await EmulatorProcess.StartAsync(_directory.Root, "--ca-file", "ca.pem", "--compute-token", "compute");

        Assert.Equal("https", emulator.BaseUrl.Scheme);
        Assert.Equal(_directory["ca.pem"], emulator.Announced["SECTOKEN_CA_BUNDLE"]);
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(_directory["ca.pem"]);
        Assert.Equal("CN=SecureToken emulator authority", certificate.Subject);
        Assert.Equal(3, File.ReadAllText(_directory["compute"]).Split('.').Length);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory["compute"]));
        }
    }

    private static async Task<string> GetAsync(EmulatorServer server, string authorityPem)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(authorityPem);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = { CertificateChainPolicy = policy } });
        using var form = new FormUrlEncodedContent([new("grant_type", Client.ApiKeyGrant), new("apikey", server.ApiKey)]);
        using var minted = await client.PostAsync(new Uri(server.BaseUrl, "/identity/token"), form, TestContext.Current.CancellationToken);
        var iamToken = System.Text.Json.JsonElement.Parse(await minted.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("access_token").GetString();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.BaseUrl, "/api/teams"));
        request.Headers.Authorization = new("Bearer", iamToken);
        request.Headers.Add("IBMInstanceID", server.InstanceId);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
