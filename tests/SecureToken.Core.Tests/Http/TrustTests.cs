using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;
using SecureToken.Core.Tests.Service;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Http;

/// <summary>Which servers are trusted: those of the system's authorities, and of the file that the user names.</summary>
public partial class TrustTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether the caller's thread waits, as in a build.</summary>
    private protected virtual bool IsBlocking => false;

    [Fact]
    public async Task A_private_authority_is_trusted_when_the_user_names_its_certificate()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync(options => options with { Tls = true }, IsBlocking);
        Failure refused = await service.FailAsync("42");
        Assert.Equal(DiagnosticDescriptors.CertificateNotTrusted, refused.Descriptor);
        Assert.Contains("subject CN=127.0.0.1, issuer CN=SecureToken emulator authority", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--ca-bundle", refused.NextStep, StringComparison.Ordinal);

        using FetchedToken fetched = (await service.FetchAsync("42", transport: Trusting(service.Emulator.AuthorityPem!))).Value;
        Assert.Equal(42, fetched.Scope.Team.Id);
    }

    [Fact]
    public async Task Another_authority_is_no_help()
    {
        await using ServiceFixture service = await ServiceFixture.StartAsync(options => options with { Tls = true }, IsBlocking);
        await using ServiceFixture other = await ServiceFixture.StartAsync(options => options with { Tls = true }, IsBlocking);
        Failure failure = await service.FailAsync("42", transport: Trusting(other.Emulator.AuthorityPem!));
        Assert.Equal(DiagnosticDescriptors.CertificateNotTrusted, failure.Descriptor);
        Assert.Empty(service.Emulator.Requests);
    }

    [Theory]
    [InlineData("other.example", -1, 1, "SECTOK307")]
    [InlineData("127.0.0.1", -9, -2, "SECTOK308")]
    [InlineData("127.0.0.1", 2, 9, "SECTOK317")]
    public async Task A_certificate_that_is_trusted_must_still_be_for_the_host_and_in_its_time(string name, int fromDays, int toDays, string code)
    {
        using X509Certificate2 certificate = Certificates.SelfSigned(name, fromDays, toDays);
        await using FaultServer server = FaultServer.WithCertificate(certificate);
        await using ServiceFixture service = await ServiceFixture.StartAsync(isBlocking: IsBlocking);
        Assert.Equal(code, (await service.FailAsync("42", endpoint: server.BaseUrl, transport: Trusting(certificate.ExportCertificatePem()))).Code);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void The_systems_authorities_stay_trusted_beside_those_of_the_file()
    {
        using X509Certificate2 own = Certificates.SelfSigned();
        X509ChainPolicy policy = CaBundle.Load(_directory.Write("ca.pem", own.ExportCertificatePem())).Value.CreatePolicy();
        using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
        store.Open(OpenFlags.ReadOnly);
        string[] trusted = [.. policy.CustomTrustStore.Select(certificate => certificate.Thumbprint)];
        Assert.Contains(own.Thumbprint, trusted);
        Assert.All(store.Certificates, certificate => Assert.Contains(certificate.Thumbprint, trusted));
        Assert.Equal(X509VerificationFlags.NoFlag, policy.VerificationFlags);
    }

    [Fact]
    public void An_authority_that_is_alone_is_trusted_instead_of_the_systems()
    {
        using X509Certificate2 own = Certificates.SelfSigned();
        X509ChainPolicy policy = CaBundle.Load(_directory.Write("ca.pem", own.ExportCertificatePem()), isAlone: true).Value.CreatePolicy();
        Assert.Equal(own.Thumbprint, Assert.Single(policy.CustomTrustStore).Thumbprint);
        Assert.Equal(X509ChainTrustMode.CustomRootTrust, policy.TrustMode);
    }

    [Fact]
    public void A_file_may_hold_several_certificates_text_between_them_or_one_in_DER_form()
    {
        using X509Certificate2 first = Certificates.SelfSigned();
        using X509Certificate2 second = Certificates.SelfSigned("other.example");
        string several = $"# first\n{first.ExportCertificatePem()}\n\n# second\n{second.ExportCertificatePem()}\n";
        X509ChainPolicy policy = CaBundle.Load(_directory.Write("ca.pem", several)).Value.CreatePolicy();
        Assert.Superset(new HashSet<string> { first.Thumbprint, second.Thumbprint }, policy.CustomTrustStore.Select(certificate => certificate.Thumbprint).ToHashSet());

        File.WriteAllBytes(_directory["ca.der"], first.RawData);
        Assert.Null(CaBundle.Load(_directory["ca.der"]).Failure);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void A_file_without_a_certificate_is_refused(string content)
    {
        Failure failure = CaBundle.Load(_directory.Write("ca.pem", content)).Failure!;
        Assert.Equal(DiagnosticDescriptors.CaBundleUnusable, failure.Descriptor);
        Assert.Equal(ExitStatus.Usage, failure.Descriptor.Exit);
    }

    [Fact]
    public void A_key_a_directory_and_a_file_that_is_not_there_are_refused()
    {
        using var key = RSA.Create(2048);
        Assert.Equal(DiagnosticDescriptors.CaBundleUnusable, CaBundle.Load(_directory.Write("key.pem", key.ExportRSAPrivateKeyPem())).Failure!.Descriptor);
        Assert.Equal(DiagnosticDescriptors.CaBundleUnusable, CaBundle.Load(_directory.Path).Failure!.Descriptor);
        Failure missing = CaBundle.Load(_directory["nowhere"]).Failure!;
        Assert.Contains("no such file", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_option_stands_above_the_variable_and_a_relative_path_starts_where_it_is_told()
    {
        using X509Certificate2 own = Certificates.SelfSigned();
        _directory.Write("ca.pem", own.ExportCertificatePem());
        Dictionary<string, string> environment = new() { ["SECTOKEN_CA_BUNDLE"] = "nowhere" };
        Assert.NotNull(CaBundle.Find("ca.pem", environment.GetValueOrDefault, _directory.Path).Value);
        Assert.Equal(DiagnosticDescriptors.CaBundleUnusable, CaBundle.Find(null, environment.GetValueOrDefault, _directory.Path).Failure!.Descriptor);
        environment["SECTOKEN_CA_BUNDLE"] = string.Empty;
        Assert.Null(CaBundle.Find(null, environment.GetValueOrDefault, _directory.Path).Value);
    }

    /// <summary>What the tests above show of one place, this shows of all of them.</summary>
    [Fact]
    public void There_is_one_place_that_judges_certificates_and_it_never_says_yes_by_itself()
    {
        string[] sources = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories);
        string[] judging = [.. sources.Where(path => Callback().IsMatch(File.ReadAllText(path)))];
        string source = File.ReadAllText(Assert.Single(judging));
        Assert.EndsWith("Connections.cs", judging[0], StringComparison.Ordinal);
        Assert.Equal(["errors == SslPolicyErrors.None"], YesUnder().Matches(source).Select(match => match.Groups[1].Value));
    }

    private TransportOptions Trusting(string pem) => new() { Trust = CaBundle.Load(_directory.Write("trusted.pem", pem)).Value };

    [GeneratedRegex("CertificateValidationCallback|CertificateCustomValidation|DangerousAcceptAny|VerificationFlags|ServicePointManager")]
    private static partial Regex Callback();

    [GeneratedRegex(@"if \(([^)]*)\)\s*\{\s*return true;")]
    private static partial Regex YesUnder();
}

/// <summary>The same where the caller's thread waits, as in a build.</summary>
public sealed class TrustInABuildTests : TrustTests
{
    private protected override bool IsBlocking => true;
}
