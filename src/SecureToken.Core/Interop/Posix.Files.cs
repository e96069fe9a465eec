namespace SecureToken.Core.Interop;

/// <content>How many files may be open.</content>
internal static partial class Posix
{
    private static readonly int OpenFiles = OperatingSystem.IsMacOS() ? 8 : 7;

    /// <summary>
    /// Makes room for so many open files beside those of every day: 256 are the usual limit on macOS, 1024 on Linux, and a thousand locks are
    /// held at once. The runtime does not raise it for a native program (measured: The limit of open files in a native program).
    /// </summary>
    public static void AllowOpenFiles(int count)
    {
        const int EveryDay = 200;
        ulong needed = (ulong)(count + EveryDay);
        if (GetResourceLimit(OpenFiles, out ResourceLimit limit) == 0 && limit.Soft < needed)
        {
            _ = SetResourceLimit(OpenFiles, limit with { Soft = Math.Min(needed, limit.Hard) });
        }
    }
}
