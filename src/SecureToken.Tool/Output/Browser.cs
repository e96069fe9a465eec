using System.ComponentModel;
using System.Diagnostics;
using SecureToken.Core.Identity;

namespace SecureToken.Tool.Output;

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

        var start = new ProcessStartInfo(OperatingSystem.IsWindows() ? "explorer.exe" : OperatingSystem.IsMacOS() ? "open" : "xdg-open", [page.ToString()])
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // A browser lives for weeks, and everything it starts would inherit the credential.
        foreach (string variable in CredentialFinder.SecretVariables)
        {
            start.Environment.Remove(variable);
        }

        try
        {
            using Process? process = Process.Start(start);
            return process is not null;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Without a display xdg-open would start a browser for text in the middle of our lines, or hang.</summary>
    private static bool HasDisplay(Func<string, string?> environment) =>
        !OperatingSystem.IsLinux() || ((string[])["DISPLAY", "WAYLAND_DISPLAY", "BROWSER"]).Any(name => !string.IsNullOrEmpty(environment(name)));
}
