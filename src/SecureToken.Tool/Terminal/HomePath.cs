using System.Text;
using SecureToken.Core.Interop;

namespace SecureToken.Tool.Terminal;

/// <summary>Paths as people write them: the home directory is a tilde.</summary>
internal static class HomePath
{
    /// <summary>The text with a tilde for each home directory that a path begins with.</summary>
    public static string Shorten(string text, Func<string, string?> environment)
    {
        char separator = PathRules.Here.Separator;
        if (environment(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME")?.TrimEnd(separator) is not { Length: > 1 } home)
        {
            return text;
        }

        var shorter = new StringBuilder();
        int done = 0;
        string beginning = home + separator;
        for (int at = text.IndexOf(beginning, PathRules.Here.Comparison); at >= 0;
            at = text.IndexOf(beginning, at + 1, PathRules.Here.Comparison))
        {
            // /data/srv/x does not begin with the home /srv.
            if (at == 0 || !(char.IsLetterOrDigit(text[at - 1]) || "._-~/\\".Contains(text[at - 1], StringComparison.Ordinal)))
            {
                shorter.Append(text, done, at - done).Append('~').Append(separator);
                done = at + beginning.Length;
            }
        }

        return shorter.Append(text, done, text.Length - done).ToString();
    }
}
