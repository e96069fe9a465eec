using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SecureToken.Emulator.Credentials;

/// <summary>An IAM token and when it ends.</summary>
internal sealed record IssuedIamToken(string AccessToken, int ExpiresIn, long Expiration);

/// <summary>
/// Issues IAM tokens as real JSON Web Tokens and checks them. HS256 with a key that lives as long as the server stands in for
/// IBM's RS256: a client reads the claims without checking the signature, so only the shape matters to it.
/// </summary>
internal sealed class IamTokens
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly TimeProvider _clock;
    private readonly int _lifetimeSeconds;

    public IamTokens(TimeProvider clock, TimeSpan lifetime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lifetime, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, TimeSpan.FromHours(1));
        _clock = clock;
        _lifetimeSeconds = (int)lifetime.TotalSeconds;
    }

    /// <summary>The account that every identity here belongs to.</summary>
    public string Account { get; } = Guid.NewGuid().ToString("N");

    public IssuedIamToken Issue(string issuer, string grant, Identity identity)
    {
        var issuedAt = _clock.GetUtcNow().ToUnixTimeSeconds();
        var expiration = issuedAt + _lifetimeSeconds;
        var signed = Segment(new { kid = "emulator", alg = "HS256" }) + "." + Segment(new IamClaims(identity, Account)
        {
            IssuedAt = issuedAt,
            Expiration = expiration,
            Issuer = issuer,
            GrantType = grant,
        });
        return new IssuedIamToken(signed + "." + Base64Url.EncodeToString(Sign(signed)), _lifetimeSeconds, expiration);
    }

    /// <summary>The IAM id of the identity that this server issued the token to, if it still lives; otherwise null.</summary>
    public string? IamIdOf(string token)
    {
        var payloadStart = token.IndexOf('.', StringComparison.Ordinal) + 1;
        var signatureStart = token.LastIndexOf('.') + 1;
        if (payloadStart == 0 || signatureStart == payloadStart)
        {
            return null;
        }

        // Compared as text: base64url has more than one spelling of the same bytes, and only ours was issued.
        var expected = Base64Url.EncodeToString(Sign(token[..(signatureStart - 1)]));
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(token[signatureStart..])))
        {
            return null;
        }

        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token.AsSpan(payloadStart, signatureStart - 1 - payloadStart)));
        return claims.RootElement.GetProperty("exp").GetInt64() > _clock.GetUtcNow().ToUnixTimeSeconds()
            ? claims.RootElement.GetProperty("iam_id").GetString()
            : null;
    }

    private static string Segment(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));

    private byte[] Sign(string text) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text));
}
