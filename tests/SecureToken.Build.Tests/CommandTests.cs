using System.Diagnostics;
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

    [Fact]
    public async Task Watch_has_the_token_before_the_program_starts()
    {
        string project = await Site.SdkProjectAsync("app", isProgram: true);
        string seen = Path.Combine(Site.Root, "seen");
        using Process watch = Site.Command.Start(Path.GetDirectoryName(project)!, "dotnet", "watch", "--non-interactive", "run", "--no-restore");
        watch.OutputDataReceived += (_, _) => { };
        watch.BeginOutputReadLine();
        watch.BeginErrorReadLine();
        try
        {
            while (!(File.Exists(seen) && new FileInfo(seen).Length > 0) && !watch.HasExited)
            {
                await Task.Delay(50, Stop);
            }
        }
        finally
        {
            watch.Kill(entireProcessTree: true);
            await watch.WaitForExitAsync(Stop);
        }

        Assert.StartsWith("there", await File.ReadAllTextAsync(seen, Stop), StringComparison.Ordinal);
        Assert.Equal(Requests.Once, Site.Requests);
    }

    [Fact]
    public async Task Restore_clean_pack_evaluation_and_design_time_builds_ask_nothing()
    {
        string project = await Site.SdkProjectAsync("app");
        (await Site.RunAsync("restore", project)).Exits(0);
        (await Site.RunAsync("clean", project)).Exits(0);
        (await Site.RunAsync("pack", project)).Exits(0);
        (await Site.MSBuildAsync(project, "-getProperty:UserSecretsId")).Exits(0);
        (await Site.MSBuildAsync(project, "-t:Compile", "-p:DesignTimeBuild=true", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true")).Exits(0);
        (await Site.MSBuildAsync(project, "-t:Build", "-p:BuildingForLiveUnitTesting=true")).Exits(0);
        (await Site.RunAsync("build", project, "-p:SecureTokenEnabled=false")).Exits(0);
        Assert.Equal(Requests.None, Site.Requests);
        Assert.False(Directory.Exists(Path.Combine(Site.Home, ".microsoft")));
        Assert.False(Directory.Exists(Site.State));
    }

    [Fact]
    public async Task Question_fails_without_asking_when_a_refresh_is_due_and_passes_when_all_is_fresh()
    {
        string project = Site.BareProject();
        CommandResult due = (await Site.MSBuildAsync(project, "-question")).Exits(1);
        Assert.Contains("error SECTOK006", due.Output, StringComparison.Ordinal);
        Assert.Equal(Requests.None, Site.Requests);
        (await Site.MSBuildAsync(project)).Exits(0);
        (await Site.MSBuildAsync(project, "-question")).Exits(0);
        Assert.Equal(Requests.Once, Site.Requests);
    }

    [Fact]
    public async Task Question_of_a_program_passes_while_all_is_fresh_and_fails_for_nothing_but_the_refresh_when_that_is_due()
    {
        string project = await Site.SdkProjectAsync("app", isProgram: true);
        (await Site.RunAsync("build", project)).Exits(0);
        (await Site.RunAsync("build", project, "-question")).Exits(0);
        Assert.Equal(Requests.Once, Site.Requests);

        Site.Forget();
        CommandResult due = (await Site.RunAsync("build", project, "-question", "-v:q")).Exits(1);
        Assert.All(due.Output.Split('\n').Where(line => line.Contains(": error ", StringComparison.Ordinal)), line => Assert.Contains("error SECTOK006", line, StringComparison.Ordinal));
        Assert.Contains("error SECTOK006", due.Output, StringComparison.Ordinal);
        Assert.Equal(Requests.None, Site.Requests);
        Assert.False(File.Exists(Site.SecretsOf("app")));
    }

    [Fact]
    public async Task Publish_asks_once_and_writes_what_is_for_publishing_also_without_a_build()
    {
        string project = await Site.SdkProjectAsync("app", body: """
            <ItemGroup>
              <SecureTokenDestination Include="../deploy/prod.env" Kind="dotenv" Name="SYSDIG_SECURE_API_TOKEN" On="publish" />
              <SecureTokenDestination Include="local.env" Kind="dotenv" />
            </ItemGroup>
            """);
        string manifest = Path.Combine(Site.Work, "deploy", "prod.env");
        (await Site.RunAsync("build", project)).Exits(0);
        Assert.True(Site.HasToken(Path.Combine(Site.Work, "app", "local.env")));
        Assert.False(File.Exists(manifest));

        (await Site.RunAsync("publish", project)).Exits(0);
        Assert.Equal($"SYSDIG_SECURE_API_TOKEN={Site.Token}\n", await File.ReadAllTextAsync(manifest, Stop));

        File.Delete(manifest);
        (await Site.RunAsync("publish", project, "--no-build", "-c", "Release")).Exits(0);
        Assert.True(Site.HasToken(manifest));
        Assert.Equal(Requests.Once, Site.Requests);
    }

    [Fact]
    public async Task Two_target_frameworks_ask_once_and_are_fresh_afterwards_even_with_destinations_of_their_own()
    {
        string project = await Site.SdkProjectAsync("app", frameworks: "net10.0;net10.0-browser", body: """
            <ItemGroup><SecureTokenDestination Include="$(TargetFramework).env" Kind="dotenv" /></ItemGroup>
            """);
        (await Site.RunAsync("build", project, "-m:2")).Exits(0);
        Assert.Equal(Requests.Once, Site.Requests);
        Assert.True(Site.HasToken(Path.Combine(Site.Work, "app", "net10.0.env")));
        Assert.True(Site.HasToken(Path.Combine(Site.Work, "app", "net10.0-browser.env")));

        CommandResult second = (await Site.RunAsync("build", project, "-m:2", "-v:d")).Exits(0);
        Assert.Equal(Requests.Once, Site.Requests);
        Assert.DoesNotContain("Task \"InjectSecureToken\"", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_and_its_library_share_one_answer()
    {
        string library = await Site.SdkProjectAsync("library");
        string project = await Site.SdkProjectAsync("app", body: """<ItemGroup><ProjectReference Include="../library/library.csproj" /></ItemGroup>""", isProgram: true);
        (await Site.RunAsync("restore", project)).Exits(0);
        (await Site.RunAsync("build", project)).Exits(0);
        Assert.Equal(Requests.Once, Site.Requests);
        Assert.True(Site.HasToken(Site.SecretsOf("library")));
        Assert.True(Site.HasToken(Site.SecretsOf("app")));
        Assert.True(File.Exists(library));
    }

    [Fact]
    public async Task A_directory_with_spaces_quotes_and_letters_of_other_alphabets_is_as_good_as_any()
    {
        string project = Site.BareProject("it's (a) dïr 100%", "<SecureTokenKey>Other:Key</SecureTokenKey>");
        (await Site.MSBuildAsync(project)).Exits(0);
        CommandResult second = (await Site.MSBuildAsync(project, "-v:d")).Exits(0);
        Assert.Equal(Requests.Once, Site.Requests);
        Assert.DoesNotContain("Task \"InjectSecureToken\"", second.Output, StringComparison.Ordinal);
    }
}
