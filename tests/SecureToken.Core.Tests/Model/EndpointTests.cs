using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using Xunit;

namespace SecureToken.Core.Tests.Model;

public sealed class EndpointTests
{
    [Theory]
    [InlineData("https://eu-de.security-compliance-secure.cloud.ibm.com")]
    [InlineData("https://eu-de.security-compliance-secure.cloud.ibm.com/")]
    [InlineData("https://eu-de.security-compliance-secure.cloud.ibm.com/api")]
    [InlineData("https://eu-de.security-compliance-secure.cloud.ibm.com/api/")]
    [InlineData("https://eu-de.security-compliance-secure.cloud.ibm.com/api/token")]
    [InlineData("https://eu-de.security-compliance-secure.cloud.ibm.com/api/token//")]
    [InlineData("eu-de.security-compliance-secure.cloud.ibm.com/api")]
    [InlineData(" HTTPS://EU-DE.security-compliance-secure.cloud.ibm.com ")]
    public void Every_documented_spelling_means_the_same_endpoint(string text) =>
        Assert.Equal("https://eu-de.security-compliance-secure.cloud.ibm.com", Endpoint.Parse(text).Value.ToString());

    [Theory]
    [InlineData("https://gateway.example/sysdig/api", "https://gateway.example/sysdig")]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    [InlineData("http://[::1]:8080/", "http://[::1]:8080")]
    public void A_base_path_and_a_port_are_kept(string text, string expected) => Assert.Equal(expected, Endpoint.Parse(text).Value.ToString());

    [Theory]
    [InlineData("http://eu-de.security-compliance-secure.cloud.ibm.com")]
    [InlineData("http://localhost:8080")]
    [InlineData("http://localhost.evil.example")]
    [InlineData("http://127.0.0.1.nip.io")]
    [InlineData("http://[::ffff:8.8.8.8]")]
    [InlineData("http://0.0.0.0")]
    [InlineData("http://10.0.0.1")]
    [InlineData("http://192.168.1.1")]
    [InlineData("http://169.254.169.254")]
    [InlineData("http://2130706433")]
    [InlineData("http://0x7f.1")]
    [InlineData("http://0177.0.0.1")]
    [InlineData("http://127.1")]
    [InlineData("http://[::]")]
    [InlineData("http://[fe80::1]")]
    [InlineData("http://8.8.8.8")]
    [InlineData("http://127.0.0.1x")]
    [InlineData("http://x127.0.0.1")]
    [InlineData("http://[2001:db8::1]")]
    [InlineData("http://example.com#127.0.0.1")]
    [InlineData("http://user@127.0.0.1")]
    [InlineData("http://127.0.0.1@example.com")]
    [InlineData("http://１２７.0.0.1")]
    public void Plain_http_is_for_a_literal_loopback_address_only(string text) => Assert.NotNull(Endpoint.Parse(text).Failure);

    [Theory]
    [InlineData("")]
    [InlineData("eu-de")]
    [InlineData("ftp://eu-de.security-compliance-secure.cloud.ibm.com")]
    [InlineData("https://user:secret@host.example")]
    [InlineData("https://host.example/?a=b")]
    [InlineData("https://host.example/\r\nX-Evil: 1")]
    [InlineData("https://host.example/%0d%0a x")]
    public void What_is_no_endpoint_is_refused_without_a_password_in_the_text(string text)
    {
        Failure failure = Assert.IsType<Failure>(Endpoint.Parse(text).Failure);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\r', failure.ToString());
    }

    [Theory]
    [InlineData("https://ingest.eu-de.security-compliance-secure.cloud.ibm.com:6443")]
    [InlineData("ingest.private.eu-de.security-compliance-secure.cloud.ibm.com")]
    public void An_agents_collector_is_told_from_the_API(string text) => Assert.Equal(DiagnosticDescriptors.EndpointIsIngest, Endpoint.Parse(text).Failure!.Descriptor);

    [Theory]
    [InlineData("us-south")]
    [InlineData("private.us-south", false)]
    [InlineData("eu-fr2")]
    [InlineData("EU-DE", false)]
    [InlineData("eude", false)]
    [InlineData("eu-de.evil.example/", false)]
    public void A_region_is_a_hint_and_no_whitelist(string region, bool accepted = true) => Assert.Equal(accepted, Endpoint.FromRegion(region).Failure is null);
}
