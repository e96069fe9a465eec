using SecureToken.Build.Tests.Support;
using Xunit;

namespace SecureToken.Build.Tests;

/// <summary>A build keeps what its project says, so that the tool need not ask MSBuild.</summary>
public sealed class ProjectRecordTests(PackageFixture package) : PackageTest(package)
{
    private string Records => Path.Combine(Site.State, "projects");

    [Fact]
    public async Task A_build_keeps_the_settings_of_its_project()
    {
        string project = await Site.SdkProjectAsync("api", isProgram: true);
        (await Site.RunAsync("build", project)).Exits(0);
        string record = await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Records, "*.json")), Stop);
        Assert.Contains("\"UserSecretsId\":\"api\"", record, StringComparison.Ordinal);
        Assert.Contains("\"SecureTokenTeam\":", record, StringComparison.Ordinal);
        Assert.DoesNotContain(Site.Token, record, StringComparison.Ordinal);
        Assert.DoesNotContain(Site.Emulator.ApiKey, record, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_with_a_property_of_its_own_says_nothing_of_the_project()
    {
        string project = await Site.SdkProjectAsync("api", isProgram: true);
        (await Site.RunAsync("build", project, "-p:SecureTokenKey=A:B")).Exits(0);
        Assert.True(Site.HasToken(Site.SecretsOf("api")));
        Assert.False(Directory.Exists(Records));
    }
}
