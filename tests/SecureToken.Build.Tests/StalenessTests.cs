using System.Text.RegularExpressions;
using SecureToken.Build.Tests.Support;
using SecureToken.Emulator;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Build.Tests;

/// <summary>What makes a refresh due, and what then has to be asked.</summary>
public sealed partial class StalenessTests(PackageFixture package) : PackageTest(package)
{
    private string Secrets => Site.SecretsOf("bare");

    [Fact]
    public async Task Another_team_endpoint_or_key_is_due()
    {
        string project = await FreshAsync();
        (await Site.MSBuildAsync(project, "-p:SecureTokenTeam=43")).Exits(0);
        Assert.Equal(Requests.Times(2), Site.Requests);
        Assert.Contains(Site.Emulator.TokenOf(43), await File.ReadAllTextAsync(Secrets, Stop), StringComparison.Ordinal);

        // The answer for the first team is still fresh, but nothing holds its token any more.
        (await Site.MSBuildAsync(project)).Exits(0);
        Assert.Equal(Requests.Times(3), Site.Requests);
        Assert.True(Site.HasToken(Secrets));

        // Another key is a place that misses the token, and the token is known.
        (await Site.MSBuildAsync(project, "-p:SecureTokenKey=Other:Key")).Exits(0);
        Assert.Equal(Requests.Times(3), Site.Requests);
        Assert.Contains("\"Other:Key\"", await File.ReadAllTextAsync(Secrets, Stop), StringComparison.Ordinal);

        await using EmulatorServer other = await EmulatorServer.StartAsync(new EmulatorOptions { Teams = Site.Emulator.Teams, InstanceId = Site.Emulator.InstanceId, ApiKey = Site.Emulator.ApiKey }, Stop);
        (await Site.MSBuildAsync(project, $"-p:SecureTokenEndpoint={other.BaseUrl}", $"-p:SecureTokenIamEndpoint={other.BaseUrl}")).Exits(0);
        Assert.Equal(Requests.Times(3), Site.Requests);
        Assert.Equal(Requests.Once, Requests.Of(other));
        Assert.Contains(other.TokenOf(42), await File.ReadAllTextAsync(Secrets, Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_destination_that_was_deleted_or_edited_is_due()
    {
        string project = await FreshAsync();
        File.Delete(Secrets);
        (await Site.MSBuildAsync(project)).Exits(0);
        Assert.True(Site.HasToken(Secrets));
        Assert.Equal(Requests.Times(2), Site.Requests);

        await File.WriteAllTextAsync(Secrets, """{ "Sysdig:SecureApiToken": "something-else", "Mine": 1 }""", Stop);
        (await Site.MSBuildAsync(project)).Exits(0);
        Assert.Equal($$"""{ "Sysdig:SecureApiToken": "{{Site.Token}}", "Mine": 1 }""", await File.ReadAllTextAsync(Secrets, Stop));
        Assert.Equal(Requests.Times(3), Site.Requests);

        // With a second copy there is nothing to ask.
        string dotenv = Path.Combine(Site.Work, "bare", "x.env");
        string item = """<ItemGroup><SecureTokenDestination Include="x.env" Kind="dotenv" /></ItemGroup>""";
        project = Site.BareProject(body: item);
        (await Site.MSBuildAsync(project)).Exits(0);
        File.Delete(Secrets);
        (await Site.MSBuildAsync(project)).Exits(0);
        File.Delete(dotenv);
        (await Site.MSBuildAsync(project)).Exits(0);
        Assert.True(Site.HasToken(Secrets));
        Assert.True(Site.HasToken(dotenv));
        Assert.Equal(Requests.Times(3), Site.Requests);
    }

    [Fact]
    public async Task A_destination_that_was_only_touched_is_looked_at_and_nothing_is_asked()
    {
        string project = await FreshAsync();
        File.SetLastWriteTimeUtc(Secrets, DateTime.UtcNow.AddMinutes(-5));
        DateTime touched = File.GetLastWriteTimeUtc(Secrets);
        (await Site.MSBuildAsync(project)).Exits(0);
        Assert.Equal(Requests.Once, Site.Requests);
        Assert.Equal(touched, File.GetLastWriteTimeUtc(Secrets));
        await AssertTaskAsync(project, runs: false);
    }

    [Fact]
    public async Task A_refresh_is_due_when_its_time_has_come()
    {
        string project = await FreshAsync();
        string stamp = Assert.Single(Directory.GetFiles(Path.Combine(Site.Work, "bare", "obj", "SecureToken")));
        Assert.InRange(File.GetLastWriteTimeUtc(stamp), DateTime.UtcNow.AddHours(7), DateTime.UtcNow.AddHours(8));
        Assert.Equal(0, new FileInfo(stamp).Length);

        // The stamp says due, the ledger knows better.
        File.SetLastWriteTimeUtc(stamp, DateTime.UtcNow.AddMinutes(-1));
        await AssertTaskAsync(project, runs: true);
        Assert.Equal(Requests.Once, Site.Requests);
        await AssertTaskAsync(project, runs: false);

        // And when the ledger agrees, the service is asked.
        File.SetLastWriteTimeUtc(stamp, DateTime.UtcNow.AddMinutes(-1));
        string ledger = Assert.Single(Directory.GetFiles(Path.Combine(Site.State, "ledger"), "*.json"));
        string text = await File.ReadAllTextAsync(ledger, Stop);
        Assert.Matches(VerifiedIn(), text);
        await File.WriteAllTextAsync(ledger, VerifiedIn().Replace(text, "2020"), Stop);
        Site.Emulator.ResetToken(42);
        (await Site.MSBuildAsync(project)).Exits(0);
        Assert.Equal(Requests.Times(2), Site.Requests);
        Assert.True(Site.HasToken(Secrets));
    }

    [Fact]
    public async Task Targets_that_run_before_ours_may_add_destinations()
    {
        string project = Site.BareProject(
            properties: "<SecureTokenInjectDependsOn>Mine</SecureTokenInjectDependsOn>",
            body: """<Target Name="Mine"><ItemGroup><SecureTokenDestination Include="late.env" Kind="dotenv" /></ItemGroup></Target>""");
        (await Site.MSBuildAsync(project)).Exits(0);
        Assert.True(Site.HasToken(Path.Combine(Site.Work, "bare", "late.env")));
    }

    /// <summary>The year; which one, the test may see change.</summary>
    [GeneratedRegex(@"(?<=""verifiedAt"": "")\d{4}")]
    private static partial Regex VerifiedIn();

    private async Task<string> FreshAsync()
    {
        string project = Site.BareProject();
        (await Site.MSBuildAsync(project)).Exits(0);
        Assert.Equal(Requests.Once, Site.Requests);
        Assert.True(Site.HasToken(Secrets));
        return project;
    }

    private async Task AssertTaskAsync(string project, bool runs)
    {
        CommandResult result = (await Site.MSBuildAsync(project, "-v:d")).Exits(0);
        Assert.Equal(runs, result.Output.Contains("Task \"InjectSecureToken\"", StringComparison.Ordinal));
    }
}
