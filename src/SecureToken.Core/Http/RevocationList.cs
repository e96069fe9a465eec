using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecureToken.Core.Http;

/// <summary>
/// The certificates that an authority has taken back, from the file that the user names. The user vouches for the list as for the
/// authorities beside it, so its signature and its age are not judged: what was taken back stays so. Nothing is fetched. An authority's own
/// address for such lists is often out of reach where a proxy is the only way out, and each run would wait for it.
/// </summary>
internal sealed class RevocationList
{
    private const string Label = "X509 CRL";
    private readonly byte[] _issuer;
    private readonly HashSet<string> _serials;

    private RevocationList(byte[] issuer, HashSet<string> serials)
    {
        _issuer = issuer;
        _serials = serials;
    }

    /// <summary>The lists among the blocks of a PEM text.</summary>
    /// <exception cref="AsnContentException">One of them is none.</exception>
    public static IReadOnlyList<RevocationList> Find(string pem)
    {
        List<RevocationList> lists = [];
        for (ReadOnlySpan<char> rest = pem; PemEncoding.TryFind(rest, out PemFields fields); rest = rest[fields.Location.End..])
        {
            if (rest[fields.Label].SequenceEqual(Label))
            {
                byte[] content = new byte[fields.DecodedDataLength];
                _ = Convert.TryFromBase64Chars(rest[fields.Base64Data], content, out _);
                lists.Add(Read(content));
            }
        }

        return lists;
    }

    /// <summary>Whether it names a certificate.</summary>
    public bool Names(X509Certificate2 certificate) =>
        certificate.IssuerName.RawData.AsSpan().SequenceEqual(_issuer) && _serials.Contains(Serial(certificate.SerialNumberBytes.Span));

    /// <summary>The part of a CertificateList (RFC 5280, section 5.1) that is signed.</summary>
    private static RevocationList Read(byte[] content)
    {
        AsnReader list = new AsnReader(content, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        if (list.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
        {
            list.ReadInteger(); // the version
        }

        list.ReadSequence(); // how it is signed
        byte[] issuer = list.ReadEncodedValue().ToArray();
        SkipTime(list);
        if (list.HasData && IsTime(list))
        {
            SkipTime(list);
        }

        HashSet<string> serials = new(StringComparer.Ordinal);
        if (list.HasData && list.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            for (AsnReader entries = list.ReadSequence(); entries.HasData;)
            {
                serials.Add(Serial(entries.ReadSequence().ReadIntegerBytes().Span));
            }
        }

        return new RevocationList(issuer, serials);
    }

    private static bool IsTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) || reader.PeekTag().HasSameClassAndValue(Asn1Tag.GeneralizedTime);

    private static void SkipTime(AsnReader reader)
    {
        if (!IsTime(reader))
        {
            throw new AsnContentException();
        }

        reader.ReadEncodedValue();
    }

    /// <summary>Without the zeros that a positive number may begin with.</summary>
    private static string Serial(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes.TrimStart((byte)0));
}
