using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>Exit 12: the service or the way to it.</summary>
public sealed class NetworkTests
{
    private static readonly string[] Inject = ["inject", "--dotenv", ".env"];

    [Fact]
    public async Task A_refused_connection_is_told()
    {
        await using ToolFixture tool = await StartAsync();
        using var closed = new ClosedPort();
        tool.Set("SECTOKEN_IAM_ENDPOINT", closed.BaseUrl);
        ToolRun run = await tool.FailAsync(12, "SECTOK303", Inject);
        Assert.Contains("connection refused", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_in_trouble_is_asked_again_until_the_time_that_was_given_is_over()
    {
        await using ToolFixture tool = await StartAsync();
        tool.Emulator.FailNext(100, 503, "/api/");
        ToolRun run = await tool.FailAsync(12, "SECTOK311", "inject", "--dotenv", ".env", "--team", "101", "--timeout", "3");
        Assert.InRange(tool.Fetches, 2, 9);
        Assert.Matches($"after ({tool.Fetches}|{tool.Fetches - 1}) attempts", run.Error);
    }

    [Fact]
    public async Task Three_seconds_of_trouble_of_IAM_and_then_of_the_service_are_not_seen()
    {
        await using ToolFixture tool = await StartAsync();
        using var client = new HttpClient();
        Dictionary<string, Stopwatch> since = [];
        await using FaultServer way = FaultServer.Behaving(async (request, stream, stop) =>
        {
            // In trouble for three seconds from the first request of each kind on; then the emulator's answer.
            string route = request.Split(' ')[1].StartsWith("/identity", StringComparison.Ordinal) ? "IAM" : "service";
            lock (since)
            {
                since.TryAdd(route, Stopwatch.StartNew());
            }

            byte[] answer = since[route].Elapsed < TimeSpan.FromSeconds(3) ? Unavailable : await RelayAsync(client, tool.Emulator.BaseUrl, request, stop);
            await stream.WriteAsync(answer, stop);
        });
        tool.Set("SECTOKEN_ENDPOINT", way.BaseUrl).Set("SECTOKEN_IAM_ENDPOINT", way.BaseUrl);
        (await tool.RunAsync([.. Inject, "--team", "101"])).Succeeds();
        Assert.InRange(way.Requests.Count(request => request.StartsWith("POST /identity/token ", StringComparison.Ordinal)), 2, 9);
        Assert.InRange(way.Requests.Count(request => request.StartsWith("GET /api/token ", StringComparison.Ordinal)), 2, 9);
    }

    [Theory]
    [InlineData("ftp://user:proxy-password-0123@proxy.example:1", "ftp://...")]
    [InlineData("http://user:proxy-password-0123@", "what it is")]
    public async Task A_proxy_that_is_none_is_told_without_its_password(string proxy, string shown)
    {
        await using ToolFixture tool = await StartAsync();
        tool.Protect("the proxy's password", "proxy-password-0123");
        tool.Set("no_proxy", "localhost").Set("HTTPS_PROXY", proxy).Set("SECTOKEN_ENDPOINT", null).Set("SECTOKEN_REGION", "eu-de").Set("SECTOKEN_IAM_ENDPOINT", null);
        ToolRun run = await tool.FailAsync(10, "SECTOK108", Inject);
        Assert.Contains($"HTTPS_PROXY cannot have the value '{shown}'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trouble_that_passes_is_not_seen()
    {
        await using ToolFixture tool = await StartAsync();
        tool.Emulator.FailNext(1, 503, "/api/token");
        tool.Emulator.FailNext(1, 429, "/api/token", TimeSpan.Zero);
        (await tool.RunAsync(Inject)).Succeeds();
        Assert.Equal(3, tool.Fetches);
    }

    [Fact]
    public async Task A_long_Retry_After_is_told_instead_of_waited_for()
    {
        await using ToolFixture tool = await StartAsync();
        tool.Emulator.FailNext(100, 429, "/api/token", TimeSpan.FromHours(1));
        ToolRun run = await tool.FailAsync(12, "SECTOK310", Inject);
        Assert.Contains("3600 s", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, tool.Fetches);
    }

    [Theory]
    [InlineData(200, "text/html", "<html>Sign in</html>", "SECTOK312")]
    [InlineData(404, "text/html", "<html>Not here</html>", "SECTOK312")]
    [InlineData(302, "text/html", "", "SECTOK309")]
    [InlineData(200, "application/json", "{\"token\":", "SECTOK314")]
    [InlineData(200, "application/json", "{\"token\":{}}", "SECTOK405")]
    public async Task Something_that_is_not_the_API_is_told(int status, string type, string body, string code)
    {
        await using ToolFixture tool = await StartAsync();
        await using FaultServer server = FaultServer.Answering(status, type, body, "Location: http://127.0.0.1:9/\r\n");
        tool.Set("SECTOKEN_ENDPOINT", server.BaseUrl);
        await tool.FailAsync(12, code, "inject", "--dotenv", ".env", "--team", "101");
    }

    [Fact]
    public async Task A_silent_server_ends_with_the_time_that_was_given()
    {
        await using ToolFixture tool = await StartAsync();
        await using FaultServer server = FaultServer.Behaving((_, _, stop) => Task.Delay(Timeout.Infinite, stop));
        tool.Set("SECTOKEN_IAM_ENDPOINT", server.BaseUrl);
        ToolRun run = await tool.FailAsync(12, "SECTOK304", [.. Inject, "--timeout", "1"]);
        Assert.Contains("within 1 s", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_gets_no_credential()
    {
        await using ToolFixture tool = await StartAsync();
        using X509Certificate2 certificate = Certificates.SelfSigned();
        await using FaultServer server = FaultServer.WithCertificate(certificate);
        tool.Set("SECTOKEN_IAM_ENDPOINT", server.BaseUrl);
        ToolRun run = await tool.FailAsync(12, "SECTOK306", Inject);
        Assert.Contains("CN=emulated 127.0.0.1", run.Error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_file_with_its_authority_makes_a_certificate_trusted()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync(options => options with { Tls = true });
        await tool.FailAsync(12, "SECTOK306", Inject);
        tool.Set("SECTOKEN_CA_BUNDLE", tool.Write("authority.pem", tool.Emulator.AuthorityPem!));
        (await tool.RunAsync(Inject)).Succeeds();
        Assert.Contains(tool.Token, await File.ReadAllTextAsync(tool.At(".env"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_wants_authentication_is_told_without_its_password()
    {
        await using ToolFixture tool = await StartAsync();
        await using FaultServer proxy = FaultServer.Answering(407, "text/html", "<html></html>", "Proxy-Authenticate: Negotiate\r\n");
        tool.Protect("the proxy's password", "proxy-password-0123");
        tool.Set("no_proxy", "localhost").Set("https_proxy", proxy.BaseUrl.Replace("//", "//user:proxy-password-0123@", StringComparison.Ordinal))
            .Set("SECTOKEN_ENDPOINT", null).Set("SECTOKEN_REGION", "eu-de").Set("SECTOKEN_IAM_ENDPOINT", null);
        ToolRun run = await tool.FailAsync(12, "SECTOK305", Inject);
        Assert.Contains("HTTP 407", run.Error, StringComparison.Ordinal);
        Assert.All(proxy.Requests, request => Assert.StartsWith("CONNECT iam.cloud.ibm.com:443 ", request, StringComparison.Ordinal));
    }

    private static byte[] Unavailable => "HTTP/1.1 503 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray();

    /// <summary>The answer of another server to the same request.</summary>
    private static async Task<byte[]> RelayAsync(HttpClient client, Uri server, string request, CancellationToken stop)
    {
        string[] parts = request.Split("\r\n\r\n", 2);
        string[] lines = parts[0].Split("\r\n");
        using var copy = new HttpRequestMessage(new HttpMethod(lines[0].Split(' ')[0]), new Uri(server, lines[0].Split(' ')[1]));
        copy.Content = parts[1].Length > 0 ? new StringContent(parts[1], Encoding.Latin1, "application/x-www-form-urlencoded") : null;
        foreach (string[] header in lines[1..].Select(line => line.Split(": ", 2)).Where(header => header[0] is not ("Host" or "Content-Type" or "Content-Length")))
        {
            copy.Headers.TryAddWithoutValidation(header[0], header[1]);
        }

        using HttpResponseMessage answer = await client.SendAsync(copy, stop);
        byte[] body = await answer.Content.ReadAsByteArrayAsync(stop);
        return [.. Encoding.ASCII.GetBytes($"HTTP/1.1 {(int)answer.StatusCode} X\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"), .. body];
    }

    private static async Task<ToolFixture> StartAsync()
    {
        ToolFixture tool = await ToolFixture.StartAsync();
        tool.Write(".env", $"# mine\n{ToolFixture.DefaultName}=old-value\n");
        return tool;
    }
}
