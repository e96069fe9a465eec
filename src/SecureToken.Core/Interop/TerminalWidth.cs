using System.Runtime.Versioning;

namespace SecureToken.Core.Interop;

/// <summary>How wide the terminal is.</summary>
[UnsupportedOSPlatform("windows")]
public static class TerminalWidth
{
    /// <summary>
    /// How many columns the terminal on a standard descriptor has now; null when there is no terminal, or it does not say. .NET has it for
    /// standard output only, and changes the terminal's settings to find it out.
    /// </summary>
    /// <param name="descriptor">1 for standard output, 2 for standard error.</param>
    public static int? Of(int descriptor) => Posix.ColumnsOf(descriptor);
}
