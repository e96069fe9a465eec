using System.Text.RegularExpressions;

namespace SecureToken.Emulator.State;

/// <summary>
/// Takes secrets out of what a client sent. The log never looks at credentials, but a faulty client can put one in a path, a
/// team header or its user agent, and the log is exactly what gets pasted into an issue.
/// </summary>
internal sealed partial class SecretMask(EmulatorState state)
{
    private const string Masked = "[secret]";

    public string? Apply(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return text;
        }

        var masked = JsonWebToken().Replace(text, Masked);
        foreach (var apiKey in state.Identities.ApiKeys)
        {
            masked = masked.Replace(apiKey, Masked, StringComparison.Ordinal);
        }

        foreach (var secret in state.Tokens.EverIssued.Concat(state.Decoys))
        {
            masked = masked.Replace(secret, Masked, StringComparison.OrdinalIgnoreCase);
        }

        return masked;
    }

    [GeneratedRegex(@"eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*", RegexOptions.CultureInvariant)]
    private static partial Regex JsonWebToken();
}
