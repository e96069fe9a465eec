using System.Text.RegularExpressions;
using SecureToken.TestSupport;
using SecureToken.TestSupport.Browsing;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>A reset that leads a person to the page.</summary>
[Trait("System", "Unix")]
public sealed partial class GuidedResetTests
{
    private static readonly string[] Places = ["--user-secrets", "id", "--dotenv", ".env"];

    [Fact]
    [Trait("Needs", "browser")]
    public async Task The_browser_is_opened_Reset_Token_is_clicked_and_every_copy_follows()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        (await tool.RunAsync(["inject", .. Places])).Succeeds();
        string old = tool.Token;
        tool.Protect("the old token", old);
        string opened = FakeBrowser(tool, "DISPLAY");

        using var session = new ToolSession(tool, tool.Start(["reset", .. Places]));
        await session.UntilAsync("Waiting for the new token");
        Assert.Contains("Open Settings > User Profile > Sysdig Secure API: http://127.0.0.1:", session.Said, StringComparison.Ordinal);
        Assert.Contains("Press Reset Token.", session.Said, StringComparison.Ordinal);
        Assert.Contains("(opened in your browser)", session.Said, StringComparison.Ordinal);
        string address = await FirstLineAsync(opened);
        Assert.Equal(new Uri(tool.Emulator.BaseUrl, "/#/settings/user").ToString(), address);

        await using (Browser browser = await Browser.StartAsync())
        {
            BrowserPage page = await browser.NewPageAsync();
            await page.GoToAsync(address);
            await page.SelectAsync("Team", ToolFixture.Team);
            await page.ClickAsync("Reset Token");
            await page.FindAsync("dialog", $"Reset the token of {ToolFixture.Team}?");
            Assert.Equal(old, tool.Token);
            await page.ClickAsync("Reset Token");
            ToolRun run = await session.EndAsync();
            Assert.Equal(0, run.Exit);
            Assert.Contains("There is a new token: ", run.Error, StringComparison.Ordinal);
            Assert.Contains("The old token is rejected.", run.Error, StringComparison.Ordinal);
        }

