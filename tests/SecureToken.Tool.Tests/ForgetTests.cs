using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary><c>forget</c>: nothing is removed before somebody says yes.</summary>
public sealed class ForgetTests
{
    private static readonly string[] Places = ["--user-secrets", "id", "--dotenv", ".env", "--dotenv", "other.env"];

    [Fact]
    public async Task A_script_says_yes_with_an_option()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await FillAsync(tool);
        await tool.FailAsync(10, "SECTOK756", ["forget", .. Places]);
        await tool.FailAsync(10, "SECTOK756", ["forget", .. Places, "--json"]);

        ToolRun run = (await tool.RunAsync(["forget", .. Places, "--yes", "--json"])).Succeeds();
        Assert.Equal(["removed", "removed", "missing"], run.Json().GetProperty("destinations").EnumerateArray().Select(line => line.GetProperty("outcome").GetString()!));
        Assert.Contains($"removed   dotenv       {tool.At(".env")} ({ToolFixture.DefaultName}); the file is now empty, and was not deleted\n", run.Error, StringComparison.Ordinal);
        Assert.Equal(string.Empty, await File.ReadAllTextAsync(tool.At(".env"), TestContext.Current.CancellationToken));
        Assert.DoesNotContain(tool.Token, await File.ReadAllTextAsync(tool.UserSecrets("id"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("No copy is known.", (await tool.RunAsync("ledger", "list")).Succeeds().Output, StringComparison.Ordinal);
        (await tool.RunAsync(["forget", .. Places])).Succeeds();
    }

    [Theory]
    [InlineData("y\n", 0)]
    [InlineData("Yes\n", 0)]
    [InlineData("n\n", 10)]
    [InlineData("\n", 10)]
    [InlineData("", 10)]
    public async Task A_person_is_asked(string answer, int exit)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await FillAsync(tool);
        string before = tool.Destinations().ToString();
        tool.Set("TERM", "dumb");
        ToolRun run = await tool.RunAsync(new ToolCall(["forget", .. Places]) { OnTerminal = true, Input = answer.Length == 0 ? "\u0004" : answer });
        Assert.Equal(exit, run.Exit);
        Assert.Contains($"due       dotenv       {tool.At(".env")}", run.Output, StringComparison.Ordinal);
        Assert.Contains("Remove these 2 copies? [y/N] ", run.Output, StringComparison.Ordinal);
        Assert.Equal(exit != 0, before == tool.Destinations().ToString());
    }

    [Fact]
    public async Task A_value_that_nobody_knows_stays_and_is_told()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await FillAsync(tool);
        tool.Write("other.env", $"{ToolFixture.DefaultName}=somebody-else-s-token\n");
        ToolRun run = await tool.RunAsync(["forget", .. Places, "--yes"]);
        run.FailsWith(15, "SECTOK755");
        Assert.DoesNotContain("somebody-else", run.Error, StringComparison.Ordinal);
        Assert.Contains("kept      dotenv", run.Error, StringComparison.Ordinal);
        (await tool.RunAsync(["forget", .. Places, "--yes", "--force"])).Succeeds();
        Assert.Equal(string.Empty, await File.ReadAllTextAsync(tool.At("other.env"), TestContext.Current.CancellationToken));
    }

    private static async Task FillAsync(ToolFixture tool) => (await tool.RunAsync(["inject", .. Places[..4]])).Succeeds();
}
