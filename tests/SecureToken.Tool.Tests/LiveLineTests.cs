using System.Text.RegularExpressions;
using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>What is shown while something is awaited: one line of a terminal that never scrolls, plain lines elsewhere.</summary>
[Trait("System", "Unix")]
public sealed partial class LiveLineTests
{
    [Theory]
    [InlineData("reset", 60)]
    [InlineData("reset", 80)]
    [InlineData("reset", 120)]
    [InlineData("inject", 60)]
    [InlineData("inject", 80)]
    [InlineData("inject", 120)]
    [InlineData("status", 60)]
    public async Task No_line_scrolls_while_the_service_answers_503(string command, int columns)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("TERM", "xterm").Set("XTERM_VERSION", null);
        (await tool.RunAsync("inject", "--dotenv", ".env")).Succeeds();
        string[] arguments = [command, "--dotenv", ".env", "--timeout", "60", .. command == "reset" ? (string[])["--no-browser"] : []];
        if (command != "reset")
        {
            tool.Emulator.FailNext(1000, 503, "/api/");
        }

        using var session = new ToolSession(tool, tool.StartOnTerminal(columns, arguments));
        if (command == "reset")
        {
            await session.UntilAsync("waiting for the new token");
            tool.Emulator.FailNext(1000, 503, "/api/");
        }

        await session.UntilAsync("HTTP 503");
        string before = session.Said;
        int drawn = Drawn(before);
        await session.UntilAsync($"{drawn + 20} draws", said => Drawn(said) >= drawn + 20);
        IReadOnlyList<string> first = new Screen(before, columns).Rows;
        IReadOnlyList<string> later = new Screen(session.Said, columns).Rows;
        Assert.Equal(first.Count, later.Count);
        Assert.Equal(first.SkipLast(1), later.SkipLast(1));
        Assert.Matches(@"^[|/\\-] 0:\d\d ", later[^1]);
        Assert.Contains("HTTP 503", later[^1], StringComparison.Ordinal);
        session.Type("\u0003");
        ToolRun run = await session.EndAsync();
        Assert.Equal(130, run.Exit);

        // Nothing of the line is left behind what is said at the end.
        Assert.DoesNotContain(new Screen(run.Output, columns).Rows, row => MovedLine().IsMatch(row));
    }

    [Fact]
    public async Task A_terminal_that_gets_narrower_has_the_line_cut_anew()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("TERM", "xterm").Set("XTERM_VERSION", null);
        tool.Emulator.FailNext(1000, 503, "/api/");
        using var session = new ToolSession(tool, tool.StartOnTerminal(100, "inject", "--dotenv", ".env", "--timeout", "60"));
        await session.UntilAsync("HTTP 503");
        string terminal = (await File.ReadAllTextAsync(tool.At("terminal"), TestContext.Current.CancellationToken)).Trim();
        int drawn = Drawn(session.Said);
        await session.UntilAsync("10 draws", said => Drawn(said) >= drawn + 10);
        (await tool.OtherAsync("stty", "-F", terminal, "cols", "30")).Exits(0);
        await session.UntilAsync("a short line", said => said.Contains("…\e[K", StringComparison.Ordinal));
        string narrow = ShortLine().Match(session.Said).Value;
        Assert.Equal(29, narrow.Length);

        // The terminal has wrapped the old line over more rows, and all but the first are cleared.
        Assert.Matches(@"(\e\[2K\e\[1A)+\r" + Regex.Escape(narrow), session.Said);
        session.Type("\u0003");
        Assert.Equal(130, (await session.EndAsync()).Exit);
    }

    [Fact]
    public async Task In_a_pipe_verbose_gets_plain_lines_with_the_time_and_others_get_nothing()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Emulator.FailNext(1000, 503, "/api/");
        ToolRun verbose = await tool.RunAsync("get", "--timeout", "3", "-v");
        Assert.Matches(@"(?m)^\[0:0[1-3]\] 127\.0\.0\.1:\d+: HTTP 503, attempt \d+$", verbose.Error);
        ToolRun.AssertPrintable(verbose.Error);
        ToolRun other = await tool.RunAsync("get", "--timeout", "2");

        // The error may count the attempts, too.
        Assert.DoesNotContain(", attempt ", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_prints_each_step_as_it_ends_and_keeps_them_when_it_is_interrupted()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Emulator.FailNext(1000, 503, "/api/");
        using (var session = new ToolSession(tool, tool.Start("doctor", "--dotenv", ".env", "--timeout", "60")))
        {
            await session.UntilAsync("  ok       clock ");

            // In the midst of the next step: between two of them there is none to skip.
            int asked = Asked();
            await Wait.UntilAsync("a request of the next step", () => Asked() > asked);
            await session.SignalAsync("INT");
            ToolRun run = await session.EndAsync();
            Assert.Equal(130, run.Exit);
            Assert.Matches(@"(?m)^  skipped  instance +\d+ ms  interrupted$", run.Output);
            Assert.Matches(@"\n\n\d+ ok, 1 skipped\.\n$", run.Output);
            Assert.Equal(["SECTOK316"], run.Errors);
        }

        using var json = new ToolSession(tool, tool.Start("doctor", "--dotenv", ".env", "--timeout", "60", "--json"));
        await Wait.UntilAsync("a second attempt at the service", () => Asked() > 4);
        await json.SignalAsync("INT");
        ToolRun report = await json.EndAsync();
        Assert.Equal(130, report.Exit);
        Assert.Equal("SECTOK316", report.Json().GetProperty("failure").GetProperty("code").GetString());
        Assert.Contains(report.Json().GetProperty("steps").EnumerateArray(), step => step.GetProperty("name").GetString() == "clock");

        int Asked() => tool.Emulator.Requests.Count(request => request.Path.StartsWith("/api/", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"(?<=\r)[^\r\e]*…(?=\e\[K)")]
    private static partial Regex ShortLine();

    private static int Drawn(string said) => MovedLine().Count(said);

    [GeneratedRegex(@"[|/\\-] \d:\d\d (of|  )?")]
    private static partial Regex MovedLine();
}
