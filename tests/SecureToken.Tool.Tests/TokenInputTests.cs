using System.Text.RegularExpressions;
using SecureToken.Emulator;
using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary><c>--token-stdin</c>: the token itself is given, and no credential is needed.</summary>
public sealed class TokenInputTests
{
    private static readonly string[] Places = ["--user-secrets", "id", "--dotenv", ".env"];

    [Theory]
    [InlineData("", "payments", "")]
    [InlineData("Bearer ", "payments", "\n")]
    [InlineData(" bearer  ", "101", "\r\n")]
    public async Task A_token_from_the_page_is_verified_and_written_and_IAM_is_not_asked(string before, string team, string after)
    {
        await using ToolFixture tool = await StartAsync();
        ToolRun run = (await tool.RunAsync(new ToolCall(["inject", .. Places, "--team", team, "--token-stdin", "-v"])
        {
            Input = before + tool.Token + after,
        })).Succeeds();
        Assert.Contains(tool.Token, await File.ReadAllTextAsync(tool.At(".env"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("a token, of an unknown identity", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Warnings);
        Assert.Equal((0, 0, 1), (tool.Emulator.Count("POST", "/identity/token"), tool.Fetches, tool.Emulator.Count("GET", "/api/users/me")));
    }

    [Fact]
    public async Task Status_and_forget_take_it_too_and_a_credential_that_is_set_is_not_used()
    {
        await using ToolFixture tool = await StartAsync();
        tool.Set("SECTOKEN_API_KEY", "not-a-key");
        (await tool.RunAsync(new ToolCall(["inject", .. Places, "--token-stdin"]) { Input = tool.Token })).Succeeds();
        ToolRun status = (await tool.RunAsync(new ToolCall(["status", .. Places, "--token-stdin", "-v"]) { Input = tool.Token })).Succeeds();
        Assert.Contains("of an unknown identity", status.Output, StringComparison.Ordinal);
        Assert.Contains("current", status.Output, StringComparison.Ordinal);

        // What the ledger does not know is compared with the token that was given.
        tool.Write("mine.env", $"{ToolFixture.DefaultName}={tool.Token}\n");
        Directory.Delete(Path.Combine(tool.Home, ".local", "state", "sectoken"), recursive: true);
        (await tool.RunAsync(new ToolCall("forget", "--dotenv", "mine.env", "--yes", "--token-stdin") { Input = tool.Token })).Succeeds();
        Assert.DoesNotContain(tool.Token, await File.ReadAllTextAsync(tool.At("mine.env"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(0, tool.Emulator.Count("POST", "/identity/token"));
    }

    [Fact]
    public async Task A_stale_copy_is_told_by_the_token_that_was_given()
    {
        await using ToolFixture tool = await StartAsync();
        (await tool.RunAsync(new ToolCall(["inject", .. Places, "--token-stdin"]) { Input = tool.Token })).Succeeds();
        tool.Protect("the old token", tool.Token);
        tool.Emulator.ResetToken(ToolFixture.TeamId);
        Assert.Equal(14, (await tool.RunAsync(new ToolCall(["status", .. Places, "--token-stdin"]) { Input = tool.Token })).Exit);
    }

    [Fact]
    public async Task Another_teams_token_and_a_dead_one_are_refused_by_every_command_that_would_write()
    {
        await using ToolFixture tool = await StartAsync();
        string dead = tool.Token;
        tool.Protect("the dead token", dead);
        tool.Emulator.ResetToken(ToolFixture.TeamId);
        foreach (string team in (string[])[ToolFixture.Team, "101"])
        {
            string[] inject = ["inject", .. Places, "--team", team, "--token-stdin"];
            ToolRun other = await tool.FailAsync(13, "SECTOK404", new ToolCall(inject) { Input = tool.Emulator.TokenOf(ToolFixture.OtherTeam) });
            Assert.Contains("token of team 202", other.Error, StringComparison.Ordinal);
            await tool.FailAsync(13, "SECTOK406", new ToolCall(inject) { Input = dead });
        }
    }

    [Fact]
    public async Task What_is_no_token_is_not_sent_and_not_repeated()
    {
        await using ToolFixture tool = await StartAsync();
        string iam = await tool.IamTokenAsync();
        foreach ((string input, string reason) in new[]
        {
            (string.Empty, "is empty"), ("\n", "is empty"), ("Bearer \n", "has characters or a length"), (iam, "is an IAM token"), ("Bearer " + iam, "is an IAM token"),
            ("short", "has characters or a length"), ("two words that are no token", "has characters or a length"),
        })
        {
            ToolRun run = await tool.FailAsync(11, "SECTOK227", new ToolCall(["inject", .. Places, "--token-stdin"]) { Input = input });
            Assert.Contains(reason, run.Error, StringComparison.Ordinal);
        }

        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task What_does_not_go_with_it_is_refused_before_it_is_read()
    {
        await using ToolFixture tool = await StartAsync();
        foreach (string[] line in (string[][])[
            ["inject", .. Places, "--token-stdin", "--api-key-stdin"], ["inject", .. Places, "--token-stdin", "--credential", "cli"],
            ["inject", .. Places, "--token-stdin", "--explain"], ["status", "--all", "--token-stdin"], ["status", .. Places, "--offline", "--token-stdin"],
            ["reset", .. Places, "--token-stdin", "--request", "POST /api/x", "--yes"], ["reset", .. Places, "--token-stdin", "--wait", "5m"]])
        {
            await tool.FailAsync(10, "SECTOK107", new ToolCall(line) { Input = tool.Token });
        }

        await tool.FailAsync(10, "SECTOK108", new ToolCall(["inject", .. Places, "--token-stdin", "--instance", "by name"]) { Input = tool.Token });
        await tool.FailAsync(10, "SECTOK109", new ToolCall("get", "--token-stdin") { Input = tool.Token });
        tool.Write("sectoken.json", """{"tokens":[{"team":"payments","destinations":[{"kind":"dotenv","path":".env"}]},{"team":"checkout","destinations":[{"kind":"dotenv","path":"b.env"}]}]}""");
        await tool.FailAsync(10, "SECTOK107", new ToolCall("inject", "--token-stdin") { Input = tool.Token });
        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task On_a_terminal_it_is_asked_for_and_not_shown()
    {
        await using ToolFixture tool = await StartAsync();
        using var session = new ToolSession(tool, tool.StartOnTerminal(["inject", .. Places, "--token-stdin"]));
        await session.UntilAsync("Secure API token (not shown): ");
        session.Type("abc\u007f\u007f\u007fBearer x\u0015" + tool.Token + "\r");
        ToolRun run = await session.EndAsync();
        Assert.Equal(0, run.Exit);
        Assert.Contains(new string('*', tool.Token.Length), run.Output, StringComparison.Ordinal);
        Assert.Contains(tool.Token, await File.ReadAllTextAsync(tool.At(".env"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reset_takes_the_new_token_after_the_button_and_needs_no_credential()
    {
        await using ToolFixture tool = await StartAsync();
        (await tool.RunAsync(new ToolCall(["inject", .. Places, "--token-stdin"]) { Input = tool.Token })).Succeeds();
        tool.Protect("the old token", tool.Token);
        using var session = new ToolSession(tool, tool.Start(["reset", .. Places, "--no-browser", "--token-stdin", "--json"]));
        await session.UntilAsync("5. Copy the new token that the page shows, and paste it here.");
        Assert.Contains("1. Log in as the user whose token the copies hold.", session.Said, StringComparison.Ordinal);
        tool.Emulator.ResetToken(ToolFixture.TeamId);
        session.Type("Bearer " + tool.Token + "\n");
        session.EndInput();
        ToolRun run = (await session.EndAsync()).Succeeds();
        Assert.True(run.Json().GetProperty("wasReset").GetBoolean());
        Assert.True(run.Json().GetProperty("oldTokenRefused").GetBoolean());
        Assert.Contains("Outage: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(tool.Token, await File.ReadAllTextAsync(tool.UserSecrets("id"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Empty((await tool.RunAsync(new ToolCall(["status", .. Places, "--token-stdin"]) { Input = tool.Token })).Succeeds().Warnings);
        Assert.Equal(0, tool.Emulator.Count("POST", "/identity/token"));
    }

    [Fact]
    public async Task On_a_terminal_a_reset_asks_again_for_what_is_not_the_new_token()
    {
        await using ToolFixture tool = await StartAsync();
        (await tool.RunAsync(new ToolCall(["inject", .. Places, "--token-stdin"]) { Input = tool.Token })).Succeeds();
        string old = tool.Token;
        tool.Protect("the old token", old);
        using var session = new ToolSession(tool, tool.StartOnTerminal(["reset", .. Places, "--no-browser", "--token-stdin"]));
        await session.UntilAsync(Prompts(1));
        session.Type(old + "\r");
        await session.UntilAsync("SECTOK764");
        await session.UntilAsync(Prompts(2));
        session.Type(tool.Emulator.TokenOf(ToolFixture.OtherTeam) + "\r");
        await session.UntilAsync("SECTOK404");
        await session.UntilAsync(Prompts(3));
        tool.Emulator.ResetToken(ToolFixture.TeamId);
        session.Type(tool.Token + "\r");
        ToolRun run = await session.EndAsync();
        Assert.Equal(0, run.Exit);
        Assert.Contains("The old token is rejected.", run.Output, StringComparison.Ordinal);
        Assert.Contains(tool.Token, await File.ReadAllTextAsync(tool.At(".env"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_while_the_new_token_is_awaited_leaves_everything_as_it_was(string signal, int exit)
    {
        await using ToolFixture tool = await StartAsync();
        (await tool.RunAsync(new ToolCall(["inject", .. Places, "--token-stdin"]) { Input = tool.Token })).Succeeds();
        using var session = new ToolSession(tool, tool.Start(["reset", .. Places, "--no-browser", "--token-stdin"]));
        await session.UntilAsync("paste it here.");
        await session.SignalAsync(signal);
        (await session.EndAsync()).FailsWith(exit, "SECTOK316");
        Assert.Empty((await tool.RunAsync(new ToolCall(["status", .. Places, "--token-stdin"]) { Input = tool.Token })).Succeeds().Warnings);
    }

    [Fact]
    public async Task Whoever_pressed_the_button_and_gave_nothing_finishes_with_resume()
    {
        await using ToolFixture tool = await StartAsync();
        (await tool.RunAsync(new ToolCall(["inject", .. Places, "--token-stdin"]) { Input = tool.Token })).Succeeds();
        tool.Protect("the old token", tool.Token);
        using (var session = new ToolSession(tool, tool.Start(["reset", .. Places, "--no-browser", "--token-stdin"])))
        {
            await session.UntilAsync("paste it here.");
            int asked = tool.Emulator.Count("GET", "/api/users/me");
            tool.Emulator.ResetToken(ToolFixture.TeamId);

            // The old token is asked all the while, so it is known that it is dead.
            await Wait.UntilAsync("the old token is rejected", () => tool.Emulator.Requests.Count(request => request.Status == 401) >= 2);
            session.EndInput();
            ToolRun run = (await session.EndAsync()).FailsWith(11, "SECTOK227");
            Assert.Equal(["SECTOK703"], run.Warnings);
            Assert.True(asked > 0);
        }

        (await tool.RunAsync(new ToolCall("reset", "--resume", "--token-stdin") { Input = tool.Token })).Succeeds();
        Assert.Contains(tool.Token, await File.ReadAllTextAsync(tool.At(".env"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Empty((await tool.RunAsync(new ToolCall(["status", .. Places, "--token-stdin"]) { Input = tool.Token })).Succeeds().Warnings);
    }

    [Fact]
    public async Task A_reset_without_a_living_copy_is_told_what_to_do_instead()
    {
        await using ToolFixture tool = await StartAsync();
        ToolRun none = await tool.FailAsync(10, "SECTOK763", new ToolCall(["reset", .. Places, "--token-stdin"]));
        Assert.Contains("inject --token-stdin", none.Error, StringComparison.Ordinal);
        (await tool.RunAsync(new ToolCall(["inject", .. Places, "--token-stdin"]) { Input = tool.Token })).Succeeds();
        tool.Protect("the old token", tool.Token);
        tool.Emulator.ResetToken(ToolFixture.TeamId);
        await tool.FailAsync(10, "SECTOK763", new ToolCall(["reset", .. Places, "--token-stdin"]));
    }

    [Fact]
    public async Task The_reset_of_a_service_ID_names_it_as_a_way()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync(options => options with { Identities = [new EmulatorIdentity("robot", EmulatorIdentityKind.ServiceId) { ApiKey = new string('r', 44) }] });
        tool.Set("SECTOKEN_API_KEY", new string('r', 44));
        ToolRun run = await tool.FailAsync(13, "SECTOK760", ["reset", .. Places]);
        Assert.Contains("reset --token-stdin", run.Error, StringComparison.Ordinal);
    }

    private static async Task<ToolFixture> StartAsync() => (await ToolFixture.StartAsync()).Set("SECTOKEN_API_KEY", null);

    private static Regex Prompts(int count) => new($@"(?s)(New token \(not shown\): .*){{{count}}}");
}
