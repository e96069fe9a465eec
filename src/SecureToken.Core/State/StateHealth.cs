using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;

namespace SecureToken.Core.State;

/// <summary>Whether the state directory can do what locks and ledgers ask of it. It is looked at and not changed.</summary>
internal static class StateHealth
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>What is to be said of the directory: words, and a warning where there is one; or what makes it unusable.</summary>
    public static Result<(string Words, Failure? Warning)> Of(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return Path.Exists(directory) ? Failure.Of(DiagnosticDescriptors.FileUnwritable, directory, "it is not a directory")
                : Obstacle(Above(directory)) is { } obstacle ? obstacle
                : ("does not exist yet; the first run creates it", null);
        }

        if (OperatingSystem.IsWindows())
        {
            return ("there", null);
        }

        if ((PrivateDirectory.Refusal(directory) ?? Obstacle(directory) ?? LockFault(directory)) is { } failure)
        {
            return failure;
        }

        UnixFileMode mode = File.GetUnixFileMode(directory);
        string shown = Convert.ToString((int)mode, 8).PadLeft(4, '0');
        return ($"mode {shown}, writable, can be locked",
            (mode & Others) == 0 ? null : Failure.Of(DiagnosticDescriptors.StateDirectoryOpen, directory, shown));
    }

    private static string Above(string directory)
    {
        string? at = directory;
        while (at is not null && !Path.Exists(at))
        {
            at = Path.GetDirectoryName(at);
        }

        return at ?? directory;
    }

    private static Failure? Obstacle(string directory) =>
        OperatingSystem.IsWindows() || Posix.MayWriteIn(directory)
            ? null : Failure.Of(DiagnosticDescriptors.FileUnwritable, directory, "permission denied, or the file system is read-only");

    /// <summary>
    /// The directory itself is locked for a moment: a lock of a run could be held, and a file of our own would be a change.
    /// </summary>
    [UnsupportedOSPlatform("windows")]
    private static Failure? LockFault(string directory)
    {
        int error = Posix.OpenDirectory(directory, out SafeFileHandle handle);
        using (handle)
        {
            if (error == 0)
            {
                error = Posix.Lock(handle);
            }
        }

        // NFS locks only what is open for writing, which a directory never is; a run finds out with its lock file.
        return error == 0 || Posix.MeansHeld(error) || Posix.MeansNotForWriting(error)
            ? null : Failure.Of(DiagnosticDescriptors.LockUnsupported, directory, Posix.Reason(error));
    }
}
