using System.Text;
using SecureToken.Emulator.Credentials;

namespace SecureToken.Emulator.Cli;

/// <summary>The file that holds the API key. A temporary one goes away with the emulator.</summary>
internal sealed class ApiKeyFile : IDisposable
{
    private const int MostCharacters = 512;

    private readonly string? _temporaryDirectory;

    private ApiKeyFile(string path, string apiKey, string? temporaryDirectory)
    {
        FilePath = path;
        ApiKey = apiKey;
        _temporaryDirectory = temporaryDirectory;
    }

    public string FilePath { get; }

    public string ApiKey { get; }

    /// <summary>
    /// Reads the file, or makes it with a new key; without a path, makes one in a directory that only this user can enter.
    /// </summary>
    public static ApiKeyFile Open(string? path)
    {
        if (path is not null)
        {
            return new ApiKeyFile(path, KeyIn(path), temporaryDirectory: null);
        }

        var directory = Directory.CreateTempSubdirectory("sectoken-emulator-").FullName;
        path = Path.Combine(directory, "api-key");
        return new ApiKeyFile(path, Create(path), directory);
    }

    /// <summary>The key in a file, which is made with a new one when it is not there.</summary>
    public static string KeyIn(string path) => File.Exists(path) ? Read(path) : Create(path);

    public void Dispose()
    {
        if (_temporaryDirectory is null)
        {
            return;
        }

        try
        {
            File.Delete(FilePath);
            Directory.Delete(_temporaryDirectory);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The key in it opens nothing any more.
        }
    }

    private static string Read(string path)
    {
        using var reader = new StreamReader(path, Encoding.UTF8);
        var buffer = new char[MostCharacters + 1];
        var key = new string(buffer, 0, reader.ReadBlock(buffer)).TrimEnd('\r', '\n');
        var looksLikeOne = key.Length is > 0 and < MostCharacters &&
            key.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');
        return looksLikeOne
            ? key
            : throw new UsageException("the API key file holds no API key (letters, digits, - and _ on one line)");
    }

    private static string Create(string path)
    {
        var key = ApiKeys.NewKey();

        // CreateNew: a file that appears in between, or a symlink, is somebody else's and is not written through.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // No line end: some readers of such files take it for a part of the key.
        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(key));
        return key;
    }
}
