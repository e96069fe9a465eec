using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecureToken.TestSupport;

/// <summary>Certificates that no machine trusts.</summary>
public static class Certificates
{
    public static X509Certificate2 SelfSigned(string name = "127.0.0.1", int fromDays = -1, int toDays = 1)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN=emulated {name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(NamesOf(name));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(fromDays), now.AddDays(toDays));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }

    /// <summary>An authority, which vouches for itself or is vouched for by another one.</summary>
    public static X509Certificate2 Authority(string name, X509Certificate2? issuer = null, int fromDays = -1, int toDays = 1)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        return Sign(request, key, issuer, fromDays, toDays);
    }

    /// <summary>The certificate of a server, for which an authority vouches.</summary>
    public static X509Certificate2 Issued(X509Certificate2 issuer, string name = "127.0.0.1", int fromDays = -1, int toDays = 1, bool isForClients = false)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN=emulated {name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(NamesOf(name));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(isForClients ? "1.3.6.1.5.5.7.3.2" : "1.3.6.1.5.5.7.3.1")], critical: true));
        return Sign(request, key, issuer, fromDays, toDays);
    }

    /// <summary>An authority's list of the certificates that it has taken back, in PEM form.</summary>
    public static string RevocationList(X509Certificate2 issuer, params X509Certificate2[] revoked)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (X509Certificate2 certificate in revoked)
        {
            builder.AddEntry(certificate);
        }

        using RSA key = issuer.GetRSAPrivateKey()!;
        byte[] list = builder.Build(
            issuer.SubjectName, X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1), 1, DateTimeOffset.UtcNow.AddDays(1),
            HashAlgorithmName.SHA256, X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, includeKeyIdentifier: false, includeIssuerAndSerial: true));
        return PemEncoding.WriteString("X509 CRL", list);
    }

    /// <summary>Any times: a valid certificate may have an issuer that is not valid any more.</summary>
    private static X509Certificate2 Sign(CertificateRequest request, RSA key, X509Certificate2? issuer, int fromDays, int toDays)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using RSA? issuersKey = issuer?.GetRSAPrivateKey();
        using X509Certificate2 certificate = request.Create(
            issuer?.SubjectName ?? request.SubjectName, X509SignatureGenerator.CreateForRSA(issuersKey ?? key, RSASignaturePadding.Pkcs1),
            now.AddDays(fromDays), now.AddDays(toDays), RandomNumberGenerator.GetBytes(8));
        using X509Certificate2 whole = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
    }

    private static X509Extension NamesOf(string name)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out IPAddress? address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        return names.Build();
    }
}
