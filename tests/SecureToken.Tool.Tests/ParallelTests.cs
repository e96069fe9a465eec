using System.Text.Json;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>Many processes write one file at the same time, and none loses what another wrote.</summary>
[Trait("Cost", "high")]
[Trait("About", "Concurrency")]
public sealed class ParallelTests
{
    private const int Processes = 20;

    // With the native tool two hundred starts take seconds; otherwise most of the time would go to the compiler of each start.
    private static int Rounds => ToolFixture.IsNative ? 10 : 3;

    [Theory]
    [InlineData(null)]
    [InlineData("1")]
    public async Task Twenty_processes_at_a_time_lose_no_key(string? disableFileLocking)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();

        // A given IAM token saves a request, and a start that compiles each method once saves a fifth. The writes are the same.
        tool.Set("SECTOKEN_API_KEY", null).Set("SECTOKEN_IAM_TOKEN", await tool.IamTokenAsync()).Set("SECTOKEN_TEAM", "101")
            .Set("DOTNET_TieredPGO", "0").Set("DOTNET_TC_CallCountThreshold", "1000").Set("DOTNET_EnableDiagnostics", "0").Set("DOTNET_SYSTEM_IO_DISABLEFILELOCKING", disableFileLocking);

        // Twenty that start at once need longer than one.
        await Task.WhenAll(Enumerable.Range(0, Processes).Select(async process =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                (await tool.RunAsync(new ToolCall("inject", "--user-secrets", "shared", "--key", $"K{process}:{round}", "--timeout", "300", "-q") { IsOneOfMany = true })).Succeeds();
            }
        }));
        tool.AssertNoSecret(string.Empty);

        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(tool.UserSecrets("shared"), TestContext.Current.CancellationToken));
        Dictionary<string, string?> kept = document.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString());
        string[] expected = [.. Enumerable.Range(0, Processes).SelectMany(process => Enumerable.Range(0, Rounds).Select(round => $"K{process}:{round}"))];
        Assert.Equal(expected.Order(StringComparer.Ordinal), kept.Keys.Order(StringComparer.Ordinal));
        Assert.All(kept.Values, value => Assert.Equal(tool.Token, value));
    }
}
