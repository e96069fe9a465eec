using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Service;

public sealed class ConnectionTests
{
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
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
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
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
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
        await using ServiceFixture fixture = await ServiceFixture.StartAsync();
        fixture.Environment["HTTPS_PROXY"] = proxy.BaseUrl;
        fixture.Environment["NO_PROXY"] = "example.invalid";
        Failure failure = await fixture.FailAsync("42", endpoint: "https://secure.example.invalid");
        Assert.Equal(DiagnosticDescriptors.HostUnknown, failure.Descriptor);
        Assert.Empty(proxy.Requests);
    }
}
