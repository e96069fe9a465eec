using SecureToken.Build.Tests.Support;
using SecureToken.Emulator;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Build.Tests;

/// <summary>How loud a failure is, and what it says of the copies that stay.</summary>
public sealed class FailureTests(PackageFixture package) : PackageTest(package)
{
    private const string WrongKey = "wrong-key-0000000000000000000000000000000000";

    [Fact]
    public async Task An_unreachable_service_is_a_warning_while_the_destination_holds_a_token_also_in_CI()
    {
        string project = Site.BareProject();
        (await Site.MSBuildAsync(project)).Exits(0);
        Site.Emulator.FailNext(1000, 503);
        foreach (string ci in new[] { "false", "true" })
        {
            CommandResult result = (await Site.With("CI", ci).MSBuildAsync(project, "-p:SecureTokenRefreshAfter=0", "-p:SecureTokenTimeout=1")).Exits(0);
            Assert.Matches("warning SECTOK3.*The token injected a moment ago is kept", result.Output);
        }

        Assert.True(Site.HasToken(Site.SecretsOf("bare")));
    }

    [Theory]
    [InlineData(0, "warning", "CI=false", "")]
    [InlineData(1, "error", "CI=true", "")]
    [InlineData(1, "error", "CI=false", "-p:ContinuousIntegrationBuild=true")]
    [InlineData(1, "error", "TF_BUILD=True", "")]
    [InlineData(0, "warning", "CI=true", "-p:SecureTokenOnFailure=Warn")]
    [InlineData(1, "error", "CI=false", "-p:SecureTokenOnFailure=error")]
    public async Task Without_a_token_continuous_integration_fails_unless_told_otherwise(int exit, string severity, string variable, string property)
    {
        Site.Command.With("SECTOKEN_API_KEY", WrongKey).With(variable.Split('=')[0], variable.Split('=')[1]);
        CommandResult result = (await Site.MSBuildAsync(Site.BareProject(), property.Length == 0 ? [] : [property])).Exits(exit);
        Assert.Matches($"bare.proj : {severity} SECTOK204", result.Output);
        Assert.False(File.Exists(Site.SecretsOf("bare")));
    }

    [Theory]
    [InlineData(1, "error", "")]
    [InlineData(0, "warning", "-p:SecureTokenOnFailure=Warn")]
    public async Task The_token_of_another_team_is_an_error_and_is_not_written(int exit, string severity, string property)
    {
        Site.Emulator.TeamHeader = HonouredTeamHeader.None;
        string project = Site.BareProject();
        string secrets = Site.SecretsOf("bare");
        Directory.CreateDirectory(Path.GetDirectoryName(secrets)!);
        await File.WriteAllTextAsync(secrets, "{ \"Mine\": 1 }", Stop);
        CommandResult result = (await Site.MSBuildAsync(project, property.Length == 0 ? [] : [property])).Exits(exit);
        Assert.Contains($"{severity} SECTOK404", result.Output, StringComparison.Ordinal);
        Assert.Equal("{ \"Mine\": 1 }", await File.ReadAllTextAsync(secrets, Stop));
    }

