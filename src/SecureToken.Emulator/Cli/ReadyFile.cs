namespace SecureToken.Emulator.Cli;

/// <summary>A file that exists exactly while the emulator is ready, for scripts that wait for it.</summary>
internal sealed class ReadyFile : IDisposable
{
    private readonly string? _path;

    public ReadyFile(string? path)
    {
        _path = path;
        Dispose();
    }

    /// <summary>Writes beside and renames, so that whoever sees the file sees all of it.</summary>
    public void Write(string text)
    {
        if (_path is not null)
        {
            File.WriteAllText(_path + ".tmp", text);
            File.Move(_path + ".tmp", _path, overwrite: true);
        }
    }

    public void Dispose()
    {
        if (_path is not null)
        {
            File.Delete(_path);
        }
    }
}
