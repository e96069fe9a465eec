namespace SecureToken.Tool.Tests.Support;

/// <summary>Every file below some directories, so that a change of any byte, mode, time or name is seen.</summary>
public sealed class Snapshot
{
    private readonly SortedDictionary<string, string> _entries = new(StringComparer.Ordinal);

    private Snapshot()
    {
    }

    public static Snapshot Of(params string[] directories)
    {
        var snapshot = new Snapshot();
        foreach (string directory in directories.Where(Directory.Exists))
        {
            snapshot.Add(new DirectoryInfo(directory));
        }

        return snapshot;
    }

    public override string ToString() => string.Join('\n', _entries.Select(entry => $"{entry.Key} {entry.Value}"));

    private void Add(DirectoryInfo directory)
    {
        foreach (FileSystemInfo entry in directory.EnumerateFileSystemInfos())
        {
            // git refreshes its index whenever it looks.
            if (entry.Name == ".git")
            {
                continue;
            }

            _entries[entry.FullName] = $"{entry.UnixFileMode} {entry.LinkTarget} {Content(entry)}";
            if (entry is DirectoryInfo { LinkTarget: null } inner)
            {
                Add(inner);
            }
        }
    }

    // A pipe has no length, and would be waited for.
    private static string Content(FileSystemInfo entry) => entry is FileInfo { LinkTarget: null, Length: > 0 }
        ? $"{entry.LastWriteTimeUtc:O} {Convert.ToBase64String(File.ReadAllBytes(entry.FullName))}"
        : string.Empty;
}
