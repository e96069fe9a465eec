namespace SecureToken.TestSupport;

/// <summary>A directory that is gone after the test.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory(string purpose = "test") => Path = Directory.CreateTempSubdirectory($"sectoken-{purpose}-").FullName;

    public string Path { get; }

    public string this[params string[] parts] => System.IO.Path.Combine([Path, .. parts]);

    public string Write(string name, string content)
    {
        string path = this[name];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public string Create(string name) => Directory.CreateDirectory(this[name]).FullName;

    /// <summary>Something that a test has started may still write there, and then the directory is not empty at the end: it is tried again.</summary>
    public void Dispose()
    {
        for (int left = 20; ; left--)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
                return;
            }
            catch (IOException) when (left > 0)
            {
                Thread.Sleep(50);
            }
        }
    }
}
