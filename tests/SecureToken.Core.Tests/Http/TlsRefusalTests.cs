using System.Security.Cryptography.X509Certificates;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Tests.Service;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Http;

/// <summary>Every server that must not be believed is refused with its code, before a byte of a request is sent.</summary>
public class TlsRefusalTests : IDisposable
{
    private static readonly X509Certificate2 Root = Certificates.Authority("root");
    private readonly TemporaryDirectory _directory = new();

    /// <summary>The server's certificate, those that it sends with it, and the code of the refusal; null where it is accepted.</summary>
    public static TheoryData<string, string?> Servers => new()
    {
        { "of an authority that is trusted", null },
        { "of an intermediate authority that is sent", null },
        { "of an authority that is unknown", "SECTOK306" },
        { "that vouches for itself", "SECTOK306" },
        { "of an intermediate authority that is not sent", "SECTOK306" },
        { "that is for clients", "SECTOK306" },
        { "for another name", "SECTOK307" },
        { "for another address", "SECTOK307" },
        { "that has expired", "SECTOK308" },
        { "of an intermediate authority that has expired", "SECTOK308" },
        { "that is not yet valid", "SECTOK317" },
        { "of an intermediate authority that is not yet valid", "SECTOK317" },
    };

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether the caller's thread waits, as in a build.</summary>
    private protected virtual bool IsBlocking => false;

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_server_with_a_certificate_is_refused_with_its_code(string certificate, string? code)
    {
        (X509Certificate2 own, X509Certificate2[] sent) = Make(certificate);
        await using FaultServer server = FaultServer.WithCertificate(own, sent);
        await using ServiceFixture service = await ServiceFixture.StartAsync(isBlocking: IsBlocking);
        Failure failure = await service.FailAsync("42", endpoint: server.BaseUrl, transport: Trusting());

        // One that is accepted gets the request, and its answer is none of the service.
        Assert.Equal(code is null, server.Requests.Count > 0);
        Assert.Equal(code is null, failure.Code is not ("SECTOK306" or "SECTOK307" or "SECTOK308" or "SECTOK315" or "SECTOK317"));
        Assert.Equal(code ?? failure.Code, failure.Code);
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("1.1")]
    public async Task A_server_that_speaks_only_an_old_version_is_refused_because_of_that(string version)
    {
        await using var server = new OldTlsServer(Version.Parse(version));
        await using ServiceFixture service = await ServiceFixture.StartAsync(isBlocking: IsBlocking);
        Failure failure = await service.FailAsync("42", endpoint: server.BaseUrl, transport: Trusting());
        Assert.Equal(DiagnosticDescriptors.TlsFailed, failure.Descriptor);
        await Wait.UntilAsync("the alert", () => server.Alerts.Count > 0);
        Assert.All(server.Alerts, alert => Assert.Contains(alert, OldTlsServer.RefusalsOfVersion));
        Assert.Equal([new Version(1, 2), new Version(1, 3)], server.Offered);
    }

    /// <summary>The control: a version that is spoken is not refused because of itself.</summary>
    [Fact]
    public async Task A_server_that_speaks_a_version_of_today_is_not_refused_because_of_that()
    {
        await using var server = new OldTlsServer(new Version(1, 2));
        await using ServiceFixture service = await ServiceFixture.StartAsync(isBlocking: IsBlocking);
        await service.FailAsync("42", endpoint: server.BaseUrl, transport: Trusting() with { Attempt = TimeSpan.FromSeconds(1), Deadline = TimeSpan.FromSeconds(1) });
        Assert.Empty(server.Alerts.Intersect(OldTlsServer.RefusalsOfVersion));
    }

    [Theory]
    [InlineData("the intermediate authority", true)]
    [InlineData("the server", true)]
    [InlineData("another server", false)]
    [InlineData("nobody", false)]
    public async Task A_server_whose_certificate_or_authority_was_revoked_is_refused_with_its_code(string whose, bool isRefused)
    {
        X509Certificate2 between = Certificates.Authority("between", Root);
        X509Certificate2 own = Certificates.Issued(between);
        string list = whose switch
        {
            "the intermediate authority" => Certificates.RevocationList(Root, between),
            "the server" => Certificates.RevocationList(between, own),
            "another server" => Certificates.RevocationList(between, Certificates.Issued(between)),
            _ => Certificates.RevocationList(between),
        };
        await using FaultServer server = FaultServer.WithCertificate(own, between);
        await using ServiceFixture service = await ServiceFixture.StartAsync(isBlocking: IsBlocking);
        CaBundle trust = CaBundle.Load(_directory.Write("trust.pem", Root.ExportCertificatePem() + "\n" + list)).Value;
        Failure failure = await service.FailAsync("42", endpoint: server.BaseUrl, transport: new TransportOptions { Trust = trust });
        Assert.Equal(isRefused, failure.Code == "SECTOK320");
        Assert.Equal(isRefused, server.Requests.Count == 0);
        if (isRefused)
        {
            Assert.Contains(whose == "the server" ? "subject CN=emulated 127.0.0.1, issuer CN=between" : "subject CN=between, issuer CN=root", failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("AAAA")]
    [InlineData("MAA=")]
    [InlineData("MAYwBDACMAA=")]
    public void A_revocation_list_that_cannot_be_read_is_not_ignored(string content)
    {
        string pem = $"{Root.ExportCertificatePem()}\n-----BEGIN X509 CRL-----\n{content}\n-----END X509 CRL-----\n";
        Failure failure = CaBundle.Load(_directory.Write("broken.pem", pem)).Failure!;
        Assert.Equal(DiagnosticDescriptors.CaBundleUnusable, failure.Descriptor);
        Assert.Contains("revocation list", failure.Message, StringComparison.Ordinal);
    }

    private static (X509Certificate2 Own, X509Certificate2[] Sent) Make(string certificate)
    {
        X509Certificate2 Between(int fromDays = -1, int toDays = 1) => Certificates.Authority("between", Root, fromDays, toDays);
        X509Certificate2 between;
        switch (certificate)
        {
            case "of an authority that is trusted":
                return (Certificates.Issued(Root), []);
            case "of an intermediate authority that is sent":
                between = Between();
                return (Certificates.Issued(between), [between]);
            case "of an authority that is unknown":
                return (Certificates.Issued(Certificates.Authority("another root")), []);
            case "that vouches for itself":
                return (Certificates.SelfSigned(), []);
            case "of an intermediate authority that is not sent":
                return (Certificates.Issued(Between()), []);
            case "that is for clients":
                return (Certificates.Issued(Root, isForClients: true), []);
            case "for another name":
                return (Certificates.Issued(Root, "other.example"), []);
            case "for another address":
                return (Certificates.Issued(Root, "127.0.0.2"), []);
            case "that has expired":
                return (Certificates.Issued(Root, fromDays: -9, toDays: -2), []);
            case "of an intermediate authority that has expired":
                between = Between(-9, -2);
                return (Certificates.Issued(between), [between]);
            case "that is not yet valid":
                return (Certificates.Issued(Root, fromDays: 2, toDays: 9), []);
            default:
                between = Between(2, 9);
                return (Certificates.Issued(between), [between]);
        }
    }

    private TransportOptions Trusting() => new() { Trust = CaBundle.Load(_directory.Write("root.pem", Root.ExportCertificatePem())).Value };
}

/// <summary>The same where the caller's thread waits, as in a build.</summary>
public sealed class TlsRefusalInABuildTests : TlsRefusalTests
{
    private protected override bool IsBlocking => true;
}
