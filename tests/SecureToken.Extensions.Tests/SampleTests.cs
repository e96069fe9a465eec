using System.Diagnostics;
using System.Text.RegularExpressions;
using SecureToken.Extensions.Tests.Support;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Extensions.Tests;

/// <summary>The sample WebApi, as its README runs it.</summary>
public sealed partial class SampleTests
{
    [Fact]
    public async Task The_web_API_fails_no_request_while_its_token_is_reset_twenty_times()
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        await using Site site = await Site.StartAsync();
        Command command = new Command(site.Directory.Path)
            .With("SECTOKEN_ENDPOINT", site.Emulator.BaseUrl.ToString()).With("SECTOKEN_IAM_ENDPOINT", site.Emulator.BaseUrl.ToString())
            .With("SECTOKEN_INSTANCE", site.Emulator.InstanceId).With("SECTOKEN_TEAM", Site.TeamName).With("SECTOKEN_API_KEY", site.Emulator.ApiKey);
        string path = Repository.Built("WebApi", "WebApi.dll", Path.Combine("samples"));
        using Process program = command.Start(site.Directory.Path, "dotnet", path, "--load", "8");
        Assert.Equal("Reset the token as often as you like.", await program.StandardOutput.ReadLineAsync(ct));
        for (int reset = 0; reset < 20; reset++)
        {
            int before = site.Emulator.Count("GET", Site.Resource);
            await Wait.UntilAsync("requests between two resets", () => program.HasExited || site.Emulator.Count("GET", Site.Resource) >= before + 40);
            site.Emulator.ResetToken(Site.Team);
        }

        string result = await program.StandardOutput.ReadToEndAsync(ct);
        string error = await program.StandardError.ReadToEndAsync(ct);
        await program.WaitForExitAsync(ct);
        TestContext.Current.TestOutputHelper?.WriteLine(result);
        Assert.True(program.ExitCode == 0, result + error);
        Match counts = ResultPattern().Match(result);
        Assert.True(counts.Success, result);
        Assert.InRange(int.Parse(counts.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), 800, int.MaxValue);
    }

    [GeneratedRegex(@"^(\d+) requests, 0 failed, 20 new tokens", RegexOptions.Multiline)]
    private static partial Regex ResultPattern();
}
