using System.IO.Compression;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Tool.Tests.Packages;

[Collection("packages")]
[Trait("Needs", "packages")]
public sealed class InstallTests(PackedTool packed)
{
    private static string Version => typeof(SecureToken.Core.Secrets.Token).Assembly.GetName().Version!.ToString(3);

    [Fact]
    public async Task Installed_globally_it_runs_as_dotnet_sectoken_and_by_its_own_name()
    {
        using var home = new EmptyHome(packed.Feed);
        (await home.Command.RunAsync(home.Work, "dotnet", "tool", "install", "-g", "dotnet-sectoken")).Exits(0);
        Assert.Equal(Version, (await home.Command.RunAsync(home.Work, "dotnet", "sectoken", "--version")).Exits(0).Output.Trim());
        Assert.Equal(Version, (await home.Command.RunAsync(home.Work, "dotnet-sectoken", "--version")).Exits(0).Output.Trim());
    }

    [Fact]
    public async Task Installed_in_a_manifest_it_runs_as_dotnet_sectoken()
    {
        using var home = new EmptyHome(packed.Feed);
        (await home.Command.RunAsync(home.Work, "dotnet", "new", "tool-manifest")).Exits(0);
        (await home.Command.RunAsync(home.Work, "dotnet", "tool", "install", "dotnet-sectoken")).Exits(0);
        Assert.Equal(Version, (await home.Command.RunAsync(home.Work, "dotnet", "sectoken", "--version")).Exits(0).Output.Trim());
    }

    [Fact]
    public async Task Run_with_dnx_it_needs_no_installation()
    {
        using var home = new EmptyHome(packed.Feed);
        Assert.EndsWith(Version, (await home.Command.RunAsync(home.Work, "dotnet", "dnx", "dotnet-sectoken", "--yes", "--", "--version")).Exits(0).Output.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Installed_into_a_tool_path_it_is_native_and_finds_its_project_reader()
    {
        using var home = new EmptyHome(packed.Feed);
        string tools = Path.Combine(home.Path, "tools");
        (await home.Command.RunAsync(home.Work, "dotnet", "tool", "install", "dotnet-sectoken", "--tool-path", tools)).Exits(0);
        string program = Path.Combine(tools, "dotnet-sectoken");
        Assert.Equal("\u007fELF"u8.ToArray(), File.ReadAllBytes(program)[..4]);
        Assert.InRange(new FileInfo(File.ResolveLinkTarget(program, returnFinalTarget: true)!.FullName).Length, 1, 12 * 1024 * 1024);

        File.WriteAllText(Path.Combine(home.Work, "App.csproj"), "<Project><PropertyGroup><UserSecretsId /></PropertyGroup></Project>");
        CommandResult inject = await home.Command.RunAsync(
            home.Work, program, "inject", "--project", "App.csproj", "--region", "eu-de", "--instance", "1b7ad6f0-0000-4000-8000-000000000000", "--team", "1");
        Assert.Contains("SECTOK114", inject.Exits(10).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_without_a_native_package_gets_the_fallback()
    {
        using var home = new EmptyHome(packed.FeedWithoutNative);
        string tools = Path.Combine(home.Path, "tools");
        (await home.Command.RunAsync(home.Work, "dotnet", "tool", "install", "dotnet-sectoken", "--tool-path", tools)).Exits(0);
        Assert.Equal(Version, (await home.Command.RunAsync(home.Work, Path.Combine(tools, "dotnet-sectoken"), "--version")).Exits(0).Output.Trim());
        Assert.NotEmpty(Directory.GetFiles(tools, "dotnet-sectoken.dll", SearchOption.AllDirectories));
    }

    [Fact]
    public void The_fallback_runs_on_the_first_patch_of_its_runtime_and_on_later_majors()
    {
        string package = Assert.Single(Directory.GetFiles(packed.Feed, "dotnet-sectoken.any.*.nupkg"));
        using ZipArchive archive = ZipFile.OpenRead(package);
        using var reader = new StreamReader(archive.GetEntry("tools/net10.0/any/dotnet-sectoken.runtimeconfig.json")!.Open());
        string configuration = reader.ReadToEnd();
        Assert.Contains("\"version\": \"10.0.0\"", configuration, StringComparison.Ordinal);
        Assert.Contains("\"rollForward\": \"Major\"", configuration, StringComparison.Ordinal);
    }

    [Fact]
    public void The_packages_hold_what_they_need_and_nothing_else()
    {
        string native = Assert.Single(Directory.GetFiles(packed.Feed, "dotnet-sectoken.*-*.nupkg"));
        using ZipArchive archive = ZipFile.OpenRead(native);
        string[] files = [.. archive.Entries.Where(entry => entry.FullName.StartsWith("tools/", StringComparison.Ordinal)).Select(entry => entry.FullName.Split('/', 4)[3]).Order(StringComparer.Ordinal)];
        Assert.Equal(
            [
                "DotnetToolSettings.xml",
                "dotnet-sectoken",
                "projects/Microsoft.Build.Locator.dll",
                "projects/SecureToken.ProjectReader.deps.json",
                "projects/SecureToken.ProjectReader.dll",
                "projects/SecureToken.ProjectReader.runtimeconfig.json",
            ],
            files);
    }
}

[CollectionDefinition("packages")]
public sealed class PackagesDefinition : ICollectionFixture<PackedTool>;
