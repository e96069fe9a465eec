using Microsoft.Win32.SafeHandles;
using SecureToken.Core.Interop;

namespace SecureToken.Core.Processes;

/// <summary>The modes of our terminal at one moment: echo, editing of lines, which keys send signals.</summary>
internal sealed class TerminalModes
{
    private readonly byte[] _modes;

    private TerminalModes(byte[] modes) => _modes = modes;

    /// <summary>The modes now.</summary>
    /// <returns>Null without a terminal, in its background, and on Windows.</returns>
    public static TerminalModes? Now()
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        using SafeFileHandle? terminal = Posix.OpenTerminal();
        return terminal is not null && Posix.ModesOf(terminal) is { } modes ? new TerminalModes(modes) : null;
    }

    /// <summary>Sets them again, unless another program is in the foreground by now.</summary>
    public void Restore()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using SafeFileHandle? terminal = Posix.OpenTerminal();
        if (terminal is not null)
        {
            Posix.SetModes(terminal, _modes);
        }
    }
}
