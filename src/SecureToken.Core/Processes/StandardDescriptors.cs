using SecureToken.Core.Interop;

namespace SecureToken.Core.Processes;

/// <summary>Which of standard input, output and error whoever started this process has closed.</summary>
public static class StandardDescriptors
{
    private static readonly bool[] Missing = new bool[3];

    /// <summary>
    /// Looks which are closed, and occupies their numbers: the next file that is opened would get one of them, and what is said on standard
    /// error would be written into it. Before anything else, once.
    /// </summary>
    public static void Protect()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        for (int descriptor = 0; descriptor < Missing.Length; descriptor++)
        {
            Missing[descriptor] = !Posix.IsInherited(descriptor);
            if (Missing[descriptor])
            {
                Posix.Occupy(descriptor);
            }
        }
    }

    /// <summary>Whether this process was started without it: 0, 1 or 2.</summary>
    public static bool IsMissing(int descriptor) => Missing[descriptor];
}
