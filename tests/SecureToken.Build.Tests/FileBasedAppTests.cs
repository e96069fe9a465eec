using System.Text.RegularExpressions;
using SecureToken.Build.Tests.Support;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Build.Tests;

/// <summary>An app that is one file: the shortest way to try the package.</summary>
public sealed partial class FileBasedAppTests(PackageFixture package) : PackageTest(package)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();

        // The SDK keeps what it builds of such apps here, and does not make the directory.
        Directory.CreateDirectory(Path.Combine(Site.Home, ".local", "share"));
    }

    [Fact]
    public async Task The_sample_runs_with_the_token_that_the_package_wrote()
    {
        string sample = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "samples", "FileBased", "app.cs"), Stop);
        Assert.Matches(ReferencePattern(), sample);
        Assert.Contains("#:property SecureTokenTeam=payments", sample, StringComparison.Ordinal);
        Write(InstancePattern().Replace(ReferencePattern().Replace(sample, $"#:package SecureToken.Build@{PackageFixture.Version}"), Settings));
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string config = Path.Combine(Site.Work, "NuGet.Config");
        await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(config, Stop)).Replace("</packageSources>", $"""<add key="cache" value="{cache}" /></packageSources>""", StringComparison.Ordinal), Stop);
        CommandResult run = (await Site.Command.RunAsync(Site.Work, "dotnet", "run", "app.cs")).Exits(0);
        Assert.Contains($"The token has {Site.Token.Length} characters.", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Site.Token, run.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_gets_the_token_when_it_is_built_keeps_its_place_when_it_is_converted_and_publishes_without_it()
    {
        Write($$"""
            #:package SecureToken.Build@{{PackageFixture.Version}}
            {{Settings}}
            #:property SecureTokenTeam=payments
            #:property PublishAot=false
            return 0;
            """);
        (await DotnetAsync("publish", "app.cs", "-o", "out")).Exits(0);
        Assert.Empty(Secrets);
        Assert.Equal(Requests.None, Site.Requests);

        CommandResult built = (await DotnetAsync("build", "app.cs")).Exits(0);
        Assert.Matches("token .* of team payments .* written to user-secrets", built.Output);
        string secrets = Assert.Single(Secrets);
        Assert.True(Site.HasToken(secrets));

        // A run compiles what changed without MSBuild; so the token comes back when MSBuild is asked for.
        File.Delete(secrets);
        await File.AppendAllTextAsync(Path.Combine(Site.Work, "app.cs"), "// changed\n", Stop);
        (await DotnetAsync("run", "app.cs")).Exits(0);
        Assert.False(File.Exists(secrets));
        (await DotnetAsync("run", "--no-cache", "app.cs")).Exits(0);
        Assert.True(Site.HasToken(secrets));

        (await DotnetAsync("project", "convert", "app.cs", "-o", "converted")).Exits(0);
        File.Delete(secrets);
        (await DotnetAsync("build", "converted/app.csproj")).Exits(0);
        Assert.True(Site.HasToken(Assert.Single(Secrets)));
        Assert.Equal(secrets, Assert.Single(Secrets));
    }

    [Fact]
    public async Task One_that_names_nothing_of_ours_is_left_alone_by_a_reference_for_all()
    {
        Site.Write("Directory.Build.props", $"""<Project><ItemGroup><PackageReference Include="SecureToken.Build" Version="{PackageFixture.Version}" /></ItemGroup></Project>""");
        Write("#:property PublishAot=false\nreturn 0;\n");
        Site.With("CI", "true");
        Assert.DoesNotContain("SECTOK", (await DotnetAsync("build", "app.cs")).Exits(0).All, StringComparison.Ordinal);
    }

    private IEnumerable<string> Secrets => Directory.Exists(Path.Combine(Site.Home, ".microsoft"))
        ? Directory.GetFiles(Path.Combine(Site.Home, ".microsoft"), "secrets.json", SearchOption.AllDirectories)
        : [];

    private string Settings => $"""
        #:property SecureTokenEndpoint={Site.Endpoint}
        #:property SecureTokenIamEndpoint={Site.Endpoint}
        #:property SecureTokenInstance={Site.Emulator.InstanceId}
        #:property SecureTokenTimeout=120
        """;

    private void Write(string text) => Site.Write("app.cs", text);

    private Task<CommandResult> DotnetAsync(params string[] arguments) => Site.Command.RunAsync(Site.Work, "dotnet", arguments);

    [GeneratedRegex("^#:package SecureToken.Build@.*$", RegexOptions.Multiline)]
    private static partial Regex ReferencePattern();

    [GeneratedRegex("^#:property SecureTokenInstance=.*$", RegexOptions.Multiline)]
    private static partial Regex InstancePattern();
}
