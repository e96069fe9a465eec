using System.Buffers;

namespace SecureToken.Core.Secrets;

/// <summary>The Secure API token of a team.</summary>
public sealed class Token : Secret
{
    /// <summary>Fewest bytes a token may have.</summary>
    public const int MinimumLength = 8;

    /// <summary>Most bytes a token may have.</summary>
    public const int MaximumLength = 8192;

    private static readonly SearchValues<byte> Body = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/"u8);

    private Token(ReadOnlySpan<byte> utf8)
        : base(utf8)
    {
    }

    /// <summary>
    /// Copies a token, or answers null when the bytes cannot be one. The alphabet is the b64token of RFC 6750 section 2.1: it has
    /// no quote, space, line end, dollar sign or colon, so no destination format can be broken out of.
    /// </summary>
    public static Token? TryCreate(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is < MinimumLength or > MaximumLength)
        {
            return null;
        }

        ReadOnlySpan<byte> body = utf8;
        while (!body.IsEmpty && body[^1] == '=')
        {
            body = body[..^1];
        }

        return body.IsEmpty || body.ContainsAnyExcept(Body) ? null : new Token(utf8);
    }
}
