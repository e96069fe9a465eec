using SecureToken.Build.Tests.Support;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Build.Tests;

/// <summary>No layer of an image holds a token or a credential, in any form.</summary>
[Trait("System", "Unix")]
public sealed class ContainerTests(PackageFixture package) : PackageTest(package)
{
    private const string Body = """
        <ItemGroup>
          <Content Include="**/*.env" CopyToOutputDirectory="PreserveNewest" CopyToPublishDirectory="PreserveNewest" />
          <SecureTokenDestination Include="local.env" Kind="dotenv" />
          <SecureTokenDestination Include="deploy/prod.env" Kind="dotenv" On="publish" />
        </ItemGroup>
        """;

    [Fact]
    public async Task An_image_made_by_the_SDK_has_the_program_and_no_secret()
    {
        (string[] files, string[] findings) = await PublishContainerAsync(Body);
        Assert.Contains(files, name => name.EndsWith("/app.dll", StringComparison.Ordinal));
        Assert.Contains(files, name => name.EndsWith("etc/base", StringComparison.Ordinal));
        Assert.Empty(findings);
    }

    /// <summary>The control: what a project puts there in a way that nobody sees is found.</summary>
    [Fact]
    public async Task A_project_that_puts_a_token_in_its_image_is_found()
    {
        const string Leak = """<Target Name="Leak" AfterTargets="Publish"><Copy SourceFiles="local.env" DestinationFiles="$(PublishDir)harmless.bin" /></Target>""";
        (_, string[] findings) = await PublishContainerAsync(Body + Leak);
        Assert.Contains(findings, finding => finding.StartsWith("token as plain", StringComparison.Ordinal) && finding.EndsWith("harmless.bin", StringComparison.Ordinal));
    }

    /// <summary>
    /// The commands of the recipe, with its two mounts in directories of their own: what is left outside of them is what the layers of
    /// those steps hold.
    /// </summary>
    [Fact]
    public async Task The_recipe_for_a_Dockerfile_leaves_nothing_outside_of_its_mounts()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "msbuild.md"), Stop);
        string mounts = Directory.CreateDirectory(Path.Combine(Site.Root, "mounts")).FullName;
        Directory.CreateDirectory(Path.Combine(mounts, "secrets"));
        Directory.CreateDirectory(Path.Combine(mounts, "home"));
        await File.WriteAllTextAsync(Path.Combine(mounts, "secrets", "ibmcloud-key"), Site.Emulator.ApiKey, Stop);
        string tested = CommandIn(page, "RUN --mount", "HOME=");
        Assert.EndsWith("dotnet test Api.Tests -c Debug", tested, StringComparison.Ordinal);
        string published = CommandIn(page, "RUN dotnet publish", "dotnet publish");

        string project = await Site.SdkProjectAsync("Api");
        Site.With("SECTOKEN_API_KEY", string.Empty).With("DOTNET_RUNNING_IN_CONTAINER", "true");
        await RunAsync(tested.Replace("/run/", mounts + "/", StringComparison.Ordinal).Replace("test Api.Tests", "build Api --no-restore", StringComparison.Ordinal));
        Assert.True(Site.HasToken(Path.Combine(mounts, "home", ".microsoft", "usersecrets", "Api", "secrets.json")));
        Site.Forget();

        // The step that publishes has no credential, and needs none.
        await RunAsync(published.Replace("/app", Path.Combine(Site.Root, "app"), StringComparison.Ordinal) + " --no-restore");
        Assert.True(File.Exists(Path.Combine(Site.Root, "app", "Api.dll")), project);
        Assert.Equal(Requests.None, Site.Requests);
        Assert.False(Directory.Exists(Path.Combine(Site.Home, ".microsoft")));
        foreach (string directory in Directory.GetDirectories(Site.Root).Where(directory => directory != mounts))
        {
            Assert.Empty(Secrets.SelectMany(secret => secret.FindBelow(directory)));
        }
    }

    private IEnumerable<Canary> Secrets => [new Canary("token", Site.Token), new Canary("API key", Site.Emulator.ApiKey)];

    private static string CommandIn(string page, string step, string from)
    {
        string text = page[page.IndexOf(step, StringComparison.Ordinal)..].Replace("\\\n", " ", StringComparison.Ordinal);
        string line = text[..text.IndexOf('\n', StringComparison.Ordinal)];
        return string.Join(' ', line[line.IndexOf(from, StringComparison.Ordinal)..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private async Task RunAsync(string command) => (await Site.Command.RunAsync(Site.Work, "sh", "-c", command)).Exits(0);

    /// <summary>Injects everything there is, makes an image beside it, and looks at every file of every layer.</summary>
    private async Task<(string[] Files, string[] Findings)> PublishContainerAsync(string body)
    {
        await using var image = new BaseImage();
        string project = await Site.SdkProjectAsync("app", "<OutputType>Exe</OutputType><UseAppHost>false</UseAppHost>", body);
        (await Site.RunAsync("build", project)).Exits(0);
        string archive = Path.Combine(Site.Root, "image.tar.gz");
        (await Site.With("DOTNET_CONTAINER_INSECURE_REGISTRIES", image.Registry).RunAsync(
            "publish", project, "-t:PublishContainer", $"-p:ContainerBaseImage={image.Name}", $"-p:ContainerArchiveOutputPath={archive}", "-p:ContainerImageFormat=OCI")).Exits(0);
        Assert.True(Site.HasToken(Site.SecretsOf("app")));
        Assert.True(Site.HasToken(Path.Combine(Site.Work, "app", "local.env")));
        Assert.True(Site.HasToken(Path.Combine(Site.Work, "app", "deploy", "prod.env")));
        (string Name, byte[] Content)[] files = [.. BaseImage.Unpack("image", await File.ReadAllBytesAsync(archive, Stop))];
        return ([.. files.Select(file => file.Name)], [.. files.SelectMany(file => Secrets.SelectMany(secret => secret.FindIn(file.Content, file.Name)))]);
    }
}
