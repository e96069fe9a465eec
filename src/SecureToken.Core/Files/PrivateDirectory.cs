using Microsoft.Win32.SafeHandles;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;

namespace SecureToken.Core.Files;

/// <summary>Directories that hold files of ours.</summary>
internal static class PrivateDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Creates what is missing of <paramref name="directory"/>, for the owner only, and refuses an unsafe one.</summary>
    public static Failure? Ensure(string directory)
    {
        try
        {
            Create(directory);
        }
        catch (Exception e) when (FileErrors.Are(e))
        {
            return Failure.Of(DiagnosticDescriptors.FileUnwritable, directory, FileErrors.Reason(e));
        }

        return Refusal(directory);
    }

    /// <summary>
    /// Why <paramref name="directory"/> is unsafe; null when it is safe or missing. Where everyone may write and no sticky bit stands,
    /// everyone may put a file of his own in the place of ours.
    /// </summary>
    public static Failure? Refusal(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        UnixFileMode mode;
        try
        {
            // Asked once for both.
            var look = new DirectoryInfo(directory);
            if (!look.Exists)
            {
                return null;
            }

            mode = look.UnixFileMode;
        }
        catch (Exception e) when (FileErrors.Are(e))
        {
            return Failure.Of(DiagnosticDescriptors.FileUnreadable, directory, FileErrors.Reason(e));
        }

        return mode.HasFlag(UnixFileMode.OtherWrite) && !mode.HasFlag(UnixFileMode.StickyBit)
            ? Failure.Of(DiagnosticDescriptors.DirectoryUnsafe, directory)
            : null;
    }

    /// <summary>Opens a directory for <see cref="Sync"/>; null on Windows, which has no such thing.</summary>
    /// <exception cref="IOException">The directory cannot be opened.</exception>
    public static SafeFileHandle? Open(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        int error = Posix.OpenDirectory(directory, out SafeFileHandle handle);
        return error == 0 ? handle : throw new IOException(Posix.Reason(error));
    }

    /// <summary>Makes the names in a directory durable: without it a power cut can bring the old file back after we said "ok".</summary>
    /// <exception cref="IOException">The system could not confirm it. Never tried again: a second fsync lies about the first.</exception>
    public static void Sync(SafeFileHandle? directory)
    {
        if (OperatingSystem.IsWindows() || directory is null)
        {
            return;
        }

        int error = Posix.Sync(directory);
        if (error != 0)
        {
            throw new IOException(Posix.Reason(error));
        }
    }

    public static void Create(string directory)
    {
        if (Directory.Exists(directory))
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            WindowsAccess.CreateDirectory(directory);
            return;
        }

        // One at a time, or the others have mode 0755 (measured: CreateDirectory sets the mode of the last directory only).
        string parent = Path.GetDirectoryName(directory)!;
        Create(parent);
        Directory.CreateDirectory(directory, OwnerOnly);
        using SafeFileHandle? handle = Open(parent);
        Sync(handle);
    }
}
