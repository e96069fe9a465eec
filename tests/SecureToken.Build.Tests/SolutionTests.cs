using SecureToken.Build.Tests.Support;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Build.Tests;

/// <summary>A solution of twenty projects, compiled once; each test then begins as if nothing had ever been injected.</summary>
public sealed class SolutionFixture(PackageFixture package) : IAsyncLifetime
{
    public const int Projects = 20;

    public Site Site { get; private set; } = null!;

    public string File { get; private set; } = string.Empty;

    public async ValueTask InitializeAsync()
    {
        Site = await Site.StartAsync(package, "solution");
        List<string> projects = [];
        for (int i = 1; i <= Projects; i++)
        {
            string path = await Site.SdkProjectAsync($"p{i:00}", "<GenerateDependencyFile>false</GenerateDependencyFile>");
            projects.Add(Path.GetRelativePath(Site.Work, path));
        }

        File = Site.Write("all.sln", Project.Solution(projects));
        (await Site.RunAsync("build", File, "-m:2", "-p:SecureTokenEnabled=false")).Exits(0);
        Assert.Equal(Requests.None, Site.Requests);
    }

    public ValueTask DisposeAsync() => Site.DisposeAsync();
}

/// <summary>One request for a build of any size, in every mode of MSBuild.</summary>
[Trait("Needs", "packages")]
public sealed class SolutionTests(SolutionFixture solution) : IClassFixture<SolutionFixture>
{
    public static TheoryData<string> Modes => ["-m:1", "-m:4 -mt", "-m:4 -graph", "-m:4 -graph -isolate"];

    private Site Site => solution.Site;

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Twenty_projects_ask_once_and_all_have_the_token(string mode)
    {
        Site.Forget();
        (await Site.RunAsync("build", solution.File, mode.Split(' '))).Exits(0);
        AssertAskedOnceForAll();
    }

    [Fact]
    public async Task Twenty_projects_built_in_parallel_ask_once_the_next_build_loads_no_task_and_one_that_refreshes_always_asks_once()
    {
        Site.Forget();
        (await Site.RunAsync("build", solution.File, "-m:4")).Exits(0);
        AssertAskedOnceForAll();
        CommandResult second = (await Site.RunAsync("build", solution.File, "-m:4", "-v:d")).Exits(0);
        Assert.Equal(Requests.Once, Site.Requests);
        Assert.DoesNotContain("Task \"InjectSecureToken\"", second.Output, StringComparison.Ordinal);
        (await Site.RunAsync("build", solution.File, "-m:4", "-p:SecureTokenRefreshAfter=0")).Exits(0);
        Assert.Equal(Requests.Times(2), Site.Requests);
    }

    private void AssertAskedOnceForAll()
    {
        Assert.Equal(Requests.Once, Site.Requests);
        Assert.All(Enumerable.Range(1, SolutionFixture.Projects), i => Assert.True(Site.HasToken(Site.SecretsOf($"p{i:00}"))));
    }
}
