using SecureToken.Build.Tests.Support;
using Xunit;

namespace SecureToken.Build.Tests;

/// <summary>The ledger is a help, never a need: whatever lies in its place, the build succeeds and the token arrives.</summary>
public sealed class LedgerTests(PackageFixture package) : PackageTest(package)
{
    private string Ledger => Assert.Single(Directory.GetFiles(Path.Combine(Site.State, "ledger"), "*.json"));

    [Fact]
    public async Task A_ledger_that_is_cut_off_costs_a_request_and_is_repaired()
    {
        string project = Site.BareProject(properties: "<SecureTokenOnFailure>Error</SecureTokenOnFailure>");
        (await Site.MSBuildAsync(project)).Exits(0);
        string whole = await File.ReadAllTextAsync(Ledger, Stop);
        await File.WriteAllTextAsync(Ledger, whole[..(whole.Length / 2)], Stop);
        await AssertWorksAsync(project);
        Assert.Equal(Requests.Times(2), Site.Requests);
        Assert.EndsWith("}", await File.ReadAllTextAsync(Ledger, Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_that_was_written_by_somebody_else_gets_nothing_out_of_us()
    {
        // It names a file as the place of the token, and a fingerprint that no token has.
        string project = Site.BareProject();
        (await Site.MSBuildAsync(project)).Exits(0);
        string text = await File.ReadAllTextAsync(Ledger, Stop);
        string fingerprint = System.Text.RegularExpressions.Regex.Match(text, "\"fingerprint\": \"([0-9a-f]+)\"").Groups[1].Value;
        await File.WriteAllTextAsync(Ledger, text.Replace(fingerprint, "000000000000", StringComparison.Ordinal).Replace(Site.SecretsOf("bare"), "/etc/passwd", StringComparison.Ordinal), Stop);
        File.Delete(Site.SecretsOf("bare"));
        (await Site.MSBuildAsync(project)).Exits(0);
        Assert.True(Site.HasToken(Site.SecretsOf("bare")));
        Assert.Equal(Requests.Times(2), Site.Requests);
    }

    [Fact]
    public async Task Something_else_in_the_place_of_the_ledger_costs_a_request_and_nothing_more()
    {
        string project = Site.BareProject(properties: "<SecureTokenOnFailure>Error</SecureTokenOnFailure>");
        (await Site.MSBuildAsync(project)).Exits(0);
        string ledger = Ledger;

        File.Delete(ledger);
        string target = Path.Combine(Site.Root, "target");
        await File.WriteAllTextAsync(target, "untouched", Stop);
        File.CreateSymbolicLink(ledger, target);
        await AssertWorksAsync(project);
        Assert.Equal("untouched", await File.ReadAllTextAsync(target, Stop));

        File.Delete(ledger);
        Directory.CreateDirectory(ledger);
        await AssertWorksAsync(project);

        Directory.Delete(Site.State, recursive: true);
        await File.WriteAllTextAsync(Site.State, "a file", Stop);
        await AssertWorksAsync(project);
    }

    [Trait("System", "Unix")]
    [Theory]
    [InlineData("/proc/sectoken")]
    [InlineData("relative/path")]
    public async Task A_state_directory_that_cannot_be_written_costs_a_request_and_nothing_more(string directory)
    {
        Site.Command.With("SECTOKEN_STATE_DIR", directory);
        await AssertWorksAsync(Site.BareProject(properties: "<SecureTokenOnFailure>Error</SecureTokenOnFailure>"));
    }

    private async Task AssertWorksAsync(string project)
    {
        if (File.Exists(Site.SecretsOf("bare")))
        {
            File.Delete(Site.SecretsOf("bare"));
        }

        (await Site.MSBuildAsync(project)).Exits(0);
        Assert.True(Site.HasToken(Site.SecretsOf("bare")));
    }
}
