using SecureToken.Emulator;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>How strictly it is verified that a token is the team's: <c>require</c>, <c>warn</c>, <c>off</c>.</summary>
public sealed class VerifyModeTests
{
    /// <summary>The team that answers without a team header, so that no other proof is left where the token cannot be asked.</summary>
    private const string DefaultTeam = "30785";

    private static readonly string[] Questions = ["/api/users/me", "/api/user/me", "/api/customer/accessKeys"];

    public static TheoryData<string> NotHere => ["400", "403", "404", "405", "501", "403-html", "405-html", "html", "no-team"];

    [Theory]
    [MemberData(nameof(NotHere))]
    public async Task A_token_that_cannot_be_asked_is_used_with_a_warning_that_names_request_and_answer(string answer)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        Answer(tool, answer);
        foreach (ToolCall call in Commands(DefaultTeam))
        {
            ToolRun run = (await tool.RunAsync(call)).Succeeds();
            Assert.Equal(["SECTOK407"], run.Warnings);
            Assert.Contains($"GET /api/users/me returned HTTP {(answer is "html" or "no-team" ? "200" : answer[..3])}", run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(NotHere))]
    public async Task The_token_of_another_team_is_refused_where_the_token_cannot_be_asked_too(string answer)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Emulator.TeamHeader = HonouredTeamHeader.None;
        Answer(tool, answer);
        foreach (string mode in (string[])["require", "warn"])
        {
            tool.Set("SECTOKEN_VERIFY", mode);
            foreach (ToolCall call in Commands(ToolFixture.Team))
            {
                await tool.FailAsync(call.Arguments[0] == "run" ? 125 : 13, "SECTOK404", call);
            }
        }
    }

    [Theory]
    [InlineData("require", 13)]
    [InlineData("warn", 0)]
    [InlineData("off", 0)]
    public async Task A_token_that_two_requests_reject_is_an_error_a_warning_or_not_asked(string mode, int exit)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        Answer(tool, "401");
        ToolRun run = await tool.RunAsync("inject", "--dotenv", ".env", "--team", DefaultTeam, "--verify", mode);
        Assert.Equal(exit, run.Exit);
        Assert.Equal(mode == "require" ? ["SECTOK406"] : [], run.Errors);
        Assert.Equal(mode == "warn" ? ["SECTOK407"] : [], run.Warnings);
        Assert.Equal(mode == "warn", run.Error.Contains("two requests rejected it with HTTP 401", StringComparison.Ordinal));
        Assert.Equal(exit == 0, File.Exists(tool.At(".env")));
        Assert.Equal(mode != "off", Questions.Any(path => tool.Emulator.Count("GET", path) > 0));
    }

    [Fact]
    public async Task Where_it_is_off_nothing_is_asked_and_no_team_is_compared()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        foreach (ToolCall call in Commands(ToolFixture.Team))
        {
            tool.Emulator.ClearRequests();
            ToolRun run = (await tool.RunAsync(call with { Arguments = Off(call.Arguments) })).Succeeds();
            Assert.Empty(run.Warnings);
            Assert.Equal(1, tool.Fetches);
            Assert.All(Questions, path => Assert.Equal(0, tool.Emulator.Count("GET", path)));
        }
    }

    [Fact]
    public async Task The_nearest_word_counts_option_environment_entry_file()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        Answer(tool, "401");
        tool.Set("SECTOKEN_TEAM", null);
        tool.Write("sectoken.json", """{"verify":"off","tokens":[{"team":"30785","verify":"warn","destinations":[{"kind":"dotenv","path":".env"}]}]}""");
        Assert.Equal(["SECTOK407"], (await tool.RunAsync("inject")).Succeeds().Warnings);
        Assert.Empty((await tool.Set("SECTOKEN_VERIFY", "OFF").RunAsync("inject")).Succeeds().Warnings);
        await tool.FailAsync(13, "SECTOK406", "inject", "--verify", "require", "--json", "--dry-run");
        string config = (await tool.RunAsync("config")).Succeeds().Output;
        Assert.Matches(@"verification +OFF  \(SECTOKEN_VERIFY\)", config);
        Assert.Matches(@"verification +require  \(built in\)", (await tool.Set("SECTOKEN_VERIFY", null).RunAsync(new ToolCall("config") { Directory = tool.Home })).Succeeds().Output);
    }

    [Fact]
    public async Task Another_word_is_refused_with_its_source()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = await tool.FailAsync(10, "SECTOK108", "inject", "--dotenv", ".env", "--verify", "never");
        Assert.Contains("--verify cannot have the value 'never': it must be one of require, warn, off", run.Error, StringComparison.Ordinal);
        Assert.Contains("SECTOKEN_VERIFY", (await tool.Set("SECTOKEN_VERIFY", "never").FailAsync(10, "SECTOK108", "get")).Error, StringComparison.Ordinal);
        Assert.Empty(tool.Emulator.Requests);
    }

    private static void Answer(ToolFixture tool, string answer)
    {
        foreach (string path in Questions)
        {
            tool.Emulator.SetAnswer(new EmulatorAnswer(path, answer));
        }
    }

    private static ToolCall[] Commands(string team) =>
    [
        new("get", "--team", team) { PrintsToken = true },
        new("inject", "--dotenv", ".env", "--team", team),
        new("run", "--team", team, "--", "true"),
    ];

    /// <summary>The option has to stand before the program of <c>run</c>.</summary>
    private static string[] Off(string[] arguments) => [arguments[0], "--verify", "off", .. arguments[1..]];
}
