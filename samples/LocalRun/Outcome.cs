using System.Security.Cryptography;
using System.Text;

namespace LocalRun;

/// <summary>What one call came to, in words that may be printed.</summary>
/// <param name="Text">The words.</param>
/// <param name="Token">The fingerprint of the token that was accepted; null when none was.</param>
/// <param name="IsWait">Whether there is no token yet.</param>
internal sealed record Outcome(string Text, string? Token = null, bool IsWait = false)
{
    public static Outcome NoToken { get; } = new("waiting: no token yet", IsWait: true);

    public static Outcome Accepted(string token, string team) =>
        new($"accepted: token {Fingerprint(token)}, team {team}", Fingerprint(token));

    public static Outcome Refused(string token) => new($"refused (401): token {Fingerprint(token)}");

    public static Outcome Failed(string reason) => new($"failed: {reason}");

    /// <summary>Tells two tokens apart. Of 256 bits of a hash, 24 are shown: nothing leads back to the token.</summary>
    private static string Fingerprint(string token) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)).AsSpan(0, 3));
}
