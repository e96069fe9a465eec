using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Xml.Linq;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Build.Tests.Support;

/// <summary>
/// The package as a user gets it: packed once per run under a version of its own, in a feed of its own, restored into a folder of its
/// own. Restored shapes of projects are kept, and the tests copy them, because a restore costs more than most builds here.
/// </summary>
public sealed class PackageFixture : IDisposable
{
    private readonly TemporaryDirectory _directory = new("package");
    private readonly Lazy<Task> _made;
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _shapes = new(StringComparer.Ordinal);

    public PackageFixture() => _made = new Lazy<Task>(MakeAsync);

    public static string Version { get; } = string.Create(CultureInfo.InvariantCulture, $"0.0.0-t{Stopwatch.GetTimestamp()}");

    /// <summary>The package file.</summary>
    public string File => Path.Combine(Feed, $"SecureToken.Build.{Version}.nupkg");

    /// <summary>The package as NuGet unpacked it.</summary>
    public string Unpacked => Path.Combine(Packages, "securetoken.build", Version.ToLowerInvariant());

    private string Feed => _directory["feed"];

    private string Packages => _directory["packages"];

    public void Dispose() => _directory.Dispose();

    /// <summary>Waits for the package. It is made for the first test that asks: a run of tests without it does not pay for it.</summary>
    public Task ReadyAsync() => _made.Value;

    private async Task MakeAsync()
    {
        await PackAsync();
        _directory.Write("NuGet.Config", $"""<configuration><packageSources><clear /><add key="feed" value="{Feed}" /></packageSources></configuration>""");
        await ShapeAsync("single", $"{Project.Head("net10.0")}{Project.Foot}");
    }

    /// <summary>A command that knows the feed and has a home of its own.</summary>
    public Command CommandFor(string home) => new Command(home).With("NUGET_PACKAGES", Packages).With("NUGET_HTTP_CACHE_PATH", _directory["http"]);

    /// <summary>Makes the feed the only one below a directory.</summary>
    public void Connect(string directory) => System.IO.File.Copy(_directory["NuGet.Config"], Path.Combine(directory, "NuGet.Config"));

    /// <summary>Puts the restored obj of a shape of project beside a project file.</summary>
    public async Task RestoreAsync(string shape, string text, string projectFile)
    {
        string source = await ShapeAsync(shape, text);
        string target = Path.Combine(Path.GetDirectoryName(projectFile)!, "obj");
        Directory.CreateDirectory(target);
        foreach (string file in Directory.EnumerateFiles(source))
        {
            string name = Path.GetFileName(file).Replace("shape.csproj", Path.GetFileName(projectFile), StringComparison.Ordinal);
            System.IO.File.Copy(file, Path.Combine(target, name));
        }
    }

    /// <summary>What build/pack.sh made, under this run's version; without it, a package of our own.</summary>
    private async Task PackAsync()
    {
        if (Environment.GetEnvironmentVariable("SECTOKEN_TEST_PACKAGES") is { Length: > 0 } packages)
        {
            Directory.CreateDirectory(Feed);
            System.IO.File.Copy(Assert.Single(Directory.GetFiles(packages, "SecureToken.Build.*.nupkg")), File);
            await using ZipArchive archive = await ZipFile.OpenAsync(File, ZipArchiveMode.Update);
            await using Stream stream = await archive.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).OpenAsync();
            XDocument manifest = await XDocument.LoadAsync(stream, LoadOptions.None, default);
            manifest.Descendants().Single(element => element.Name.LocalName == "version").Value = Version;
            stream.SetLength(0);
            await manifest.SaveAsync(stream, SaveOptions.None, default);
            return;
        }

        // Its own restore needs the person's NuGet, the tests' restores must not see it.
        CommandResult packed = await new Command(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)).RunAsync(
            Repository.Root,
            "dotnet",
            [
                "pack", Path.Combine("src", "SecureToken.Build"), "-c", "Release", "-o", Feed, $"-p:Version={Version}",
                "--artifacts-path", _directory["artifacts"], "-p:SectokenReadyToRun=true", "-p:RunAnalyzers=false", "-p:UseSharedCompilation=false", "--nologo", "-v", "quiet",
            ]);
        packed.Exits(0);
    }

    private Task<string> ShapeAsync(string shape, string text) => _shapes.GetOrAdd(shape, name => new Lazy<Task<string>>(async () =>
    {
        string project = _directory.Write(Path.Combine("shapes", name, "shape.csproj"), text);
        string directory = Path.GetDirectoryName(project)!;
        (await CommandFor(_directory.Create("home")).RunAsync(directory, "dotnet", ["restore"])).Exits(0);
        return Path.Combine(directory, "obj");
    })).Value;
}
