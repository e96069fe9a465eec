using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>Two projects that want the tokens of two teams in one place would take turns there, so the first one keeps it.</summary>
public sealed class PlaceClaimTests
{
    [Fact]
    public async Task A_place_that_another_project_fills_for_another_team_is_left_alone_however_it_is_spelled()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string first = tool.Write("a/sectoken.json", Declares("shared/x.env", ToolFixture.Team));
        string second = tool.Write("b/sectoken.json", Declares("../a/shared/x.env", ToolFixture.OtherTeam));
        tool.Set("SECTOKEN_TEAM", null);
        (await tool.RunAsync("inject", first)).Succeeds();
        string held = await File.ReadAllTextAsync(tool.At("a/shared/x.env"), TestContext.Current.CancellationToken);

        foreach (string team in new[] { ToolFixture.OtherTeam, ToolFixture.OtherTeamId.ToString(System.Globalization.CultureInfo.InvariantCulture) })
        {
            foreach (string path in new[] { "../a/shared/x.env", "../a/./shared/x.env", "link/x.env" })
            {
                Directory.CreateDirectory(tool.At("b"));
                if (!Path.Exists(tool.At("b/link")))
                {
                    File.CreateSymbolicLink(tool.At("b/link"), tool.At("a/shared"));
                }

                ToolRun refused = await tool.RunAsync(new ToolCall("inject", "--team", team, "--dotenv", path) { Directory = tool.At("b") });
                Assert.Equal(["SECTOK759"], refused.Errors);
                Assert.Contains(first, refused.Error, StringComparison.Ordinal);
            }
        }

        Assert.Equal(["SECTOK122"], (await tool.RunAsync("inject", second)).Errors);
        Assert.Equal(held, await File.ReadAllTextAsync(tool.At("a/shared/x.env"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_same_team_by_name_and_id_and_another_key_are_no_conflict()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_TEAM", null);
        (await tool.RunAsync("inject", tool.Write("a/sectoken.json", Declares("x.env", ToolFixture.Team)))).Succeeds();
        (await tool.RunAsync("inject", "--team", "101", "--dotenv", "a/x.env")).Succeeds();
        (await tool.RunAsync("inject", "--team", ToolFixture.OtherTeam, "--dotenv", "a/x.env", "--name", "OTHER")).Succeeds();
    }

    [Fact]
    public async Task A_project_that_changes_its_team_takes_its_place_along_and_so_does_anyone_when_it_is_gone()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_TEAM", null);
        string project = tool.Write("a/sectoken.json", Declares("x.env", ToolFixture.Team));
        (await tool.RunAsync("inject", project)).Succeeds();
        tool.Write("a/sectoken.json", Declares("x.env", ToolFixture.OtherTeam));
        (await tool.RunAsync("inject", project)).Succeeds();

        // The first team's ledger knows the place no more.
        ToolRun known = (await tool.RunAsync("ledger", "list")).Succeeds();
        Assert.Single(known.Output.Split('\n'), line => line.Contains("x.env", StringComparison.Ordinal));

        await tool.FailAsync(10, "SECTOK759", "inject", "--team", ToolFixture.Team, "--dotenv", "a/x.env");
        File.Delete(project);
        (await tool.RunAsync("inject", "--team", ToolFixture.Team, "--dotenv", "a/x.env")).Succeeds();
    }

    [Fact]
    public async Task What_the_message_says_frees_the_place()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_TEAM", null);
        (await tool.RunAsync("inject", tool.Write("a/sectoken.json", Declares("x.env", ToolFixture.Team)))).Succeeds();
        string[] again = ["inject", "--team", ToolFixture.OtherTeam, "--dotenv", "a/x.env"];
        ToolRun refused = await tool.FailAsync(10, "SECTOK759", again);
        string command = refused.Error.Split("dotnet sectoken ")[^1].Trim();
        (await tool.RunAsync(command.Split(' '))).Succeeds();
        (await tool.RunAsync(again)).Succeeds();
    }

    private static string Declares(string path, string team) =>
        $$"""{ "tokens": [ { "team": "{{team}}", "destinations": [ { "kind": "dotenv", "path": "{{path}}" } ] } ] }""";
}
