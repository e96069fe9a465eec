using System.Globalization;

namespace SecureToken.Tool.Terminal;

/// <summary>
/// Whether the terminal shows a text as a link (OSC 8). No terminal can be asked, so those that do are known by their variables.
/// </summary>
internal static class Hyperlinks
{
    // The first version of VTE (GNOME Terminal and others) that does not crash on links.
    private const int FirstOfVte = 5000;

    private static readonly string[] Programs = ["iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio"];
    private static readonly string[] Variables = ["WT_SESSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "DOMTERM"];
    private static readonly string[] Terminals = ["kitty", "ghostty", "alacritty", "foot", "contour"];

    /// <summary>True for a terminal that is known to; FORCE_HYPERLINK, which other programs obey too, says it for any other.</summary>
    public static bool AreShown(Func<string, string?> environment)
    {
        if (environment("FORCE_HYPERLINK") is { Length: > 0 } forced)
        {
            return forced != "0";
        }

        string terminal = environment("TERM") ?? string.Empty;

        // These draw the screen of another terminal, and say nothing of what that can.
        return !terminal.StartsWith("screen", StringComparison.Ordinal) && !terminal.StartsWith("tmux", StringComparison.Ordinal)
            && (Programs.Contains(environment("TERM_PROGRAM"))
                || Array.Exists(Variables, variable => !string.IsNullOrEmpty(environment(variable)))
                || Array.Exists(Terminals, name => terminal.Contains(name, StringComparison.Ordinal))
                || (int.TryParse(environment("VTE_VERSION"), NumberStyles.None, CultureInfo.InvariantCulture, out int vte)
                    && vte >= FirstOfVte));
    }
}
