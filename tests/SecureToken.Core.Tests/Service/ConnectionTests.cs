using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Service;

public class ConnectionTests
{
    /// <summary>Whether the caller's thread waits, as in a build.</summary>
    private protected virtual bool IsBlocking => false;

    [Fact]
    public async Task The_connection_to_the_service_is_there_before_IAM_answers_and_each_server_gets_no_other_than_the_one_that_is_used()
    {
        await using FaultServer service = FaultServer.Answering(403, "application/json", "{\"errors\":[{\"reason\":\"refused\",\"message\":\"by the test\"}]}");
        await using FaultServer iam = FaultServer.Behaving(async (_, stream, stop) =>
        {
            // Answers only once the service was connected to: without that, the run ends at its deadline.
            await service.Connected.WaitAsync(stop);
            const string Body = "{\"access_token\":\"header.payload.signature\",\"expires_in\":3600}";
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body}"), stop);
        });
        await using ServiceFixture fixture = await ServiceFixture.StartAsync(isBlocking: IsBlocking);
        Failure failure = await fixture.FailAsync("42", endpoint: service.BaseUrl, iam: iam.BaseUrl, transport: new TransportOptions { Deadline = TimeSpan.FromSeconds(30) });
        Assert.Equal(DiagnosticDescriptors.ServiceRefused, failure.Descriptor);
        Assert.Contains("GET /api/token ", service.Requests[0], StringComparison.Ordinal);
        Assert.Equal(service.Requests.Count, service.Connections);
        Assert.Equal(iam.Requests.Count, iam.Connections);
    }

    [Theory]
    [InlineData("HTTPS_PROXY", null)]
    [InlineData("https_proxy", null)]
    [InlineData("ALL_PROXY", null)]
    [InlineData("HTTPS_PROXY", "other.example,.cloud.ibm.com")]
    public async Task A_proxy_of_the_environment_is_used_as_set_and_its_refusal_is_told_without_its_password(string variable, string? direct)
    {
        await using FaultServer proxy = FaultServer.Answering(407, "text/plain", "who are you");
        await using ServiceFixture fixture = await ServiceFixture.StartAsync(isBlocking: IsBlocking);
        fixture.Environment[variable] = proxy.BaseUrl.Replace("http://", "http://user:proxy-password@", StringComparison.Ordinal);
        if (direct is not null)
        {
            fixture.Environment["NO_PROXY"] = direct;
        }

        Failure failure = await fixture.FailAsync("42", endpoint: "https://eu-de.security-compliance-secure.example");
        Assert.Equal(DiagnosticDescriptors.ProxyRefused, failure.Descriptor);
        Assert.DoesNotContain("proxy-password", failure.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("CONNECT eu-de.security-compliance-secure.example:443", proxy.Requests[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_in_NO_PROXY_is_asked_directly()
    {
        await using FaultServer proxy = FaultServer.Answering(407, "text/plain", "who are you");
        await using ServiceFixture fixture = await ServiceFixture.StartAsync(isBlocking: IsBlocking);
        fixture.Environment["HTTPS_PROXY"] = proxy.BaseUrl;
        fixture.Environment["NO_PROXY"] = "example.invalid";
        Failure failure = await fixture.FailAsync("42", endpoint: "https://secure.example.invalid");
        Assert.Equal(DiagnosticDescriptors.HostUnknown, failure.Descriptor);
        Assert.Empty(proxy.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_port_that_takes_no_connection_is_given_up_at_the_limit(bool isAhead)
    {
        using var deaf = new DeafPort();
        using Transport transport = Impatient(TimeSpan.FromMinutes(10));
        if (isAhead)
        {
            transport.OpenAhead(Address("http", deaf.Number));
        }

        var request = new ApiRequest(HttpMethod.Get, Address("http", deaf.Number)) { Resend = Resend.Never };
        Failure failure = (await transport.SendAsync(request, TestContext.Current.CancellationToken)).Failure!;
        Assert.Equal(DiagnosticDescriptors.TimedOut, failure.Descriptor);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_never_ends_its_handshake_is_given_up_at_the_limit(bool isAhead)
    {
        await using FaultServer silent = FaultServer.Behaving((_, _, stop) => Task.Delay(Timeout.Infinite, stop));
        Uri address = Address("https", new Uri(silent.BaseUrl).Port);
        using Transport transport = Impatient(TimeSpan.FromMinutes(10));
        if (isAhead)
        {
            transport.OpenAhead(address);
        }

        var request = new ApiRequest(HttpMethod.Get, address) { Resend = Resend.Never };
        Failure failure = (await transport.SendAsync(request, TestContext.Current.CancellationToken)).Failure!;
        Assert.Equal(DiagnosticDescriptors.TimedOut, failure.Descriptor);
    }

    [Theory]
    [InlineData("http", true)]
    [InlineData("http", false)]
    [InlineData("https", true)]
    [InlineData("https", false)]
    public async Task Who_cancels_while_a_connection_is_opened_is_told_so_at_once(string scheme, bool isAhead)
    {
        using var deaf = new DeafPort();
        await using FaultServer silent = FaultServer.Behaving((_, _, stop) => Task.Delay(Timeout.Infinite, stop));
        Uri address = Address(scheme, scheme == "http" ? deaf.Number : new Uri(silent.BaseUrl).Port);
        using Transport transport = Patient();
        using var cancellation = new CancellationTokenSource();
        if (isAhead)
        {
            transport.OpenAhead(address);
        }

        // A build asks on a thread of its own.
        Task<Result<ApiResponse>> sent = Task.Run(
            () => transport.SendAsync(new ApiRequest(HttpMethod.Get, address), cancellation.Token), TestContext.Current.CancellationToken);
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.False(sent.IsCompleted);
        await cancellation.CancelAsync();
        Assert.Equal(DiagnosticDescriptors.Cancelled, (await sent).Failure?.Descriptor);
    }

    [Fact]
    public async Task A_connection_that_was_opened_ahead_and_is_never_used_ends_with_the_run()
    {
        await using FaultServer server = FaultServer.Answering(200, "application/json", "{}");
        using (Transport transport = Patient())
        {
            transport.OpenAhead(new Uri(server.BaseUrl));
            await server.Connected.WaitAsync(TestContext.Current.CancellationToken);
        }

        await Wait.UntilAsync("the end of the connection", () => server.Ended == 1);
        Assert.Empty(server.Requests);
    }

    private static Uri Address(string scheme, int port) => new($"{scheme}://127.0.0.1:{port}/");

    private Transport Impatient(TimeSpan attempt) => new(new TransportOptions
    {
        Connect = TimeSpan.FromMilliseconds(300), Attempt = attempt, Deadline = TimeSpan.FromMinutes(10), IsBlocking = IsBlocking, Environment = _ => null,
    });

    private Transport Patient() => new(new TransportOptions
    {
        Connect = TimeSpan.FromMinutes(10), Attempt = TimeSpan.FromMinutes(10), Deadline = TimeSpan.FromMinutes(10), IsBlocking = IsBlocking, Environment = _ => null,
    });
}

/// <summary>The same where the caller's thread waits, as in a build.</summary>
public sealed class ConnectionInABuildTests : ConnectionTests
{
    private protected override bool IsBlocking => true;
}
