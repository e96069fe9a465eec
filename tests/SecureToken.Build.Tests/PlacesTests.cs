using System.IO.Compression;
using SecureToken.Build.Tests.Support;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Build.Tests;

/// <summary>The token is in its destinations and nowhere else.</summary>
public sealed class PlacesTests(PackageFixture package) : PackageTest(package)
{
    [Fact]
    public async Task Destinations_inside_a_project_are_not_copied_published_packed_or_listed()
    {
        // As in a web project, everything is content; and what Directory.Build.targets adds comes after all globs.
        string project = await Site.SdkProjectAsync("app", body: """
            <ItemGroup>
              <Content Include="**/*.json;**/*.env" Exclude="obj/**;bin/**" CopyToOutputDirectory="PreserveNewest" CopyToPublishDirectory="PreserveNewest" />
              <None Update="*.env" CopyToOutputDirectory="Always" />
              <SecureTokenDestination Include="local.env" Kind="dotenv" />
              <SecureTokenDestination Include="$(MSBuildProjectDirectory)/settings/secret.json" Kind="json" />
            </ItemGroup>
            """);
        Site.Write("Directory.Build.targets", """
            <Project><ItemGroup>
              <SecureTokenDestination Include="late.env" Kind="dotenv" />
            </ItemGroup></Project>
            """);
        Site.Write("app/harmless.json", "{}");

        // Twice, so that the files exist when the globs are evaluated.
        (await Site.RunAsync("build", project)).Exits(0);
        (await Site.RunAsync("publish", project, "-p:SecureTokenEnabled=false")).Exits(0);
        (await Site.RunAsync("pack", project)).Exits(0);

        string directory = Path.GetDirectoryName(project)!;
        Assert.All(["local.env", "settings/secret.json", "late.env"], name => Assert.True(Site.HasToken(Path.Combine(directory, name)), name));
        Assert.True(File.Exists(Path.Combine(directory, "bin", "Release", "net10.0", "publish", "harmless.json")));
        foreach (string output in new[] { "bin", "obj" })
        {
            Assert.Empty(new Canary("token", Site.Token).FindBelow(Path.Combine(directory, output)));
            Assert.Empty(Directory.GetFiles(Path.Combine(directory, output), "*.env", SearchOption.AllDirectories));
        }

        string lists = string.Concat(Directory.GetFiles(Path.Combine(directory, "obj"), "*.FileListAbsolute.txt", SearchOption.AllDirectories).Select(File.ReadAllText));
        Assert.Contains("app.dll", lists, StringComparison.Ordinal);
        Assert.DoesNotContain(".env", lists, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", lists, StringComparison.OrdinalIgnoreCase);

        string package = Assert.Single(Directory.GetFiles(directory, "*.nupkg", SearchOption.AllDirectories));
        await using ZipArchive archive = await ZipFile.OpenReadAsync(package, Stop);
        Assert.Contains(archive.Entries, entry => entry.Name == "harmless.json");
        Assert.DoesNotContain(archive.Entries, entry => entry.Name.EndsWith(".env", StringComparison.Ordinal) || entry.Name == "secret.json");

        // What clean deletes is what the build listed.
        (await Site.RunAsync("clean", project)).Exits(0);
        Assert.True(Site.HasToken(Path.Combine(directory, "local.env")));
        Assert.True(Site.HasToken(Site.SecretsOf("app")));
    }

    [Fact]
    public async Task Another_spelling_of_a_destination_is_no_way_around_it()
    {
        string project = await Site.SdkProjectAsync("app", body: """<ItemGroup><SecureTokenDestination Include="deploy/api.env" Kind="dotenv" /></ItemGroup>""");
        Site.Write("Directory.Build.targets", """
            <Project><ItemGroup>
              <Content Include="$(MSBuildThisFileDirectory)app/deploy/*.env" Link="linked/api.env" CopyToOutputDirectory="PreserveNewest" CopyToPublishDirectory="PreserveNewest" />
              <None Include="./deploy/api.env" CopyToOutputDirectory="PreserveNewest" Pack="true" />
            </ItemGroup></Project>
            """);
        for (int build = 1; build <= 2; build++)
        {
            (await Site.RunAsync("build", project)).Exits(0);
        }

        (await Site.RunAsync("publish", project)).Exits(0);
        (await Site.RunAsync("pack", project)).Exits(0);
        string directory = Path.GetDirectoryName(project)!;
        Assert.True(Site.HasToken(Path.Combine(directory, "deploy", "api.env")));
        Assert.Empty(Directory.GetFiles(Path.Combine(directory, "bin"), "api.env", SearchOption.AllDirectories));
        Assert.DoesNotContain("api.env", await EntriesAsync(directory), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_package_of_a_multi_targeted_project_has_no_token()
    {
        string project = await Site.SdkProjectAsync("app", body: """
            <ItemGroup>
              <Content Include="deploy/**" />
              <SecureTokenDestination Include="deploy/api.env" Kind="dotenv" />
            </ItemGroup>
            """, frameworks: "net10.0;net10.0-browser");
        Site.Write("app/deploy/harmless.txt", "x");
        (await Site.RunAsync("build", project)).Exits(0);
        (await Site.RunAsync("pack", project)).Exits(0);
        string directory = Path.GetDirectoryName(project)!;
        Assert.True(Site.HasToken(Path.Combine(directory, "deploy", "api.env")));
        string entries = await EntriesAsync(directory);
        Assert.Contains("harmless.txt", entries, StringComparison.Ordinal);
        Assert.DoesNotContain("api.env", entries, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("net10.0", """<Target Name="Late" AfterTargets="_GetPackageFiles"><ItemGroup><_PackageFiles Include="api.env" PackagePath="x" /></ItemGroup></Target>""")]
    [InlineData("net10.0", """<ItemGroup><None Include="$(HOME)/.microsoft/usersecrets/app/secrets.json" Pack="true" PackagePath="x" /></ItemGroup>""")]
    [InlineData("net10.0;net10.0-browser", """<ItemGroup><None Include="$(HOME)/.microsoft/usersecrets/app/secrets.json" Pack="true" PackagePath="x" /></ItemGroup>""")]
    public async Task A_token_that_would_be_packed_stops_the_build(string frameworks, string body)
    {
        string project = await Site.SdkProjectAsync("app", body: $"""
            <ItemGroup><SecureTokenDestination Include="api.env" Kind="dotenv" /></ItemGroup>
            {body}
            """, frameworks: frameworks);
        (await Site.RunAsync("build", project)).Exits(0);
        CommandResult packed = (await Site.RunAsync("pack", project)).Exits(1);
        Assert.Contains("error SECTOK003", packed.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(project)!, "*.nupkg", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_project_whose_destinations_are_all_for_publish_has_nothing_to_do_in_a_build()
    {
        string project = Site.BareProject("app", "<SecureTokenUserSecrets>false</SecureTokenUserSecrets>", """<ItemGroup><SecureTokenDestination Include="prod.env" Kind="dotenv" On="publish" /></ItemGroup>""");
        Site.With("CI", "true");
        Assert.Empty((await Site.MSBuildAsync(project, "-t:Build", "-v:m")).Exits(0).Output.Trim());
        (await Site.MSBuildAsync(project, "-t:Build", "-question")).Exits(0);
        Assert.Equal(Requests.None, Site.Requests);
        (await Site.MSBuildAsync(project, "-t:Publish")).Exits(0);
        Assert.True(Site.HasToken(Path.Combine(Site.Work, "app", "prod.env")));
    }

    [Fact]
    public async Task What_a_target_adds_is_written_by_publish_and_refused_in_the_publish_folder()
    {
        const string Add = """<Target Name="Add"><ItemGroup><SecureTokenDestination Include="$(Where)dyn.env" Kind="dotenv" On="publish" /></ItemGroup></Target>""";
        string project = Site.BareProject(
            "app", "<SecureTokenInjectDependsOn>Add</SecureTokenInjectDependsOn><PublishDir>out/</PublishDir>", Add);
        (await Site.MSBuildAsync(project, "-t:Publish")).Exits(0);
        Assert.True(Site.HasToken(Path.Combine(Site.Work, "app", "dyn.env")));
        Assert.Contains("error SECTOK003", (await Site.MSBuildAsync(project, "-t:Publish", "-p:Where=out/")).Exits(1).Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Site.Work, "app", "out", "dyn.env")));
    }

    [Theory]
    [InlineData("""<SecureTokenDestination Include="$(PublishDir)prod.env" Kind="dotenv" On="publish" />""")]
    [InlineData("""<SecureTokenDestination Include="prod.env" Kind="dotenv" On="publish" /><ResolvedFileToPublish Include="prod.env" RelativePath="prod.env" />""")]
    [InlineData("""<ResolvedFileToPublish Include="$(HOME)/.microsoft/usersecrets/app/secrets.json" RelativePath="secrets.json" />""")]
    public async Task A_token_that_would_be_published_stops_the_build(string items)
    {
        string project = await Site.SdkProjectAsync("app", body: $"""
            <PropertyGroup><PublishDir>out/</PublishDir></PropertyGroup>
            <ItemGroup>{items}</ItemGroup>
            """);
        CommandResult published = (await Site.RunAsync("publish", project)).Exits(1);
        Assert.Contains("error SECTOK003", published.Output, StringComparison.Ordinal);
        string output = Path.Combine(Path.GetDirectoryName(project)!, "out");
        Assert.True(!Directory.Exists(output) || !new Canary("token", Site.Token).FindBelow(output).Any());
    }

    private static async Task<string> EntriesAsync(string directory)
    {
        string file = Assert.Single(Directory.GetFiles(directory, "*.nupkg", SearchOption.AllDirectories));
        await using ZipArchive archive = await ZipFile.OpenReadAsync(file, Stop);
        return string.Join('\n', archive.Entries.Select(entry => entry.FullName));
    }
}
