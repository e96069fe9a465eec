using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>The sample worker, as its README runs it.</summary>
public sealed partial class LocalRunTests
{
    private const string UserSecretsId = "sectoken-localrun";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_that_asks_the_service_fails_no_request_while_its_token_is_reset_twenty_times()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        using Process worker = tool.StartOther("dotnet", Repository.Built("LocalRun", "LocalRun.dll", "samples"), "--load", "8");
        worker.StandardInput.Close();
        string said = await worker.StandardOutput.ReadLineAsync(Stop) ?? string.Empty;
        Assert.Contains("accepted: token ", said, StringComparison.Ordinal);
        for (int reset = 0; reset < 20; reset++)
        {
            int before = Calls(tool);
            await Wait.UntilAsync("requests between two resets", () => worker.HasExited || Calls(tool) >= before + 40);
            tool.Protect("an old token", tool.Token);
            await ResetAsync(tool);
        }

        said += await worker.StandardOutput.ReadToEndAsync(Stop) + await worker.StandardError.ReadToEndAsync(Stop);
        await worker.WaitForExitAsync(Stop);
        tool.AssertNoSecret(said);
        Assert.True(worker.ExitCode == 0, said);
        Match counts = Counts().Match(said);
        Assert.True(counts.Success, said);
        Assert.Equal("0", counts.Groups["failed"].Value);
        Assert.InRange(int.Parse(counts.Groups["requests"].Value, CultureInfo.InvariantCulture), 800, int.MaxValue);
        Figures.Report($"LocalRun: {counts.Value}");
    }

    [Fact]
    public async Task A_worker_that_follows_a_copy_starts_without_one_and_goes_on_when_the_copy_has_the_new_token()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("LocalRun__IntervalMilliseconds", "20").Set("SECTOKEN_INSTANCE", null).Set("SECTOKEN_TEAM", null);
        await using LocalRunProcess worker = LocalRunProcess.Start(tool, "--copy", "true");
        await worker.SaysAsync("waiting");
        await InjectAsync(tool);
        string before = await worker.SaysAsync("accepted: token ");
        tool.Protect("the old token", tool.Token);
        await ResetAsync(tool);
        await worker.SaysAsync("refused (401): token ");
        await InjectAsync(tool);
        string after = await worker.SaysAsync("accepted: token ");
        (int exit, string last) = await worker.StopAsync();

        Assert.Equal(0, exit);
        Assert.EndsWith(string.Create(CultureInfo.InvariantCulture, $", team {ToolFixture.TeamId}"), after, StringComparison.Ordinal);
        Assert.NotEqual(Fingerprint(before), Fingerprint(after));
        tool.AssertNoSecret(worker.Said);
        Assert.NotEqual("0", Counts().Match(last).Groups["failed"].Value);
    }

    [Fact]
    public async Task A_worker_that_is_not_told_where_the_service_is_says_so()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_ENDPOINT", null);

        (await tool.OtherAsync("dotnet", Repository.Built("LocalRun", "LocalRun.dll", "samples"))).Exits(10);
    }

    private static int Calls(ToolFixture tool) => tool.Emulator.Count("GET", "/api/users/me");

    private static async Task InjectAsync(ToolFixture tool)
    {
        tool.Set("SECTOKEN_INSTANCE", tool.Emulator.InstanceId).Set("SECTOKEN_TEAM", ToolFixture.Team);
        (await tool.RunAsync("inject", "--user-secrets", UserSecretsId)).Succeeds();
    }

    private static async Task ResetAsync(ToolFixture tool)
    {
        using var admin = new HttpClient();
        using HttpResponseMessage reset = await admin.PostAsync(new Uri(tool.Emulator.BaseUrl, $"/emulator/reset/{ToolFixture.Team}"), null, Stop);
        Assert.True(reset.IsSuccessStatusCode);
    }

    private static string Fingerprint(string line) => line.Split("token ")[1].Split(',')[0];

    [GeneratedRegex(@"(?<requests>\d+) requests, (?<failed>\d+) failed, (?<tokens>\d+) tokens")]
    private static partial Regex Counts();
}