        Assert.NotEqual(old, tool.Token);
        (await tool.RunAsync(["status", .. Places])).Succeeds();
    }

    [Fact]
    public async Task The_browser_gets_the_address_and_no_credential_and_only_where_there_is_a_display()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        foreach ((string? display, string? option, bool opens) in new[] { (null, null, false), ("DISPLAY", "--no-browser", false), ("DISPLAY", (string?)null, true) })
        {
            string opened = FakeBrowser(tool, display);
            using var session = new ToolSession(tool, tool.Start(["reset", "--dotenv", ".env", .. option is null ? [] : (string[])[option]]));
            await session.UntilAsync("Waiting for the new token");
            Assert.Equal(opens, session.Said.Contains("(opened in your browser)", StringComparison.Ordinal));
            if (opens)
            {
                await FirstLineAsync(opened);
                string environment = await File.ReadAllTextAsync(opened + ".env", TestContext.Current.CancellationToken);
                tool.AssertNoSecret(environment);
                Assert.DoesNotContain("SECTOKEN_API_KEY", environment, StringComparison.Ordinal);
            }
            else
            {
                Assert.False(File.Exists(opened));
            }

            await session.SignalAsync("INT");
            Assert.Equal(130, (await session.EndAsync()).Exit);
        }
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_while_it_waits_leaves_everything_as_it_was(string signal, int exit)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        (await tool.RunAsync(["inject", .. Places])).Succeeds();
        (DateTime, DateTime) before = (File.GetLastWriteTimeUtc(tool.At(".env")), File.GetLastWriteTimeUtc(tool.UserSecrets("id")));
        using var session = new ToolSession(tool, tool.Start(["reset", .. Places, "--no-browser"]));
        await session.UntilAsync("Waiting for the new token");
        await session.SignalAsync(signal);
        ToolRun run = (await session.EndAsync()).FailsWith(exit, "SECTOK316");
        Assert.Equal(before, (File.GetLastWriteTimeUtc(tool.At(".env")), File.GetLastWriteTimeUtc(tool.UserSecrets("id"))));
        Assert.Empty((await tool.RunAsync(["status", .. Places])).Succeeds().Warnings);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task On_a_terminal_a_line_moves_while_it_waits_and_is_gone_afterwards()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("TERM", "xterm");
        using var session = new ToolSession(tool, tool.StartOnTerminal("reset", "--dotenv", ".env", "--no-browser"));
        await session.UntilAsync(MovedLine());
        tool.Emulator.ResetToken(ToolFixture.TeamId);
        ToolRun run = await session.EndAsync();
        Assert.Equal(0, run.Exit);
        Assert.Matches(@"\r[|/\\-] \d:\d\d of 15:00  waiting [^\r\n]*\e\[K\r\e\[KThere is a new token", run.Output);
    }

    [Fact]
    public async Task Trouble_while_it_waits_is_said_once_and_waited_out()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        using var session = new ToolSession(tool, tool.Start("reset", "--dotenv", ".env", "--no-browser"));
        await session.UntilAsync("Waiting for the new token");
        tool.Emulator.FailNext(1, 501, "/api/token");
        await session.UntilAsync("Still waiting: ");
        tool.Emulator.ResetToken(ToolFixture.TeamId);
        Assert.Equal(0, (await session.EndAsync()).Exit);
    }

    [Fact]
    public async Task Every_command_tells_of_a_reset_that_was_killed_and_resuming_finishes_it()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        (await tool.RunAsync(["inject", .. Places])).Succeeds();
        using (var session = new ToolSession(tool, tool.Start(["reset", .. Places, "--no-browser"])))
        {
            await session.UntilAsync("Waiting for the new token");

            // While it runs nobody is warned of it, and it cannot be resumed.
            Assert.Empty((await tool.RunAsync(["status", .. Places])).Succeeds().Warnings);
            await tool.FailAsync(17, "SECTOK702", "reset", "--resume");
            await session.SignalAsync("KILL");
            Assert.NotEqual(0, (await session.EndAsync()).Exit);
        }

        string old = tool.Token;
        tool.Protect("the old token", old);
        tool.Emulator.ResetToken(ToolFixture.TeamId);
        foreach (string command in (string[])["status", "inject"])
        {
            ToolRun warned = await tool.RunAsync(command, "--dotenv", "other.env");
            Assert.Equal(["SECTOK703"], warned.Warnings.Take(1));
            Assert.Contains("Run 'dotnet sectoken reset --resume'.", warned.Error, StringComparison.Ordinal);
        }

        await tool.FailAsync(15, "SECTOK703", "reset", "--dotenv", "other.env", "--no-browser");
        ToolRun resumed = (await tool.RunAsync("reset", "--resume")).Succeeds();
        Assert.Contains("The old token is rejected.", resumed.Error, StringComparison.Ordinal);
        Assert.Empty((await tool.RunAsync(["status", .. Places])).Succeeds().Warnings);
    }

    [Fact]
    public async Task Copies_in_other_repositories_are_told_of_and_follow_with_all_known()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync(new Emulator.EmulatorResetRoute("POST", "/api/x"));
        tool.Write("there/.keep", string.Empty);
        (await tool.RunAsync(new ToolCall("inject", "--dotenv", "api.env") { Directory = tool.At("there") })).Succeeds();
        (await tool.RunAsync("inject", "--dotenv", ".env")).Succeeds();
        ToolRun alone = (await tool.RunAsync("reset", "--dotenv", ".env", "--request", "POST /api/x", "--yes")).Succeeds();
        Assert.Equal(["SECTOK714"], alone.Warnings);
        Assert.Contains(tool.At("there/api.env"), alone.Error, StringComparison.Ordinal);
        ToolRun all = (await tool.RunAsync("reset", "--dotenv", ".env", "--request", "POST /api/x", "--yes", "--all-known")).Succeeds();
        Assert.Empty(all.Warnings);
        Assert.Contains(tool.Token, await File.ReadAllTextAsync(tool.At("there/api.env"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    /// <summary>The line of any second but the first: a busy machine may draw none in a certain one.</summary>
    [GeneratedRegex(@"0:(0[1-9]|[1-5]\d) of 15:00  waiting for the new token")]
    private static partial Regex MovedLine();

    /// <summary>Something that stands where the system's opener of pages stands, and notes what it is given.</summary>
    private static string FakeBrowser(ToolFixture tool, string? display)
    {
        string log = tool.At($"opened-{Guid.NewGuid():N}");
        string opener = Executable.Write(tool.At("bin/xdg-open"), $"#!/bin/sh\nenv > '{log}.env'\necho \"$@\" > '{log}.new'\nmv '{log}.new' '{log}'\n");
        tool.Set("PATH", Path.GetDirectoryName(opener) + ":" + Environment.GetEnvironmentVariable("PATH"))
            .Set("WAYLAND_DISPLAY", string.Empty).Set("BROWSER", string.Empty).Set("DISPLAY", display is null ? string.Empty : ":9");
        return log;
    }

    private static async Task<string> FirstLineAsync(string path)
    {
        for (int i = 0; i < 600 && !File.Exists(path); i++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        return (await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken))[0];
    }
}
