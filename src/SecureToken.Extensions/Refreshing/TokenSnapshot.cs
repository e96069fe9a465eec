using System.Security.Cryptography;
using System.Text;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;

namespace SecureToken.Extensions.Refreshing;

/// <summary>A token as requests use it. It never changes: another token is another snapshot.</summary>
internal sealed class TokenSnapshot
{
    private readonly Uri? _origin;

    /// <summary>A token that is in use from now on.</summary>
    /// <param name="utf8">The value.</param>
    /// <param name="endpoint">Where it may be sent; null for nowhere.</param>
    /// <param name="scope">Where it belongs; null when that is not known.</param>
    /// <param name="fingerprint">What may be shown of it.</param>
    /// <param name="at">When the source returned it.</param>
    public TokenSnapshot(ReadOnlySpan<byte> utf8, Endpoint? endpoint, TokenScope? scope, Fingerprint fingerprint, DateTimeOffset at)
    {
        // Made once: HttpClient and the configuration take text, and no request makes a copy of its own.
        Value = Encoding.UTF8.GetString(utf8);
        Authorization = "Bearer " + Value;
        _origin = endpoint?.Resolve("/");
        Scope = scope;
        Fingerprint = fingerprint;
        At = at;
    }

    /// <summary>The value.</summary>
    public string Value { get; }

    /// <summary>The value of the Authorization header.</summary>
    public string Authorization { get; }

    /// <summary>Where it belongs, if known.</summary>
    public TokenScope? Scope { get; }

    /// <summary>What may be shown of it.</summary>
    public Fingerprint Fingerprint { get; }

    /// <summary>When the source returned it.</summary>
    public DateTimeOffset At { get; }

    /// <summary>Where it may be sent, for a message.</summary>
    public string Destination => _origin?.GetLeftPart(UriPartial.Authority) ?? "the endpoint in the settings, and none is set";

    /// <summary>Team, instance and endpoint, for a message.</summary>
    public string Owner => Scope?.ToString() ?? "a team that the settings do not name";

    /// <summary>Whether it may be sent there: to the scheme, host and port of its instance alone.</summary>
    public bool IsFor(Uri? address) =>
        address is { IsAbsoluteUri: true } && _origin is not null && address.Port == _origin.Port
        && string.Equals(address.Scheme, _origin.Scheme, StringComparison.OrdinalIgnoreCase)
        && string.Equals(address.Host, _origin.Host, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is this token.</summary>
    public bool Holds(Token token)
    {
        byte[] own = Encoding.UTF8.GetBytes(Value);
        bool isSame = token.Matches(own);
        CryptographicOperations.ZeroMemory(own);
        return isSame;
    }

    /// <summary>Stars: no log shows a token by accident.</summary>
    public override string ToString() => "***";
}
