using SecureToken.Core.Interop;

namespace SecureToken.Core.Secrets;

/// <summary>Keeps a process that holds secrets to itself.</summary>
public static class ProcessMemory
{
    /// <summary>
    /// Switches off core dumps and, on Linux, attaching by other processes of the user. For a program of our own only: a build engine
    /// is not ours to restrict. On Windows there is nothing to do: error reporting does not write full dumps by default.
    /// </summary>
    public static void Protect()
    {
        if (!OperatingSystem.IsWindows())
        {
            Posix.ForbidDumps();
        }
    }
}
