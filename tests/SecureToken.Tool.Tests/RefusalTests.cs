using SecureToken.Emulator;
using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>Exit 13: the service answers, and says no, or answers for somebody else.</summary>
public sealed class RefusalTests
{
    private static readonly string[] Inject = ["inject", "--dotenv", ".env"];

    [Fact]
    public async Task An_instance_that_takes_IAM_tokens_only_is_told_as_such()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Emulator.IamOnly = true;
        ToolRun run = await tool.FailAsync(13, "SECTOK401", Inject);
        Assert.Contains("IAM_ONLY", run.Error, StringComparison.Ordinal);
        Assert.Contains(tool.Emulator.InstanceId, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("paymnets", "Did you mean 'payments'?")]
    [InlineData("Payments", "Did you mean 'payments'?")]
    [InlineData("999", "Visible teams: payments (101)")]
    [InlineData("Équipe \"Ü\" & Söhne", "Visible teams: ")]
    [InlineData("../users/me", "Visible teams: ")]
    public async Task An_unknown_team_is_told_with_those_that_are_there(string team, string hint)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string before = tool.Destinations().ToString();
        ToolRun run = await tool.RunAsync([.. Inject, "--team", team]);
        Assert.Equal(13, run.Exit);
        Assert.Equal(["SECTOK403"], run.Errors);
        Assert.Contains(hint, run.Error, StringComparison.Ordinal);
        Assert.Equal(before, tool.Destinations().ToString());
        Assert.DoesNotContain(tool.Emulator.Requests, request => request.Path.StartsWith("/api/users", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unknown_instance_is_told()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await tool.FailAsync(13, "SECTOK402", [.. Inject, "--team", "101", "--instance", Guid.NewGuid().ToString()]);
    }

    [Theory]
    [InlineData("inject")]
    [InlineData("get")]
    public async Task The_token_of_another_team_is_neither_written_nor_printed(string command)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Emulator.TeamHeader = HonouredTeamHeader.None;
        ToolRun run = await tool.FailAsync(13, "SECTOK404", command == "get" ? ["get"] : Inject);
        Assert.Contains("team 30785", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HonouredTeamHeader.SysdigTeamID)]
    [InlineData(HonouredTeamHeader.TeamID)]
    public async Task Either_team_header_may_be_the_one_that_counts(HonouredTeamHeader header)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Emulator.TeamHeader = header;
        (await tool.RunAsync(Inject)).Succeeds();
    }

    [Fact]
    public async Task What_a_server_says_cannot_steer_the_terminal()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await using FaultServer server = FaultServer.Answering(
            400, "application/json", "{\"errors\":[{\"reason\":\"\\u001b]0;owned\\u0007\",\"message\":\"a\\r\\ndotnet-sectoken : error SECTOK000: forged\\u202e\"}]}");
        tool.Set("SECTOKEN_ENDPOINT", server.BaseUrl);
        await tool.FailAsync(13, "SECTOK408", [.. Inject, "--team", "101"]);
    }

    [Fact]
    public async Task A_teams_name_cannot_steer_the_terminal()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await using FaultServer server = FaultServer.Behaving((head, stream, stop) =>
        {
            string body = head.Contains("/api/teams ", StringComparison.Ordinal)
                ? "{\"teams\":[{\"id\":7,\"name\":\"a\\u001b[2J\\r\\nforged\\u009b\\u202e\"}]}"
                : "{}";
            return stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"), stop).AsTask();
        });
        tool.Set("SECTOKEN_ENDPOINT", server.BaseUrl);
        ToolRun run = await tool.FailAsync(13, "SECTOK403", Inject);
        Assert.Contains("forged", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_that_the_service_refuses_is_told_as_dead()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        (await tool.RunAsync(Inject)).Succeeds();
        tool.Emulator.IamOnly = true;
        ToolRun run = await tool.FailAsync(13, "SECTOK401", Inject);
        Assert.Contains("dead      dotenv", run.Error, StringComparison.Ordinal);
    }
}
