using Microsoft.Win32.SafeHandles;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;

namespace SecureToken.Core.Files;

/// <summary>A file of lines that only its owner reads, and to which lines are only ever added. There is no secret in it.</summary>
/// <remarks>Not a <see cref="SecretFile"/>: a log of years would be rewritten for every line, and has no size limit.</remarks>
internal static class PrivateLog
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Adds a line and makes it durable. A line that a crash has cut off is ended first, so that it spoils no other.</summary>
    /// <param name="path">Absolute path; the file need not exist.</param>
    /// <param name="line">The line, without its end.</param>
    public static Failure? Append(string path, ReadOnlySpan<byte> line)
    {
        Result<FileLock> held = FileLock.Acquire(path + ".lock", path, Patience, CancellationToken.None);
        if (held.Failure is not null)
        {
            return held.Failure;
        }

        using (held.Value)
        {
            if (FileReader.Refusal(path, path) is { } refusal)
            {
                return refusal;
            }

            try
            {
                using SafeFileHandle file = Open(path);
                long end = RandomAccess.GetLength(file);
                byte[] last = [(byte)'\n'];
                if (end > 0)
                {
                    RandomAccess.Read(file, last, end - 1);
                }

                byte[] text = [.. last[0] == '\n' ? [] : "\n"u8, .. line, (byte)'\n'];
                RandomAccess.Write(file, text, end);
                Sync(file);

                // Its name too: it may be new.
                using SafeFileHandle? directory = PrivateDirectory.Open(Path.GetDirectoryName(path)!);
                PrivateDirectory.Sync(directory);
                return null;
            }
            catch (Exception e) when (FileErrors.Are(e))
            {
                return FileErrors.NotWritten(path, e);
            }
        }
    }

    private static SafeFileHandle Open(string path)
    {
        FileStreamOptions options = new() { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read };
        if (OperatingSystem.IsWindows())
        {
            return File.OpenHandle(path, options.Mode, options.Access, options.Share);
        }

        if (!File.Exists(path))
        {
            options.UnixCreateMode = FileFacts.Private;
            using FileStream created = new(path, options);
        }

        SafeFileHandle file = File.OpenHandle(path, FileMode.Open, options.Access, options.Share);
        File.SetUnixFileMode(file, FileFacts.Private);
        return file;
    }

    private static void Sync(SafeFileHandle file)
    {
        // Not on Linux: it keeps a full disk to itself, and the second flush says nothing of what the first one met.
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
        }

        if (!OperatingSystem.IsWindows() && Posix.Sync(file) is not 0 and int error)
        {
            throw new IOException(Posix.Reason(error));
        }
    }
}
