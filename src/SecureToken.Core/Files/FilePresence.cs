using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;

namespace SecureToken.Core.Files;

/// <summary>Whether a file that is remembered is still where it was.</summary>
public enum FilePresence
{
    /// <summary>Something has its name.</summary>
    Exists,

    /// <summary>
    /// Its directory is there and holds other things, and the file is not among them: it was removed. Or no file can have the name.
    /// </summary>
    Deleted,

    /// <summary>
    /// Its directory is not there, is empty or cannot be looked into: perhaps a disk that is not mounted now, whose empty mount point is a
    /// directory like any other. It must not be forgotten.
    /// </summary>
    Unreachable,
}

/// <summary>Looks for remembered files.</summary>
public static class FileSearch
{
    /// <summary>Looks for a file, and never through a link at its end.</summary>
    /// <param name="path">Absolute path.</param>
    public static FilePresence For(string path)
    {
        if (!Path.IsPathFullyQualified(path) || PathRules.HasControl(path))
        {
            return FilePresence.Deleted;
        }

        Result<FileFacts?> facts = FileFacts.Of(path);
        if (facts.Failure is not null)
        {
            return FilePresence.Unreachable;
        }

        if (facts.Value is not null)
        {
            return FilePresence.Exists;
        }

        try
        {
            return Path.GetDirectoryName(path) is { } directory && Directory.EnumerateFileSystemEntries(directory).Any()
                ? FilePresence.Deleted : FilePresence.Unreachable;
        }
        catch (Exception exception) when (FileErrors.Are(exception))
        {
            return FilePresence.Unreachable;
        }
    }
}
