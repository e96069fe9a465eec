using System.Text.Json;
using SecureToken.Emulator;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary><c>teams</c> lists the teams and says whose token can be read, without showing one.</summary>
public sealed class TeamsTests
{
    [Fact]
    public async Task The_table_has_every_team_with_id_name_default_and_whether_the_token_can_be_read_whichever_team_is_set()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Write("sectoken.json", """{ "tokens": [ { "team": "payments", "destinations": [ { "kind": "dotenv", "path": "a.env" } ] } ] }""");
        ToolRun run = (await tool.RunAsync("teams")).Succeeds();
        Assert.Equal(
            """
               ID  NAME               DEFAULT  TOKEN
              202  checkout           no       yes
              101  payments           no       yes
            30785  Secure Operations  yes      yes

            """,
            run.Output);
        Assert.Empty(run.Error);
        Assert.Equal(1, tool.Emulator.Count("POST", "/identity/token"));
        Assert.Equal(3, tool.Fetches);
    }

    [Fact]
    public async Task A_program_gets_one_object()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_TEAM", null);
        JsonElement json = (await tool.RunAsync("teams", "--json")).Succeeds().Json();
        Assert.Equal("teams", json.GetProperty("command").GetString());
        Assert.Equal(tool.Emulator.InstanceId, json.GetProperty("instance").GetString());
        JsonElement first = json.GetProperty("teams")[0];
        Assert.Equal((202, "checkout", false, true), (first.GetProperty("id").GetInt64(), first.GetProperty("name").GetString(), first.GetProperty("isDefault").GetBoolean(), first.GetProperty("canReadToken").GetBoolean()));
        Assert.Equal(JsonValueKind.Null, json.GetProperty("failure").ValueKind);
    }

    [Fact]
    public async Task A_token_that_cannot_be_read_is_told_with_the_reason_once()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_TEAM", null).Set("SECTOKEN_RESOURCE_CONTROLLER", tool.Emulator.BaseUrl.ToString().TrimEnd('/'));
        tool.Emulator.IamOnly = true;
        ToolRun run = (await tool.RunAsync("teams")).Succeeds();
        Assert.Contains("payments           no       no (SECTOK416)", run.Output, StringComparison.Ordinal);
        Assert.Equal(["SECTOK416"], run.Warnings);
        Assert.Equal(1, tool.Emulator.Count("GET", "/v2/resource_instances"));
    }

    [Fact]
    public async Task One_team_can_be_asked_for_by_id_or_name()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        foreach (string team in (string[])["101", "payments"])
        {
            ToolRun run = (await tool.RunAsync("teams", "--team", team)).Succeeds();
            Assert.Contains("101  payments", run.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("checkout", run.Output, StringComparison.Ordinal);
        }

        await tool.FailAsync(13, "SECTOK403", "teams", "--team", "paymnets");
    }

    [Fact]
    public async Task A_list_that_cannot_be_had_is_told_in_both_forms()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Emulator.SetAnswer(new EmulatorAnswer("/api/teams", "501"));
        tool.Emulator.SetAnswer(new EmulatorAnswer("/platform/v1/teams", "501"));
        await tool.FailAsync(12, "SECTOK311", "teams");
        ToolRun json = await tool.FailAsync(12, "SECTOK311", "teams", "--json");
        Assert.Equal("SECTOK311", json.Json().GetProperty("failure").GetProperty("code").GetString());
    }
}
