using System.Text.Json;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary><c>ledger</c>: what is remembered, and how it is forgotten.</summary>
public sealed class LedgerTests
{
    [Fact]
    public async Task The_list_names_every_copy_of_every_team_and_asks_nobody()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await FillAsync(tool);
        File.Delete(tool.At("one/gone.env"));
        Directory.Delete(tool.At("usb"), recursive: true);
        tool.Emulator.ClearRequests();
        tool.Set("SECTOKEN_API_KEY", null).Set("SECTOKEN_ENDPOINT", null).Set("SECTOKEN_TEAM", null).Set("SECTOKEN_INSTANCE", null);

        ToolRun text = (await tool.RunAsync("ledger", "list")).Succeeds();
        Assert.Matches(@"(?m)^team payments \(101\): token [0-9a-f]{12}, verified just now$", text.Output);
        Assert.Matches($@"(?m)^  exists       dotenv  {tool.At("one/a.env")} +{ToolFixture.DefaultName}  written just now$", text.Output);
        Assert.Matches($@"(?m)^  deleted      dotenv  {tool.At("one/gone.env")} ", text.Output);
        Assert.Matches($@"(?m)^  unreachable  dotenv  {tool.At("usb/b.env")} ", text.Output);
        Assert.Contains("4 copies are known.", text.Output, StringComparison.Ordinal);
        Assert.Empty(text.Error);

        JsonElement[] tokens = [.. (await tool.RunAsync("ledger", "list", "--json")).Succeeds().Json().GetProperty("tokens").EnumerateArray()];
        Assert.Equal(["checkout", "payments"], tokens.Select(token => token.GetProperty("team").GetProperty("name").GetString()!));
        Assert.Equal([1, 3], tokens.Select(token => token.GetProperty("destinations").GetArrayLength()));
        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task An_empty_list_is_no_failure()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        Assert.Equal("No copy is known.\n", (await tool.RunAsync("ledger", "list")).Succeeds().Output);
    }

    [Fact]
    public async Task A_team_that_was_mistyped_is_not_listed()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await tool.FailAsync(13, "SECTOK403", "inject", "--team", "paymets", "--dotenv", "a.env");
        Assert.Equal("No copy is known.\n", (await tool.RunAsync("ledger", "list")).Succeeds().Output);
        Assert.Empty((await tool.RunAsync("ledger", "list", "--json")).Succeeds().Json().GetProperty("tokens").EnumerateArray());
    }

    [Fact]
    public async Task A_file_is_forgotten_and_not_touched()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await FillAsync(tool);
        string before = tool.Destinations().ToString();
        ToolRun run = (await tool.RunAsync("ledger", "forget", "one/a.env")).Succeeds();
        Assert.Equal($"forgotten dotenv       {tool.At("one/a.env")} ({ToolFixture.DefaultName}) of team payments (101)\n", run.Error);
        Assert.Equal(before, tool.Destinations().ToString());
        Assert.Equal(3, await CountAsync(tool));

        (await tool.RunAsync("ledger", "forget", "usb", "--json")).Succeeds();
        Assert.Equal(2, await CountAsync(tool));
        await tool.FailAsync(10, "SECTOK753", "ledger", "forget", "usb");
        await tool.FailAsync(10, "SECTOK753", "ledger", "forget", "nowhere", "--json");
    }

    [Fact]
    public async Task What_was_removed_is_forgotten_at_once_and_what_is_on_a_missing_disk_is_not()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await FillAsync(tool);
        File.Delete(tool.At("one/gone.env"));
        await File.WriteAllTextAsync(tool.At("one/a.env"), "OTHER=1\n", TestContext.Current.CancellationToken);
        Directory.Delete(tool.At("usb"), recursive: true);
        Assert.Equal(2, (await tool.RunAsync("ledger", "forget", "--gone")).Succeeds().Error.Split('\n').Count(line => line.StartsWith("forgotten ", StringComparison.Ordinal)));
        Assert.Equal(2, await CountAsync(tool));
        Assert.Equal("No remembered file was deleted.\n", (await tool.RunAsync("ledger", "forget", "--gone")).Succeeds().Error);
    }

    [Fact]
    public async Task What_is_to_be_forgotten_must_be_said_and_once()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await tool.FailAsync(10, "SECTOK101", "ledger", "forget");
        await tool.FailAsync(10, "SECTOK107", "ledger", "forget", "x", "--gone");
        await tool.FailAsync(10, "SECTOK109", "ledger", "lst");
    }

    [Fact]
    public async Task A_ledger_that_is_not_whole_is_told()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        (await tool.RunAsync("inject", "--dotenv", ".env")).Succeeds();
        string ledger = Assert.Single(Directory.GetFiles(Path.Combine(tool.Home, ".local", "state", "sectoken", "ledger"), "*.json"));
        await File.AppendAllTextAsync(ledger, "x", TestContext.Current.CancellationToken);
        ToolRun run = await tool.RunAsync("ledger", "list");
        run.FailsWith(17, "SECTOK750");
        Assert.Contains("1 copy is known.", run.Output, StringComparison.Ordinal);
        (await tool.RunAsync("inject", "--dotenv", ".env")).Succeeds();
        (await tool.RunAsync("ledger", "list")).Succeeds();
    }

    private static async Task FillAsync(ToolFixture tool)
    {
        (await tool.RunAsync("inject", "--dotenv", "one/a.env", "--dotenv", "one/gone.env")).Succeeds();
        (await tool.RunAsync("inject", "--dotenv", "usb/b.env", "--team", "101")).Succeeds();
        (await tool.RunAsync("inject", "--dotenv", "two/c.env", "--team", ToolFixture.OtherTeam)).Succeeds();
    }

    private static async Task<int> CountAsync(ToolFixture tool) =>
        (await tool.RunAsync("ledger", "list", "--json")).Succeeds().Json().GetProperty("tokens").EnumerateArray().Sum(token => token.GetProperty("destinations").GetArrayLength());
}
