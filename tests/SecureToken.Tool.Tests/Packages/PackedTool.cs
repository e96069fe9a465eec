using System.IO.Compression;
using System.Xml.Linq;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Tool.Tests.Packages;

/// <summary>The packages as build/pack.sh makes them, in a feed of their own: packed once, by build/test.sh or by the first test.</summary>
public sealed class PackedTool : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new("packages");

    public string Feed { get; private set; } = string.Empty;

    /// <summary>A feed whose pointer package knows no native package for this machine.</summary>
    public string FeedWithoutNative => _directory["fallback-feed"];

    public async ValueTask InitializeAsync()
    {
        Feed = Environment.GetEnvironmentVariable("SECTOKEN_TEST_PACKAGES") ?? string.Empty;
        if (Feed.Length == 0)
        {
            var command = new Command(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));
            (await command.RunAsync(Repository.Root, Path.Combine(Repository.Root, "build", "pack.sh"))).Exits(0);
            Feed = Path.Combine(Repository.Root, "artifacts", "packages");
        }

        Directory.CreateDirectory(FeedWithoutNative);
        foreach (string package in Directory.GetFiles(Feed, "dotnet-sectoken.*.nupkg"))
        {
            string rest = Path.GetFileName(package)["dotnet-sectoken.".Length..];
            string copy = Path.Combine(FeedWithoutNative, Path.GetFileName(package));
            if (rest.StartsWith("any.", StringComparison.Ordinal))
            {
                File.Copy(package, copy);
            }
            else if (char.IsAsciiDigit(rest[0]))
            {
                File.Copy(package, copy);
                await NameAnotherPlatformAsync(copy);
            }
        }
    }

    /// <summary>Puts the native tool into a directory as an installation has it, without the time that one takes; returns the program.</summary>
    public async Task<string> CopyNativeAsync(string directory)
    {
        string package = Assert.Single(Directory.GetFiles(Feed, "dotnet-sectoken.*-*.nupkg"));
        using ZipArchive archive = await ZipFile.OpenReadAsync(package, TestContext.Current.CancellationToken);
        foreach (ZipArchiveEntry entry in archive.Entries.Where(entry => entry.FullName.StartsWith("tools/", StringComparison.Ordinal)))
        {
            string target = Path.Combine(directory, entry.FullName.Split('/', 4)[3]);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await entry.ExtractToFileAsync(target, TestContext.Current.CancellationToken);
        }

        string program = Path.Combine(directory, "dotnet-sectoken");
        string extracted = program + ".extracted";
        File.Move(program, extracted);
        Executable.Copy(extracted, program);
        File.Delete(extracted);
        return program;
    }

    /// <summary>The pointer package of a release that was made for other machines than this one.</summary>
    private static async Task NameAnotherPlatformAsync(string pointer)
    {
        using ZipArchive archive = await ZipFile.OpenAsync(pointer, ZipArchiveMode.Update);
        ZipArchiveEntry settings = archive.Entries.Single(entry => entry.Name == "DotnetToolSettings.xml");
        await using Stream stream = await settings.OpenAsync();
        XDocument document = await XDocument.LoadAsync(stream, LoadOptions.None, default);
        XElement native = document.Descendants("RuntimeIdentifierPackage").Single(package => package.Attribute("RuntimeIdentifier")!.Value != "any");
        native.SetAttributeValue("RuntimeIdentifier", "browser-wasm");
        native.SetAttributeValue("Id", "dotnet-sectoken.browser-wasm");
        stream.SetLength(0);
        await document.SaveAsync(stream, SaveOptions.None, default);
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>An empty home that knows one feed and nothing else.</summary>
internal sealed class EmptyHome : IDisposable
{
    private readonly TemporaryDirectory _directory = new("home");

    public EmptyHome(string feed)
    {
        _directory.Write("work/NuGet.Config", $"""
            <configuration>
              <packageSources><clear /><add key="feed" value="{feed}" /></packageSources>
            </configuration>
            """);
        Command = new Command(Path).With("NUGET_PACKAGES", _directory["nuget"]).With("PATH", $"{_directory[".dotnet", "tools"]}:{Environment.GetEnvironmentVariable("PATH")}");
    }

    public string Path => _directory.Path;

    public string Work => _directory["work"];

    public Command Command { get; }

    public void Dispose() => _directory.Dispose();
}
