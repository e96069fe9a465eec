using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Tests.Service;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Http;

/// <summary>The proxy that the environment names, as it names it now.</summary>
public class ProxyTests
{
    private const string Host = "service.invalid";
    private static readonly TransportOptions Patient = new() { Deadline = TimeSpan.FromSeconds(60), Attempt = TimeSpan.FromSeconds(60) };

    /// <summary>Whether the caller's thread waits, as in a build.</summary>
    private protected virtual bool IsBlocking => false;

    [Theory]
    [InlineData("HTTPS_PROXY", null, null, true)]
    [InlineData("https_proxy", null, null, true)]
    [InlineData("ALL_PROXY", null, null, true)]
    [InlineData("all_proxy", null, null, true)]
    [InlineData("HTTP_PROXY", null, null, false)]
    [InlineData("HTTPS_PROXY", "NO_PROXY", Host, false)]
    [InlineData("HTTPS_PROXY", "no_proxy", ".invalid", false)]
    [InlineData("HTTPS_PROXY", "NO_PROXY", "other.example, *.invalid", false)]
    [InlineData("HTTPS_PROXY", "NO_PROXY", Host + ":443", false)]
    [InlineData("HTTPS_PROXY", "NO_PROXY", Host + ":8443", true)]
    [InlineData("HTTPS_PROXY", "NO_PROXY", "vice.invalid", true)]
    [InlineData("HTTPS_PROXY", "no_proxy", "*", false)]
    public async Task It_is_used_as_it_is_set(string proxyVariable, string? directVariable, string? direct, bool isUsed)
    {
        await using FaultServer proxy = FaultServer.Answering(407, "text/html", "<html></html>", "Proxy-Authenticate: Negotiate\r\n");
        await using ServiceFixture service = await ServiceFixture.StartAsync(isBlocking: IsBlocking);
        service.Environment[proxyVariable] = proxy.BaseUrl;
        if (directVariable is not null)
        {
            service.Environment[directVariable] = direct!;
        }

        Failure failure = await service.FailAsync("42", endpoint: "https://" + Host, transport: Patient);
        Assert.Equal(isUsed, proxy.Connections > 0);
        Assert.Equal(isUsed ? DiagnosticDescriptors.ProxyRefused : DiagnosticDescriptors.HostUnknown, failure.Descriptor);
        Assert.All(proxy.Requests, request => Assert.StartsWith($"CONNECT {Host}:443 ", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_one_in_the_next_run_of_the_same_process_is_the_one_that_is_used()
    {
        await using FaultServer first = FaultServer.Answering(407, "text/html", string.Empty, "Proxy-Authenticate: Negotiate\r\n");
        await using FaultServer second = FaultServer.Answering(407, "text/html", string.Empty, "Proxy-Authenticate: Negotiate\r\n");
        await using ServiceFixture service = await ServiceFixture.StartAsync(isBlocking: IsBlocking);
        service.Environment["HTTPS_PROXY"] = first.BaseUrl;
        await service.FailAsync("42", endpoint: "https://" + Host, transport: Patient);
        int connections = first.Connections;
        service.Environment["HTTPS_PROXY"] = second.BaseUrl;
        await service.FailAsync("42", endpoint: "https://" + Host, transport: Patient);
        Assert.Equal(connections, first.Connections);
        Assert.NotEqual(0, second.Connections);
    }

    [Theory]
    [InlineData("http://user:canary-password@127.0.0.1:{0}", "connection refused")]
    [InlineData("http://user:canary-password@proxy.invalid:{0}", "its name cannot be resolved")]
    public async Task A_proxy_that_is_not_there_is_told_as_the_proxy_and_without_its_password(string format, string reason)
    {
        using var closed = new ClosedPort();
        await using ServiceFixture service = await ServiceFixture.StartAsync(isBlocking: IsBlocking);
        service.Environment["HTTPS_PROXY"] = string.Format(System.Globalization.CultureInfo.InvariantCulture, format, closed.Number);
        Failure failure = await service.FailAsync("42", endpoint: "https://" + Host, transport: Patient);
        Assert.Equal(DiagnosticDescriptors.ProxyUnreachable, failure.Descriptor);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.Contains($":{closed.Number} for {Host}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("HTTPS_PROXY", failure.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_breaks_off_behind_a_proxy_is_told_with_the_proxy()
    {
        await using FaultServer proxy = FaultServer.Behaving(async (_, stream, stop) =>
            await stream.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), stop));
        await using ServiceFixture service = await ServiceFixture.StartAsync(isBlocking: IsBlocking);
        service.Environment["HTTPS_PROXY"] = proxy.BaseUrl;
        Failure failure = await service.FailAsync("42", endpoint: "https://" + Host, transport: Patient);
        Assert.Contains("(through the proxy 127.0.0.1:", failure.Message, StringComparison.Ordinal);
        Assert.Equal(ExitStatus.Unavailable, failure.Descriptor.Exit);
    }

    [Theory]
    [InlineData("HTTPS_PROXY", "ftp://user:canary-password@proxy.example:1", "HTTPS_PROXY cannot have the value 'ftp://...'")]
    [InlineData("https_proxy", "socks5h://proxy.example:1", "https_proxy cannot have the value 'socks5h://...'")]
    [InlineData("ALL_PROXY", "file:///canary-password", "ALL_PROXY cannot have the value '")]
    [InlineData("HTTPS_PROXY", "http://canary-password@", "HTTPS_PROXY cannot have the value 'what it is'")]
    [InlineData("HTTPS_PROXY", "::canary-password::", "HTTPS_PROXY cannot have the value 'what it is'")]
    public async Task What_is_no_proxy_is_told_and_nothing_is_asked_around_it(string variable, string value, string told)
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync(isBlocking: IsBlocking);
        service.Environment[variable] = value;
        Failure failure = await service.FailAsync("42", endpoint: "https://" + Host, transport: Patient);
        Assert.Equal(DiagnosticDescriptors.SettingInvalid, failure.Descriptor);
        Assert.Contains(told, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTPS_PROXY", "ftp://proxy.example:1", "NO_PROXY", Host)]
    [InlineData("HTTP_PROXY", "ftp://proxy.example:1", "HTTPS_PROXY", "")]
    public async Task What_is_no_proxy_does_not_matter_where_it_is_not_asked(string variable, string value, string other, string otherValue)
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync(isBlocking: IsBlocking);
        service.Environment[variable] = value;
        service.Environment[other] = otherValue;
        Assert.Equal(DiagnosticDescriptors.HostUnknown, (await service.FailAsync("42", endpoint: "https://" + Host, transport: Patient)).Descriptor);
    }
}

/// <summary>The same where the caller's thread waits, as in a build.</summary>
public sealed class ProxyInABuildTests : ProxyTests
{
    private protected override bool IsBlocking => true;
}
