using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Tests.Service;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Http;

/// <summary>What a file of authorities and of revoked certificates says, and what is said of a file that cannot be used.</summary>
public sealed class TrustedCertificateTests : IDisposable
{
    private const int MaximumLength = 4 * 1024 * 1024;
    private const string Unreadable = "it holds no certificate in PEM or DER form, or one or a revocation list that cannot be read";

    private static readonly X509Certificate2 Root = Certificates.Authority("root");
    private static readonly X509Certificate2 Between = Certificates.Authority("between", Root);
    private static readonly X509Certificate2 Own = Certificates.Issued(Between);
    private readonly TemporaryDirectory _directory = new();

    /// <summary>The parts of a list of revoked certificates, in their order, and whether it names the server's; null when it is none.</summary>
    public static TheoryData<string, bool?> Lists => new()
    {
        { "version algorithm issuer utc utc own extensions", true },
        { "version algorithm issuer utc general own", true },
        { "version algorithm issuer general utc own", true },
        { "version algorithm issuer utc own", true },
        { "version algorithm issuer general own extensions", true },
        { "algorithm issuer utc own", true },
        { "algorithm issuer utc utc own", true },
        { "version algorithm issuer utc utc other", false },
        { "version algorithm issuer utc utc empty", false },
        { "version algorithm issuer utc utc extensions", false },
        { "version algorithm issuer utc utc", false },
        { "version algorithm issuer utc extensions", false },
        { "version algorithm issuer utc", false },
        { "version algorithm stranger utc utc own", false },
        { "version algorithm issuer own", null },
        { "version algorithm issuer version own", null },
        { "version algorithm issuer extensions", null },
        { "version algorithm issuer", null },
        { "version algorithm", null },
        { "version", null },
        { "issuer", null },
        { "version algorithm issuer utc broken", null },
    };

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("nowhere", "there is no such file")]
    [InlineData("nowhere/ca.pem", "there is no such file")]
    [InlineData("", "it cannot be opened or read")]
    [InlineData("with\0zero", "it cannot be opened or read")]
    public void A_file_that_cannot_be_read_is_told_from_one_that_is_not_there(string name, string why) => Refused(_directory[name], why);

    [Fact]
    public void A_file_is_refused_from_the_first_byte_that_is_too_many()
    {
        string pem = Root.ExportCertificatePem();
        string just = _directory.Write("just.pem", pem + new string('\n', MaximumLength - pem.Length));
        Assert.Equal(Root.Thumbprint, Assert.Single(CaBundle.Load(just, isAlone: true).Value.CreatePolicy().CustomTrustStore).Thumbprint);
        Refused(
            _directory.Write("more.pem", pem + new string('\n', MaximumLength - pem.Length + 1)), "it is too large to be a list of certificates");
    }

    [Fact]
    public void A_file_that_a_program_has_open_can_be_read()
    {
        string path = _directory.Write("ca.pem", Root.ExportCertificatePem());
        using var held = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        Assert.Null(CaBundle.Load(path).Failure);
    }

    [Fact]
    public void What_vouches_for_itself_is_a_root_and_what_has_an_issuer_helps_to_find_one()
    {
        X509ChainPolicy policy = Load(isAlone: true, Between.ExportCertificatePem(), Root.ExportCertificatePem()).CreatePolicy();
        Assert.Equal(Root.Thumbprint, Assert.Single(policy.CustomTrustStore).Thumbprint);
        Assert.Equal(Between.Thumbprint, Assert.Single(policy.ExtraStore).Thumbprint);
        Assert.Equal(X509RevocationMode.NoCheck, policy.RevocationMode);
    }

    /// <summary>The file of an intermediate authority is no reason to trust it: its root must be trusted.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_intermediate_authority_that_the_server_does_not_send_is_taken_from_the_file(bool hasRoot)
    {
        await using FaultServer server = FaultServer.WithCertificate(Own);
        await using ServiceFixture service = await ServiceFixture.StartAsync();
        CaBundle trust = Load(isAlone: false, Between.ExportCertificatePem(), hasRoot ? Root.ExportCertificatePem() : string.Empty);
        Failure failure = await service.FailAsync("42", endpoint: server.BaseUrl, transport: new TransportOptions { Trust = trust });
        Assert.Equal(hasRoot, failure.Descriptor != DiagnosticDescriptors.CertificateNotTrusted);
        Assert.Equal(hasRoot, server.Requests.Count > 0);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("nobody", null)]
    [InlineData("nobody, nobody", null)]
    [InlineData("own", "own")]
    [InlineData("nobody, own", "own")]
    [InlineData("own, nobody", "own")]
    [InlineData("nobody, between", "between")]
    [InlineData("between, own", "own")]
    public void A_certificate_is_revoked_when_any_list_of_the_file_names_it(string lists, string? revoked)
    {
        string[] texts =
        [
            .. lists.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(list => list switch
            {
                "own" => Certificates.RevocationList(Between, Own),
                "between" => Certificates.RevocationList(Root, Between),
                _ => Certificates.RevocationList(Root),
            })
        ];
        CaBundle trust = Load(isAlone: true, [Root.ExportCertificatePem(), Between.ExportCertificatePem(), .. texts]);
        using var chain = new X509Chain { ChainPolicy = trust.CreatePolicy() };
        Assert.True(chain.Build(Own));
        Assert.Equal(revoked switch { "own" => Own.Thumbprint, null => null, _ => Between.Thumbprint }, trust.RevokedOf(chain)?.Thumbprint);
        Assert.Null(trust.RevokedOf(null));
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_revocation_list_names_serial_numbers_of_its_issuer_and_may_leave_parts_out(string parts, bool? isNamed)
    {
        string pem = List(parts.Split(' '));
        if (isNamed is null)
        {
            Refused(_directory.Write("ca.pem", Root.ExportCertificatePem() + "\n" + pem), Unreadable);
            return;
        }

        Assert.Equal(isNamed, Assert.Single(RevocationList.Find(pem)).Names(Own));
        Assert.Null(CaBundle.Load(_directory.Write("ca.pem", Root.ExportCertificatePem() + "\n" + pem)).Failure);
    }

    [Fact]
    public void A_revoked_certificate_is_described_whole()
    {
        var expected = new RefusedCertificate(
            "CN=emulated 127.0.0.1", "CN=between", Own.NotBefore.ToUniversalTime(), Own.NotAfter.ToUniversalTime(), IsForHost: true) { IsRevoked = true };
        Assert.Equal(expected, RefusedCertificate.Revoked(Own));
    }

    [Fact]
    public void Nothing_is_no_environment() =>
        Assert.Throws<ArgumentNullException>("environment", () => CaBundle.Find("ca.pem", null!, _directory.Path));

    private static void Refused(string path, string why)
    {
        Failure failure = CaBundle.Load(path).Failure!;
        Assert.Equal(DiagnosticDescriptors.CaBundleUnusable, failure.Descriptor);
        Assert.Equal(DiagnosticDescriptors.CaBundleUnusable.Message(path, why), failure.Message);
    }

    private CaBundle Load(bool isAlone, params string[] texts) =>
        CaBundle.Load(_directory.Write("trust.pem", string.Join('\n', texts)), isAlone).Value;

    /// <summary>Signed by nobody, which does not matter.</summary>
    private static string List(string[] parts)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                foreach (string part in parts)
                {
                    Write(writer, part);
                }
            }
        }

        return PemEncoding.WriteString("X509 CRL", writer.Encode());
    }

    private static void Write(AsnWriter writer, string part)
    {
        var time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        switch (part)
        {
            case "version":
                writer.WriteInteger(1);
                break;
            case "algorithm" or "empty":
                using (writer.PushSequence())
                {
                }

                break;
            case "issuer" or "stranger":
                writer.WriteEncodedValue((part == "issuer" ? Between : Root).SubjectName.RawData);
                break;
            case "utc":
                writer.WriteUtcTime(time);
                break;
            case "general":
                writer.WriteGeneralizedTime(time);
                break;
            case "extensions":
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                }

                break;
            default:
                using (writer.PushSequence())
                using (writer.PushSequence())
                {
                    if (part != "broken")
                    {
                        writer.WriteIntegerUnsigned((part == "own" ? Own : Between).SerialNumberBytes.Span);
                    }

                    writer.WriteUtcTime(time);
                }

                break;
        }
    }
}
