using System.Globalization;
using System.Text.RegularExpressions;
using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>The sample worker, which reads its token from user-secrets for every call.</summary>
public sealed partial class LocalRunTests
{
    private const string UserSecretsId = "sectoken-localrun";

    [Fact]
    public async Task A_worker_that_starts_before_there_is_any_user_secret_gets_the_token_and_goes_on_after_a_reset_without_a_restart()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await using LocalRunProcess worker = Start(tool);

        await worker.SaysAsync("waiting");
        await InjectAsync(tool);

        await AssertLivesThroughResetAsync(tool, worker, "file events");
    }

    [Fact]
    public async Task A_worker_that_polls_for_the_file_goes_on_after_a_reset_too()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("DOTNET_USE_POLLING_FILE_WATCHER", "1");
        await InjectAsync(tool);
        await using LocalRunProcess worker = Start(tool);

        await AssertLivesThroughResetAsync(tool, worker, "polling");
    }

    [Fact]
    public async Task A_worker_that_is_not_told_where_the_service_is_says_so()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_ENDPOINT", null);

        (await tool.OtherAsync("dotnet", Repository.Built("LocalRun", "LocalRun.dll", "samples"))).Exits(10);
    }

    private static LocalRunProcess Start(ToolFixture tool) => LocalRunProcess.Start(tool.Set("LocalRun__IntervalMilliseconds", "20"));

    private static async Task InjectAsync(ToolFixture tool) => (await tool.RunAsync("inject", "--user-secrets", UserSecretsId)).Succeeds();

    private static async Task AssertLivesThroughResetAsync(ToolFixture tool, LocalRunProcess worker, string watcher)
    {
        string before = await worker.SaysAsync("accepted: token ");
        await ResetAsync(tool);
        await worker.SaysAsync("refused (401): token ");
        await InjectAsync(tool);
        string after = await worker.SaysAsync("accepted: token ");
        (int exit, string last) = await worker.StopAsync();

        Assert.Equal(0, exit);
        Assert.EndsWith(string.Create(CultureInfo.InvariantCulture, $", team {ToolFixture.TeamId}"), after, StringComparison.Ordinal);
        Assert.NotEqual(Fingerprint(before), Fingerprint(after));
        tool.AssertNoSecret(worker.Said);
        Match outage = Outage().Match(last);
        Assert.True(double.Parse(outage.Groups["seconds"].Value, CultureInfo.InvariantCulture) > 0, last);
        Figures.Report($"LocalRun, {watcher}: {outage.Value}");
    }

    private static async Task ResetAsync(ToolFixture tool)
    {
        using var admin = new HttpClient();
        using HttpResponseMessage reset = await admin.PostAsync(new Uri(tool.Emulator.BaseUrl, $"/emulator/reset/{ToolFixture.Team}"), null, TestContext.Current.CancellationToken);
        Assert.True(reset.IsSuccessStatusCode);
    }

    private static string Fingerprint(string line) => line.Split("token ")[1].Split(',')[0];

    [GeneratedRegex(@"401 for (?<seconds>\d+\.\d+) s in total$")]
    private static partial Regex Outage();
}
