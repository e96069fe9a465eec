using SecureToken.Build.Tests.Support;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Build.Tests;

/// <summary>Two projects that want the tokens of two teams in one place would take turns there, each with a success.</summary>
public sealed class PlaceClaimTests(PackageFixture package) : PackageTest(package)
{
    [Fact]
    public async Task A_store_that_another_project_fills_for_another_team_is_an_error_that_names_both_projects()
    {
        string one = Site.BareProject("one", "<UserSecretsId>shared</UserSecretsId>");
        string two = Site.BareProject("two", "<UserSecretsId>shared</UserSecretsId><SecureTokenTeam>43</SecureTokenTeam>");
        (await Site.MSBuildAsync(one)).Exits(0);
        for (int build = 0; build < 2; build++)
        {
            CommandResult refused = (await Site.MSBuildAsync(two)).Exits(1);
            Assert.Contains("error SECTOK759", refused.Output, StringComparison.Ordinal);
            Assert.Contains(one, refused.Output, StringComparison.Ordinal);
            Assert.Contains(two, refused.Output, StringComparison.Ordinal);
            (await Site.MSBuildAsync(one)).Exits(0);
            Assert.True(Site.HasToken(Site.SecretsOf("shared")));
        }
    }

    [Fact]
    public async Task A_project_that_changes_its_team_and_one_that_names_the_same_team_otherwise_are_no_conflict()
    {
        string one = Site.BareProject("one", "<UserSecretsId>shared</UserSecretsId>");
        string two = Site.BareProject("two", "<UserSecretsId>shared</UserSecretsId><SecureTokenTeam>payments</SecureTokenTeam>");
        (await Site.MSBuildAsync(one)).Exits(0);
        (await Site.MSBuildAsync(two)).Exits(0);
        Site.BareProject("two", "<UserSecretsId>shared</UserSecretsId><SecureTokenTeam>43</SecureTokenTeam>");
        File.Delete(one);
        (await Site.MSBuildAsync(two)).Exits(0);
        Assert.Contains(Site.Emulator.TokenOf(43), await File.ReadAllTextAsync(Site.SecretsOf("shared"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
