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
}
