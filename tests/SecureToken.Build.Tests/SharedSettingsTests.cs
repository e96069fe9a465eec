using SecureToken.Build.Tests.Support;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Build.Tests;

/// <summary>One sectoken.json serves the tool and the builds of all projects below it.</summary>
public sealed class SharedSettingsTests(PackageFixture package) : PackageTest(package)
{
    private const string Nothing = "<SecureTokenEndpoint /><SecureTokenIamEndpoint /><SecureTokenInstance /><SecureTokenTeam />";

    private string Scalars => $"""
        "endpoint": "{Site.Endpoint}", "iamEndpoint": "{Site.Endpoint}", "instance": "{Site.Emulator.InstanceId}"
        """;

    [Fact]
    public async Task A_project_without_a_setting_of_its_own_gets_the_token_that_the_nearest_file_names_and_a_changed_file_is_a_changed_setting()
    {
        Site.Write("sectoken.json", $$"""{ {{Scalars}}, "tokens": [ { "team": 42, "destinations": [ { "kind": "dotenv", "path": "deploy.env" } ] } ] }""");
        string project = Site.BareProject("api", Nothing);
        (await Site.MSBuildAsync(project)).Exits(0);
        Assert.True(Site.HasToken(Site.SecretsOf("api")));
        Assert.False(File.Exists(Path.Combine(Site.Work, "deploy.env")));

        CommandResult second = (await Site.MSBuildAsync(project, "-v:d")).Exits(0);
        Assert.DoesNotContain("Task \"InjectSecureToken\"", second.Output, StringComparison.Ordinal);
        Assert.Equal(Requests.Once, Site.Requests);

        string path = Path.Combine(Site.Work, "sectoken.json");
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path, Stop)).Replace("\"team\": 42", "\"team\": 43", StringComparison.Ordinal), Stop);
        (await Site.MSBuildAsync(project)).Exits(0);
        Assert.Contains(Site.Emulator.TokenOf(43), await File.ReadAllTextAsync(Site.SecretsOf("api"), Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_project_and_the_environment_say_comes_first()
    {
        Site.Write("sectoken.json", $$"""{ {{Scalars}}, "tokens": [ { "team": 42, "destinations": [ { "kind": "dotenv", "path": "deploy.env" } ] } ] }""");
        string own = Site.BareProject("own", Nothing + "<SecureTokenTeam>43</SecureTokenTeam>");
        (await Site.MSBuildAsync(own)).Exits(0);
        Assert.Contains(Site.Emulator.TokenOf(43), await File.ReadAllTextAsync(Site.SecretsOf("own"), Stop), StringComparison.Ordinal);
        Site.With("SECTOKEN_TEAM", "30785");
        (await Site.MSBuildAsync(Site.BareProject("other", Nothing))).Exits(0);
        Assert.Contains(Site.Emulator.TokenOf(30785), await File.ReadAllTextAsync(Site.SecretsOf("other"), Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"project\": \"api/api.proj\"")]
    [InlineData("\"id\": \"api\"")]
    public async Task The_entry_that_names_a_project_says_its_team_its_key_and_its_value(string name)
    {
        Site.Write("sectoken.json", $$"""
            { {{Scalars}}, "tokens": [
              { "destinations": [ { "kind": "dotenv", "path": "deploy.env" } ] },
              { "team": 43, "destinations": [ { "kind": "user-secrets", {{name}}, "key": "Http:Authorization", "value": "Bearer {token}" } ] } ] }
            """);

        // The environment's team is for entries that name none, as in the tool.
        Site.With("SECTOKEN_TEAM", "30785");
        (await Site.MSBuildAsync(Site.BareProject("api", Nothing))).Exits(0);
        Assert.Contains($"\"Http:Authorization\": \"Bearer {Site.Emulator.TokenOf(43)}\"", await File.ReadAllTextAsync(Site.SecretsOf("api"), Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_names_a_host_without_the_users_word_gets_no_credential_and_a_broken_one_is_told_with_its_place()
    {
        Site.Write("sectoken.json", $$"""{ {{Scalars}}, "tokens": [ { "team": 42, "destinations": [ { "kind": "dotenv", "path": "deploy.env" } ] } ] }""");
        string project = Site.BareProject("api", Nothing);
        Site.With("SECTOKEN_TRUST_HOST", string.Empty);
        CommandResult refused = (await Site.MSBuildAsync(project)).Exits(1);
        Assert.Contains("error SECTOK104", refused.Output, StringComparison.Ordinal);
        Assert.Contains("sectoken.json", refused.Output, StringComparison.Ordinal);
        Assert.Equal(Requests.None, Site.Requests);

        Site.Write("sectoken.json", "{ \"team\": }");
        Assert.Matches(@"warning SECTOK121: .*sectoken\.json\(1,11\)", (await Site.MSBuildAsync(project)).Exits(0).Output);
    }
}
