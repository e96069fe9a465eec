using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>A directory of its own for one test: a target, and a lock file somewhere else.</summary>
internal sealed class Sandbox : IDisposable
{
    public Sandbox()
    {
        Root = Directory.CreateTempSubdirectory("sectoken-").FullName;
        Target = At("work", "secrets.env");
        LockFile = At("state", "locks", "target.lock");
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
    }

    public string Root { get; }

    public string Target { get; }

    public string LockFile { get; }

    public string Temporary => Target + ".sectoken.tmp";

    public string? Content => File.Exists(Target) ? File.ReadAllText(Target) : null;

    /// <summary>Everything in the target's directory but the target and its lock.</summary>
    public IEnumerable<string> Leftovers => Directory.Exists(Path.GetDirectoryName(Target))
        ? Directory.GetFileSystemEntries(Path.GetDirectoryName(Target)!).Where(path => path != Target && path != LockFile)
        : [];

    public string At(params string[] parts) => Path.Combine([Root, .. parts]);

    public SecretFile Lock() => TryLock(Target).Value;

    public Result<SecretFile> TryLock(string path) => SecretFile.Lock(path, LockFile, ct: TestContext.Current.CancellationToken);

    public void Put(string content, UnixFileMode mode = FileFacts.Private)
    {
        File.WriteAllText(Target, content);
        SetMode(Target, mode);
    }

    public static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    /// <summary>Writes in this process, with a proof that is content.</summary>
    public Result<bool> Write(string content)
    {
        using SecretFile file = Lock();
        return file.Write(Encoding.UTF8.GetBytes(content), _ => true);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
