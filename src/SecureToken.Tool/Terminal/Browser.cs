using SecureToken.Core.Processes;

namespace SecureToken.Tool.Terminal;

/// <summary>Opens a page in the person's browser, where there is one.</summary>
internal static class Browser
{
    /// <summary>True when something was started that should open it. There must be no secret in the address: every user sees it.</summary>
    public static bool Open(Uri page, Func<string, string?> environment)
    {
        if (!HasDisplay(environment))
        {
            return false;
        }

        // A browser lives for weeks: nothing of ours is in its environment, and it does not end when we are interrupted.
        string opener = OperatingSystem.IsWindows() ? "explorer.exe" : OperatingSystem.IsMacOS() ? "open" : "xdg-open";
        return HelperProgram.Find(opener).Succeeded(out string? program, out _) && HelperProgram.Launch(program, [page.ToString()]) is null;
    }

    /// <summary>Without a display xdg-open would start a browser for text in the middle of our lines, or hang.</summary>
    private static bool HasDisplay(Func<string, string?> environment) =>
        !OperatingSystem.IsLinux()
            || ((string[])["DISPLAY", "WAYLAND_DISPLAY", "BROWSER"]).Any(name => !string.IsNullOrEmpty(environment(name)));
}