    [Fact]
    public async Task A_token_that_cannot_be_asked_is_injected_with_a_warning_unless_verification_is_off_and_another_teams_is_refused()
    {
        foreach (string path in (string[])["/api/users/me", "/api/user/me", "/api/customer/accessKeys"])
        {
            Site.Emulator.SetAnswer(new EmulatorAnswer(path, "405-html"));
        }

        // The team that answers without a team header, so that no other proof is left.
        string project = Site.BareProject(properties: "<SecureTokenTeam>30785</SecureTokenTeam>");
        Site.Command.With("CI", "true");
        CommandResult result = (await Site.MSBuildAsync(project)).Exits(0);
        Assert.Contains("warning SECTOK407", result.Output, StringComparison.Ordinal);
        Assert.Contains("GET /api/users/me returned HTTP 405", result.Output, StringComparison.Ordinal);
        Assert.Contains(Site.Emulator.TokenOf(30785), await File.ReadAllTextAsync(Site.SecretsOf("bare"), Stop), StringComparison.Ordinal);

        result = (await Site.MSBuildAsync(project, "-p:SecureTokenVerify=off", "-p:SecureTokenRefreshAfter=0")).Exits(0);
        Assert.DoesNotContain("SECTOK", result.Output, StringComparison.Ordinal);

        Site.Emulator.TeamHeader = HonouredTeamHeader.None;
        result = (await Site.MSBuildAsync(project, "-p:SecureTokenTeam=payments", "-p:SecureTokenVerify=warn")).Exits(1);
        Assert.Contains("error SECTOK404", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_that_the_service_refuses_is_called_dead_in_every_project_of_the_build()
    {
        string all = Site.BareProjects(3, "<SecureTokenRefreshAfter>0</SecureTokenRefreshAfter>");
        (await Site.MSBuildAsync(all)).Exits(0);
        Site.Emulator.ResetToken(42);
        Site.Emulator.FailNext(1, 400, "/identity/token");
        Site.Emulator.ClearRequests();

        // One after the other: a failure is shared for some seconds only, and more processes may need them to start.
        CommandResult result = (await Site.MSBuildAsync(all, "-m:1")).Exits(0);
        Assert.Equal(3, result.Output.Split('\n').Where(line => line.Contains("is invalid: the service rejects it", StringComparison.Ordinal)).Select(line => line.Trim()).Distinct().Count());
        Assert.DoesNotContain("is kept", result.Output, StringComparison.Ordinal);
        Assert.Equal(1, Site.Requests.Iam);

        // In continuous integration nobody goes on with a dead token, even when nothing answers any more that could say so.
        Site.Emulator.FailNext(1000, 503);
        result = (await Site.With("CI", "true").MSBuildAsync(Path.Combine(Site.Work, "p01", "p01.proj"), "-p:SecureTokenTimeout=2")).Exits(1);
        Assert.Matches("error SECTOK3.*is invalid", result.Output);
    }

    [Fact]
    public async Task MSBuilds_own_switches_work_on_the_codes()
    {
        Site.Command.With("SECTOKEN_API_KEY", WrongKey);
        string project = await Site.SdkProjectAsync("app");
        CommandResult silent = (await Site.MSBuildAsync(project, "-t:BeforeBuild", "-p:NoWarn=SECTOK204")).Exits(0);
        Assert.DoesNotContain("warning SECTOK204", silent.Output, StringComparison.Ordinal);
        string bare = Site.BareProject();
        silent = (await Site.MSBuildAsync(bare, "-p:MSBuildWarningsAsMessages=SECTOK204")).Exits(0);
        Assert.DoesNotContain("warning SECTOK204", silent.Output, StringComparison.Ordinal);
        Assert.Contains("error SECTOK204", (await Site.MSBuildAsync(bare, "-p:MSBuildWarningsAsErrors=SECTOK204")).Exits(1).Output, StringComparison.Ordinal);
        Assert.Contains("error SECTOK204", (await Site.MSBuildAsync(bare, "-p:MSBuildTreatWarningsAsErrors=true")).Exits(1).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_that_writes_says_so_in_one_line_and_any_other_is_silent()
    {
        string project = Site.BareProject(body: """<ItemGroup><SecureTokenDestination Include="x.env" Kind="dotenv" /></ItemGroup>""");
        CommandResult first = (await Site.MSBuildAsync(project, "-v:m")).Exits(0);
        string line = Assert.Single(first.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Matches(@"^bare: token [0-9a-f]{12} of team .*42.* written to user-secrets .*secrets\.json, dotenv .*x\.env$", line);
        Assert.Equal(string.Empty, (await Site.MSBuildAsync(project, "-v:m")).Exits(0).Output.Trim());

        // The same by hand, for whoever looks.
        File.Delete(Path.Combine(Site.Work, "bare", "x.env"));
        CommandResult detailed = (await Site.MSBuildAsync(project, "-v:d")).Exits(0);
        Assert.Contains($"dotnet sectoken inject --endpoint {Site.Endpoint.TrimEnd('/')}", detailed.Output, StringComparison.Ordinal);
        Assert.Contains("--user-secrets bare", detailed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_project_has_wrong_is_told_by_name()
    {
        string[] faults =
        [
            "-p:SecureTokenTimeout=0", "-p:SecureTokenRefreshAfter=soon", "-p:SecureTokenPrivate=maybe", "-p:SecureTokenKey=a b",
        ];
        string project = Site.BareProject();
        foreach (string fault in faults)
        {
            CommandResult result = (await Site.MSBuildAsync(project, fault)).Exits(0);
            Assert.Matches("warning SECTOK1", result.Output);
        }

        Assert.Matches("error SECTOK108", (await Site.MSBuildAsync(project, "-p:SecureTokenOnFailure=Maybe")).Exits(1).Output);
        Assert.Matches("error SECTOK001", (await Site.MSBuildAsync(project, "-p:UserSecretsId=", "-p:SecureTokenOnFailure=Error")).Exits(1).Output);
        Assert.Equal(Requests.None, Site.Requests);
    }
}
