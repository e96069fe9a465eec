using SecureToken.Core.Interop;

namespace SecureToken.Tool.Terminal;

/// <summary>Paths as people write them: the home directory is a tilde.</summary>
internal static class HomePath
{
    /// <summary>The text with a tilde for each home directory that a path begins with.</summary>
    public static string Shorten(string text, Func<string, string?> environment)
    {
        char separator = PathRules.Here.Separator;
        return environment(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME")?.TrimEnd(separator) is { Length: > 1 } home
            ? text.Replace(home + separator, "~" + separator, PathRules.Here.Comparison) : text;
    }
}
