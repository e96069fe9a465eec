using SecureToken.Build.Tests.Support;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Build.Tests;

/// <summary>How often each command asks the service, and that the token is there before the program starts.</summary>
public sealed class CommandTests(PackageFixture package) : PackageTest(package)
{
    [Fact]
    public async Task A_first_build_asks_once_and_the_next_does_not_even_load_the_task()
    {
        string project = await Site.SdkProjectAsync("app");
        CommandResult first = (await Site.RunAsync("build", project, "-v:d")).Exits(0);
        Assert.Equal(Requests.Once, Site.Requests);
        Assert.Contains("Task \"InjectSecureToken\"", first.Output, StringComparison.Ordinal);
        Assert.True(Site.HasToken(Site.SecretsOf("app")));

        CommandResult second = (await Site.RunAsync("build", project, "-v:d")).Exits(0);
        Assert.Equal(Requests.Once, Site.Requests);
        Assert.DoesNotContain("Task \"InjectSecureToken\"", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("SecureToken.Build.dll", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_has_the_token_before_the_program_starts()
    {
        string project = await Site.SdkProjectAsync("app", isProgram: true);
        (await Site.RunAsync("run", project)).Exits(0);
        Assert.Equal(Requests.Once, Site.Requests);
        (await Site.RunAsync("run", project)).Exits(0);
        (await Site.RunAsync("run", project, "--no-build")).Exits(0);
        Assert.Equal(Requests.Once, Site.Requests);
    }

    [Fact]
    public async Task Test_has_the_token_before_the_tests_start()
    {
        Site.Write("global.json", """{ "test": { "runner": "Microsoft.Testing.Platform" } }""");
        string project = await Site.SdkProjectAsync("app", "<IsTestingPlatformApplication>true</IsTestingPlatformApplication>", isProgram: true);

        // The program is no test framework, so dotnet test says that no test ran; what counts is what the program found when it started.
        await Site.RunAsync("test", project);
        Assert.StartsWith("there", await File.ReadAllTextAsync(Path.Combine(Site.Root, "seen"), Stop), StringComparison.Ordinal);
        Assert.Equal(Requests.Once, Site.Requests);
    }
}
