using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Settings;
using Xunit;

namespace SecureToken.Core.Tests.Settings;

/// <summary>Which hosts the user trusts, and what is said of one that is not among them.</summary>
public sealed class HostTrustTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" , ; ")]
    [InlineData("b.example, a.example", "a.example", "b.example")]
    [InlineData(";c.example;;a.example b.example:8443\t,", "a.example", "b.example:8443", "c.example")]
    [InlineData("B.example a.example A.EXAMPLE", "a.example", "B.example")]
    public void The_hosts_of_the_variable_are_separated_trimmed_and_ordered(string? variable, params string[] hosts) =>
        Assert.Equal(hosts, Trust(variable).Hosts);

    [Fact]
    public void The_hosts_of_the_option_and_of_the_variable_stand_together() =>
        Assert.Equal(["a.example", "b.example", "c.example"], new HostTrust(["c.example", "a.example"], _ => "b.example,a.example").Hosts);

    [Fact]
    public void Only_the_one_variable_is_read()
    {
        List<string> read = [];
        _ = new HostTrust([], name => { read.Add(name); return null; });
        Assert.Equal(["SECTOKEN_TRUST_HOST"], read);
    }

    [Theory]
    [InlineData("https://gateway.example", "gateway.example", true)]
    [InlineData("https://gateway.example", "GATEWAY.Example", true)]
    [InlineData("https://gateway.example:8443/secure", "gateway.example", true)]
    [InlineData("https://gateway.example:8443/secure", "gateway.example:8443", true)]
    [InlineData("https://gateway.example:8443", "gateway.example:443", false)]
    [InlineData("https://gateway.example:8443", "gateway.example:844", false)]
    [InlineData("https://gateway.example", "gateway.example:443", true)]
    [InlineData("https://gateway.example", "gateway.example:80", false)]
    [InlineData("https://gateway.example", "example", false)]
    [InlineData("https://gateway.example", "https://gateway.example", false)]
    [InlineData("https://gateway.example", "gateway.example.evil.example", false)]
    [InlineData("https://gateway.example", null, false)]
    [InlineData("http://127.0.0.1", "127.0.0.1:80", true)]
    [InlineData("http://127.0.0.1", "127.0.0.1:443", false)]
    [InlineData("https://127.0.0.1", "127.0.0.1:443", true)]
    [InlineData("http://[::1]:8080", "[::1]:8080", true)]
    [InlineData("http://[::1]:8080", "[::1]", true)]
    [InlineData("http://[::1]:8080", "::1", false)]
    public void A_host_is_named_alone_or_with_its_port(string endpoint, string? variable, bool isNamed)
    {
        Assert.Equal(isNamed, Trust(variable).Names(Endpoint.Parse(endpoint).Value));
        Assert.Equal(isNamed, Trust(variable).Check(Endpoint.Parse(endpoint).Value, Committed).Failure is null);
    }

    /// <summary>Each of the three reasons is enough by itself.</summary>
    [Theory]
    [InlineData("https://gateway.example", "the user", null, true)]
    [InlineData("https://gateway.example", "nobody", null, true)]
    [InlineData("https://eu-de.security-compliance-secure.cloud.ibm.com", "the user", null, true)]
    [InlineData("https://eu-de.security-compliance-secure.cloud.ibm.com", "a committed file", null, true)]
    [InlineData("https://gateway.example", "a committed file", "gateway.example", true)]
    [InlineData("https://gateway.example", "a committed file", "other.example", false)]
    [InlineData("https://cloud.ibm.com", "a committed file", null, false)]
    public void A_foreign_host_of_a_committed_file_needs_the_users_word(string address, string origin, string? variable, bool isTrusted)
    {
        SettingSource? source = origin switch { "the user" => new("--endpoint"), "nobody" => null, _ => Committed };
        Endpoint endpoint = Endpoint.Parse(address).Value;
        Result<Endpoint> checkedOne = Trust(variable).Check(endpoint, source);
        Assert.Equal(isTrusted, checkedOne.Succeeded(out Endpoint? same, out Failure? failure));
        Assert.Equal(isTrusted ? endpoint : null, same);
        Assert.Equal(isTrusted ? null : DiagnosticDescriptors.HostNotTrusted, failure?.Descriptor);
    }

    /// <summary>On this machine a port belongs to the host, also one that the address leaves out: the next may be anybody's.</summary>
    [Theory]
    [InlineData("https://gateway.example", "gateway.example")]
    [InlineData("https://gateway.example:8443", "gateway.example")]
    [InlineData("http://127.0.0.1:8080", "127.0.0.1:8080")]
    [InlineData("http://127.0.0.1", "127.0.0.1:80")]
    [InlineData("https://[::1]", "[::1]:443")]
    public void A_refusal_says_what_to_trust_and_that_is_enough(string address, string advice)
    {
        Endpoint endpoint = Endpoint.Parse(address).Value;
        Failure failure = Trust(null).Check(endpoint, Committed).Failure!;
        Assert.Equal($"{address} comes from sectoken.json and is not an IBM Cloud host, so no credential is sent to it.", failure.Message);
        Assert.StartsWith(
            $"If you trust the host, set SECTOKEN_TRUST_HOST={advice} or use --trust-host {advice}. ", failure.NextStep, StringComparison.Ordinal);
        Assert.Null(Trust(advice).Check(endpoint, Committed).Failure);
    }

    [Fact]
    public void Nothing_is_no_argument()
    {
        Assert.Throws<ArgumentNullException>("environment", () => new HostTrust([], null!));
        Assert.Throws<ArgumentNullException>("endpoint", () => Trust(null).Names(null!));
        Assert.Throws<ArgumentNullException>("endpoint", () => Trust(null).Check(null!, null));
    }

    private static SettingSource Committed => new("sectoken.json", IsCommitted: true);

    private static HostTrust Trust(string? variable) => new([], name => name == "SECTOKEN_TRUST_HOST" ? variable : null);
}
