using System.Security.Cryptography.X509Certificates;

namespace SecureToken.Core.Http;

/// <summary>The certificate that made the platform refuse a server. The exception itself names none.</summary>
/// <param name="Subject">Whose it is.</param>
/// <param name="Issuer">Who vouches for it.</param>
/// <param name="From">From when it is valid (UTC).</param>
/// <param name="Until">Until when it is valid (UTC).</param>
/// <param name="IsForHost">Whether it is for the host that was asked; true for an authority's, which is for no host.</param>
internal sealed record RefusedCertificate(string Subject, string Issuer, DateTimeOffset From, DateTimeOffset Until, bool IsForHost)
{
    /// <summary>Whether its authority has taken it back.</summary>
    public bool IsRevoked { get; init; }

    /// <summary>One that its authority has taken back.</summary>
    public static RefusedCertificate Revoked(X509Certificate2 certificate) =>
        Describe(certificate, isForHost: true) with { IsRevoked = true };

    /// <summary>The one of the chain that is out of its time, else the server's own.</summary>
    public static RefusedCertificate Of(X509Certificate server, X509Chain? chain, string host)
    {
        X509ChainElement? untimely = chain?.ChainElements.FirstOrDefault(
            element => element.ChainElementStatus.Any(status => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)));
        using X509Certificate2 own = X509CertificateLoader.LoadCertificate(server.GetRawCertData());
        return Describe(untimely?.Certificate ?? own, own.MatchesHostname(host));
    }

    private static RefusedCertificate Describe(X509Certificate2 certificate, bool isForHost) =>
        new(
            certificate.Subject, certificate.Issuer, certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime(),
            isForHost);
}
