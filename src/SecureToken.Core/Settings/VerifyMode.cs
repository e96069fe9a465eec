using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Settings;

/// <summary>How strictly it is verified that a token is the team's.</summary>
public enum VerifyMode
{
    /// <summary>The token is asked. A token that cannot be asked is a warning; another team's, or a rejected one, is an error.</summary>
    Require,

    /// <summary>The token is asked. Only another team's token is an error, everything else is a warning.</summary>
    Warn,

    /// <summary>The token is not asked.</summary>
    Off,
}

/// <summary>The words for <see cref="VerifyMode"/>.</summary>
public static class VerifyWords
{
    /// <summary>The words, in the order of the modes.</summary>
    public static IReadOnlyList<string> All { get; } = ["require", "warn", "off"];

    /// <summary>The mode that a word means.</summary>
    public static Result<VerifyMode> Parse(SettingValue given)
    {
        ArgumentNullException.ThrowIfNull(given);
        string text = given.Text.Trim();
        int mode = All.ToList().FindIndex(word => word.Equals(text, StringComparison.OrdinalIgnoreCase));
        return mode >= 0
            ? (VerifyMode)mode
            : Failure.Of(
                DiagnosticDescriptors.SettingInvalid, given.Source.Name,
                PrintableText.Ascii(text, 20),
                $"it must be one of {string.Join(", ", All)}");
    }
}
