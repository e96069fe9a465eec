namespace SecureToken.TestSupport.Crashes;

/// <summary>What is below a directory: files with their content, and directories, each by its path from there.</summary>
public sealed class DiskImage
{
    /// <summary>The content of each file.</summary>
    public SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>The directories; the topmost is the empty name.</summary>
    public SortedSet<string> Directories { get; } = new(StringComparer.Ordinal) { string.Empty };

    /// <summary>Reads what is there.</summary>
    public static DiskImage Of(string root)
    {
        var image = new DiskImage();
        foreach (string path in Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories))
        {
            image.Directories.Add(Path.GetRelativePath(root, path));
        }

        foreach (string path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            image.Files.Add(Path.GetRelativePath(root, path), File.ReadAllBytes(path));
        }

        return image;
    }

    /// <summary>The content of a file; null when there is none.</summary>
    public byte[]? Find(string path) => Files.GetValueOrDefault(path);

    /// <summary>Puts it on a disk, into a directory that is empty. Everything is its owner's only, as the product leaves it.</summary>
    public void PutInto(string root)
    {
        foreach (string directory in Directories)
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(Path.Combine(root, directory));
            }
            else
            {
                Directory.CreateDirectory(Path.Combine(root, directory), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        foreach ((string path, byte[] content) in Files)
        {
            string file = Path.Combine(root, path);
            File.WriteAllBytes(file, content);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }
    }
}
