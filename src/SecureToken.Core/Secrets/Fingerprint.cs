using System.Security.Cryptography;
using System.Text;

namespace SecureToken.Core.Secrets;

/// <summary>
/// A short one-way mark of a token that may be printed and stored: the first twelve hexadecimal digits of an HMAC-SHA-256 of the
/// value, keyed with endpoint, instance and team. Two copies of one token match; tokens of different teams cannot be compared.
/// </summary>
/// <param name="Value">Twelve lower-case hexadecimal digits.</param>
public readonly record struct Fingerprint(string Value)
{
    /// <summary>Marks a token for the place it belongs to.</summary>
    /// <param name="token">The value.</param>
    /// <param name="endpoint">The endpoint's base URL, as <c>Endpoint</c> prints it.</param>
    /// <param name="instance">The instance's GUID.</param>
    /// <param name="team">The team's id.</param>
    public static Fingerprint Of(ReadOnlySpan<byte> token, string endpoint, string instance, long team) =>
        Of(token, $"{endpoint}\n{instance}\n{team}");

    /// <summary>Marks a credential, so that a change of it can be noticed.</summary>
    public static Fingerprint OfCredential(Secret secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return Of(secret.Utf8, "credential");
    }

    /// <summary>Marks an identity whose secret changes all the time or is not at hand, by what names it.</summary>
    public static Fingerprint OfIdentity(string description) => Of(Encoding.UTF8.GetBytes(description), "identity");

    /// <summary>The digits.</summary>
    public override string ToString() => Value;

    private static Fingerprint Of(ReadOnlySpan<byte> value, string key)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), value, mac);
        return new Fingerprint(Convert.ToHexStringLower(mac[..6]));
    }
}
