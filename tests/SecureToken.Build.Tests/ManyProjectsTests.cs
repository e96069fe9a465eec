using System.Diagnostics;
using SecureToken.Build.Tests.Support;
using SecureToken.Core.Operations.Session;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Build.Tests;

/// <summary>Twenty projects without an SDK: what they share of an answer, and of a failure.</summary>
public sealed class ManyProjectsTests(PackageFixture package) : PackageTest(package)
{
    public static TheoryData<string> Modes => ["-m:1", "-m:4", "-m:4 -mt"];

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Refreshing_in_every_build_asks_once_in_each(string mode)
    {
        string all = Site.BareProjects(20, "<SecureTokenRefreshAfter>0</SecureTokenRefreshAfter>");
        for (int build = 1; build <= 2; build++)
        {
            (await Site.MSBuildAsync(all, mode.Split(' '))).Exits(0);
            Assert.Equal(Requests.Times(build), Site.Requests);
        }
    }

    [Theory]
    [InlineData("-m:1")]
    [InlineData("-m:4")]
    public async Task A_service_in_trouble_costs_one_set_of_attempts_and_the_next_build_asks_again(string mode)
    {
        Site.Emulator.FailNext(10_000, 503);
        string one = Site.BareProject("alone");
        (await Site.MSBuildAsync(one)).Exits(0);

        // A fault is retried until the deadline of ten seconds, at most eight times.
        const int Attempts = 9;
        Assert.InRange(Site.Requests.Iam, 1, Attempts);

        // Another team, so that nothing is shared with the project alone.
        string all = Site.BareProjects(20, "<SecureTokenTeam>43</SecureTokenTeam>");
        Site.Emulator.ClearRequests();
        (CommandResult first, int sets) = await TimedAsync(all, mode);
        Assert.InRange(Site.Requests.Iam, 1, sets * Attempts);
        Assert.Equal(20, first.Output.Split('\n').Where(line => line.Contains("warning SECTOK311", StringComparison.Ordinal)).Select(line => line.Trim()).Distinct().Count());

        Site.Emulator.ClearRequests();
        (_, sets) = await TimedAsync(all, mode);
        Assert.InRange(Site.Requests.Iam, 1, sets * Attempts);
    }

    [Fact]
    public async Task A_network_that_is_silent_costs_a_build_the_limit_of_one_project()
    {
        await using FaultServer silent = FaultServer.Behaving((_, _, stop) => Task.Delay(Timeout.Infinite, stop));
        string all = Site.BareProjects(20, $"<SecureTokenIamEndpoint>{silent.BaseUrl}</SecureTokenIamEndpoint><SecureTokenTimeout>1</SecureTokenTimeout>");
        (CommandResult result, int sets) = await TimedAsync(all, "-m:4");
        Assert.InRange(silent.Connections, 1, sets);
        Assert.Equal(20, result.Output.Split('\n').Where(line => line.Contains("warning SECTOK304", StringComparison.Ordinal)).Select(line => line.Trim()).Distinct().Count());
        Assert.Equal(Requests.None, Site.Requests);
        Assert.Contains("| `SecureTokenTimeout` | `10` |", await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "msbuild.md"), Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_key_is_told_to_IAM_once()
    {
        const string mode = "-m:4 -mt";
        Site.Command.With("SECTOKEN_API_KEY", "wrong-key-0000000000000000000000000000000000");
        string all = Site.BareProjects(20);
        (_, int sets) = await TimedAsync(all, mode);
        Assert.InRange(Site.Requests.Iam, 1, sets);
        Site.Emulator.ClearRequests();
        (_, sets) = await TimedAsync(all, mode);
        Assert.InRange(Site.Requests.Iam, 1, sets);
        Assert.Equal((0, 0), (Site.Requests.Token, Site.Requests.Proof));

        // Somebody who corrects the key does not wait for a remembered failure to end.
        Site.Command.With("SECTOKEN_API_KEY", Site.Emulator.ApiKey);
        Site.Emulator.ClearRequests();
        (await Site.MSBuildAsync(all, mode.Split(' '))).Exits(0);
        Assert.Equal(Requests.Once, Site.Requests);
        Assert.True(Site.HasToken(Site.SecretsOf("p20")));
    }

    /// <summary>
    /// Builds, and says how often the service may have been tried: a failure is shared for as long as it lives, so once, unless the machine
    /// is so slow that the build outlives it.
    /// </summary>
    private async Task<(CommandResult Result, int Sets)> TimedAsync(string project, string mode)
    {
        long began = Stopwatch.GetTimestamp();
        CommandResult result = (await Site.MSBuildAsync(project, mode.Split(' '))).Exits(0);
        return (result, 1 + (int)(Stopwatch.GetElapsedTime(began) / Sharing.FailureLife));
    }
}
