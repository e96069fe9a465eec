using System.Buffers;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Settings;

/// <summary>The name under which a program reads the token.</summary>
/// <param name="Value">The key, parts separated by colons.</param>
public sealed record ConfigurationKey(string Value)
{
    private static readonly SearchValues<char> OfName =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>Used when the user names none.</summary>
    public static readonly ConfigurationKey Default = new("Sysdig:SecureApiToken");

    /// <summary>Reads a key such as <c>Sysdig:SecureApiToken</c>.</summary>
    public static Result<ConfigurationKey> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string fault =
            text.Length is 0 or > 256 ? "it needs 1 to 256 characters" :
            text.Split(':').Any(string.IsNullOrWhiteSpace) ? "a part between colons is empty" :
            text.Any(character => character is < '!' or > '~' or '"' or '\\')
                ? "it has spaces, quotes, backslashes or letters outside ASCII" : string.Empty;
        return fault.Length == 0
            ? new ConfigurationKey(text)
            : Failure.Of(DiagnosticDescriptors.KeyInvalid, PrintableText.Ascii(text, 80), "configuration key", fault);
    }

    /// <summary>The environment name that .NET's configuration reads as this key.</summary>
    public Result<string> ToEnvironmentName() => ParseEnvironmentName(Value.Replace(":", "__", StringComparison.Ordinal));

    /// <summary>Checks the name of an environment variable.</summary>
    public static Result<string> ParseEnvironmentName(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string fault =
            text.Length is 0 or > 256 ? "it needs 1 to 256 characters" :
            char.IsAsciiDigit(text[0]) ? "it starts with a digit" :
            text.AsSpan().ContainsAnyExcept(OfName)
                ? "it has characters that a shell cannot have in a name" : string.Empty;
        return fault.Length == 0
            ? text : Failure.Of(DiagnosticDescriptors.KeyInvalid, PrintableText.Ascii(text, 80), "name of an environment variable", fault);
    }

    /// <summary>The key.</summary>
    public override string ToString() => Value;
}
