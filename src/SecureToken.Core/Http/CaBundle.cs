using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Http;

/// <summary>
/// Additional trusted authorities, from a file that the user names: a proxy that inspects TLS, a private authority. Every
/// certificate is still checked in full; there is no way to switch a check off.
/// </summary>
public sealed class CaBundle
{
    /// <summary>The bundle of a whole system has about 250 KB.</summary>
    private const int MaximumLength = 4 * 1024 * 1024;

    private readonly X509Certificate2Collection _own;
    private readonly Lazy<X509Certificate2Collection> _roots;
    private readonly IReadOnlyList<RevocationList> _revoked;

    private CaBundle(X509Certificate2Collection own, IReadOnlyList<RevocationList> revoked, bool isAlone)
    {
        _own = own;
        _revoked = revoked;
        _roots = new(() => [.. _own.Where(IsSelfIssued), .. isAlone ? [] : SystemRoots()]);
    }

    /// <summary>The bundle that a setting names, or null.</summary>
    /// <param name="given">The path that an option or property gives.</param>
    /// <param name="environment">Reads environment variables.</param>
    /// <param name="directory">What a relative path starts from.</param>
    public static Result<CaBundle?> Find(string? given, Func<string, string?> environment, string directory)
    {
        ArgumentNullException.ThrowIfNull(environment);
        string? path = string.IsNullOrEmpty(given)
            ? SettingName.CaBundle.Variables.Select(environment).FirstOrDefault(value => !string.IsNullOrEmpty(value)) : given;
        return path is null
            ? (CaBundle?)null : Load(Path.Combine(directory, path)).Succeeded(out CaBundle? bundle, out Failure? failure) ? bundle
            : failure;
    }

    /// <summary>Reads a file of certificates, PEM or one in DER form. Beside them PEM may have lists of revoked ones.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isAlone">Whether these authorities are trusted instead of the system's, not beside them.</param>
    public static Result<CaBundle> Load(string path, bool isAlone = false)
    {
        byte[] content;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            byte[] buffer = new byte[(int)Math.Clamp(file.CanSeek ? file.Length : MaximumLength, 1, MaximumLength) + 1];
            content = buffer[..file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
            if (content.Length > MaximumLength)
            {
                return Failure.Of(DiagnosticDescriptors.CaBundleUnusable, path, "it is too large to be a list of certificates");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException)
        {
            return Failure.Of(
                DiagnosticDescriptors.CaBundleUnusable, path,
                exception is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : "it cannot be opened or read");
        }

        var certificates = new X509Certificate2Collection();
        IReadOnlyList<RevocationList> revoked = [];
        try
        {
            if (content.AsSpan().IndexOf("-----BEGIN "u8) >= 0)
            {
                string pem = System.Text.Encoding.UTF8.GetString(content);
                certificates.ImportFromPem(pem);
                revoked = RevocationList.Find(pem);
            }
            else
            {
                certificates.Add(X509CertificateLoader.LoadCertificate(content));
            }
        }
        catch (Exception exception) when (exception is CryptographicException or AsnContentException)
        {
            // Told below: there is nothing in it, or something that is none.
            certificates.Clear();
        }

        return certificates.Count > 0
            ? new CaBundle(certificates, revoked, isAlone)
            : Failure.Of(
                DiagnosticDescriptors.CaBundleUnusable, path,
                "it holds no certificate in PEM or DER form, or one or a revocation list that cannot be read");
    }

    /// <summary>The certificate of a chain that its authority has taken back, as far as the file says; null when there is none.</summary>
    internal X509Certificate2? RevokedOf(X509Chain? chain) =>
        chain?.ChainElements.Select(element => element.Certificate)
            .FirstOrDefault(certificate => _revoked.Any(list => list.Names(certificate)));

    /// <summary>
    /// The rules for a server's chain: the trusted roots. No revocation list is fetched; for those of the file see <see cref="RevokedOf"/>.
    /// </summary>
    internal X509ChainPolicy CreatePolicy()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(_roots.Value);

        // What has an issuer of its own is no root, but may be missing in what the server sends.
        policy.ExtraStore.AddRange(_own.Where(certificate => !IsSelfIssued(certificate)).ToArray());
        return policy;
    }

    private static bool IsSelfIssued(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static IEnumerable<X509Certificate2> SystemRoots()
    {
        foreach (StoreLocation location in (StoreLocation[])[StoreLocation.LocalMachine, StoreLocation.CurrentUser])
        {
            using var store = new X509Store(StoreName.Root, location);
            try
            {
                store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            }
            catch (CryptographicException)
            {
                // A user without a store of their own.
                continue;
            }

            foreach (X509Certificate2 certificate in store.Certificates)
            {
                yield return certificate;
            }
        }
    }
}
