using System.Net;
using System.Net.NetworkInformation;
using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

public sealed class LoopbackOnlyTests : EmulatorTest
{
    [Fact]
    public void It_listens_on_127_0_0_1_and_nowhere_else()
    {
        var listeners = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners();

        Assert.Equal(
            [IPAddress.Loopback],
            listeners.Where(endpoint => endpoint.Port == Server.BaseUrl.Port).Select(endpoint => endpoint.Address));
        Assert.Equal($"http://127.0.0.1:{Server.BaseUrl.Port}/", Server.BaseUrl.AbsoluteUri);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/token")]
    [InlineData("/emulator/requests")]
    public async Task A_host_that_is_not_loopback_is_refused_everywhere(string path)
    {
        foreach (var host in new[] { "rebound.example", "127.0.0.1.rebound.example", "192.0.2.1", "localhost.rebound.example:80" })
        {
            Assert.Equal((host, 403), (host, (await Client.GetAsync(path, ("Host", host))).Status));
        }
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1:1")]
    [InlineData("[::1]:1")]
    public async Task Every_name_of_loopback_is_accepted(string host)
    {
        Assert.Equal(200, (await Client.GetAsync("/", ("Host", host))).Status);
    }

    [Theory]
    [InlineData("/emulator/reset/42")]
    [InlineData("/emulator/fail?status=500")]
    [InlineData("/emulator/settings?iamOnly=true")]
    public async Task A_page_of_another_site_cannot_change_anything(string path)
    {
        var token = Server.TokenOf(Payments);
        foreach (var origin in new[] { "http://rebound.example", "null", "http://127.0.0.1:1", "https://127.0.0.1:" + Server.BaseUrl.Port })
        {
            Assert.Equal((origin, 403), (origin, (await Client.PostAsync(path, ("Origin", origin))).Status));
        }

        Assert.Equal(token, Server.TokenOf(Payments));
        Assert.False(Server.IamOnly);
        Assert.Equal(401, (await Client.GetAsync("/api/token")).Status);
    }

    [Theory]
    [InlineData("cross-site")]
    [InlineData("same-site")]
    public async Task A_page_that_hides_its_origin_is_told_by_what_the_browser_says_of_it(string site)
    {
        var token = Server.TokenOf(Payments);

        Assert.Equal(403, (await Client.PostAsync("/emulator/reset/42", ("Sec-Fetch-Site", site))).Status);
        Assert.Equal(token, Server.TokenOf(Payments));
    }

    [Fact]
    public async Task The_emulators_own_page_can_reset()
    {
        var answer = await Client.PostAsync(
            "/emulator/reset/42", ("Origin", Server.BaseUrl.GetLeftPart(UriPartial.Authority)), ("Sec-Fetch-Site", "same-origin"));

        Assert.Equal(200, answer.Status);
    }
}
