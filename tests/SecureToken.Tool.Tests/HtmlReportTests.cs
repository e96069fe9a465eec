using System.Text.Json;
using SecureToken.Emulator;
using SecureToken.TestSupport.Browsing;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>
/// <c>status --html</c> and <c>reset --html</c>: the pages in a real browser. The variable SECTOKEN_TEST_PICTURES names a directory for
/// pictures of them.
/// </summary>
public sealed class HtmlReportTests
{
    private const string Route = "/api/token/reset";
    private const string Hostile = "</title><script>document.title='ran'</script>\"'&amp;\u202e<img src=x onerror=alert(1)>";
    private const int HostileId = 303;

    private static string? Pictures => Environment.GetEnvironmentVariable("SECTOKEN_TEST_PICTURES");

    [Fact]
    [Trait("Needs", "browser")]
    public async Task Status_shows_every_copy_and_what_is_to_do()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string[] places = ["--user-secrets", "my-api", "--dotenv", "deploy/api.env"];
        Directory.CreateDirectory(tool.At("deploy"));
        (await tool.RunAsync(["inject", .. places])).Succeeds();
        tool.Protect("the old token", tool.Token);
        tool.Emulator.ResetToken(ToolFixture.TeamId);
        (await tool.RunAsync("inject", "--dotenv", "deploy/api.env")).Succeeds();
        File.CreateSymbolicLink(tool.At("link.env"), tool.At("deploy/api.env"));
        ToolRun run = await tool.RunAsync(["status", .. places, "--dotenv", "worker.env", "--dotenv", "link.env", "--html", "status.html"]);
        Assert.Equal(14, run.Exit);
        Assert.Contains($"Report: {tool.At("status.html")}", run.Error, StringComparison.Ordinal);
        AssertNoSecret(tool, "status.html");

        await using Browser browser = await Browser.StartAsync();
        BrowserPage page = await OpenAsync(browser, tool, "status.html", "status");
        string text = await page.TextAsync("main");
        Assert.Contains("3 of 4 copies are not in order.", text, StringComparison.Ordinal);
        Assert.Equal(4, (await page.EvaluateAsync("document.querySelectorAll('tbody tr').length")).GetInt32());
        string[] states = [.. (await page.EvaluateAsync("[...document.querySelectorAll('tbody .state')].map(each => each.textContent)")).EnumerateArray().Select(state => state.GetString()!)];
        Assert.Equal(["current", "missing", "stale", "unreadable"], states.Order(StringComparer.Ordinal));
        string todo = await page.TextAsync("ul.todo");
        Assert.Contains($"Update {tool.UserSecrets("my-api")} (Sysdig:SecureApiToken): run 'dotnet sectoken inject'.", todo, StringComparison.Ordinal);
        Assert.Contains($"Update {tool.At("worker.env")} ", todo, StringComparison.Ordinal);
        Assert.Contains("SECTOK502: ", todo, StringComparison.Ordinal);
        Assert.DoesNotContain(tool.At("deploy/api.env"), todo, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Needs", "browser")]
    public async Task Reset_shows_the_outage_as_a_timeline_with_a_row_for_each_destination()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync(new EmulatorResetRoute("POST", Route));
        string[] places = ["--user-secrets", "my-api", "--dotenv", "api.env", "--dotenv", "worker.env"];
        (await tool.RunAsync(["inject", .. places])).Succeeds();
        tool.Protect("the old token", tool.Token);
        ToolRun run = (await tool.RunAsync(["reset", .. places, "--request", "POST " + Route, "--yes", "--json", "--html", "reset.html"])).Succeeds();
        JsonElement receipt = run.Json();
        AssertNoSecret(tool, "reset.html");

        await using Browser browser = await Browser.StartAsync();
        BrowserPage page = await OpenAsync(browser, tool, "reset.html", "reset");
        string facts = await page.TextAsync("dl");
        Assert.Contains("Token before" + receipt.GetProperty("fingerprintBefore").GetString(), facts, StringComparison.Ordinal);
        Assert.Contains("Token after" + receipt.GetProperty("fingerprintAfter").GetString(), facts, StringComparison.Ordinal);
        Assert.Contains("Old tokenis rejected", facts, StringComparison.Ordinal);
        Assert.Equal(3, (await page.EvaluateAsync("document.querySelectorAll('svg .written').length")).GetInt32());
        string words = await page.TextAsync("svg");
        Assert.Contains("old token first rejected", words, StringComparison.Ordinal);

        // The last one to be written ends the outage, at the right end of the plot.
        double end = (await page.EvaluateAsync("Math.max(...[...document.querySelectorAll('svg .written')].map(each => +each.getAttribute('cx')))")).GetDouble();
        Assert.InRange(end, 709, 711);
        Assert.Contains("restart what reads " + tool.At("api.env"), await page.TextAsync("ul.todo"), StringComparison.Ordinal);
        Assert.Contains("Rehearsal", await RehearsalAsync(tool, places), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Needs", "browser")]
    public async Task Names_of_a_team_and_of_a_file_are_text_and_nothing_else()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync(options => options with { Teams = [.. options.Teams, new EmulatorTeam(Hostile, HostileId)] });
        const string File = "<b onmouseover=alert(2)>&quot;'.env";
        (await tool.RunAsync("inject", "--team", Hostile, "--dotenv", File)).Succeeds();
        (await tool.RunAsync("status", "--team", Hostile, "--dotenv", File, "--html", "status.html")).Succeeds();
        await using Browser browser = await Browser.StartAsync();
        BrowserPage page = await OpenAsync(browser, tool, "status.html", null);
        Assert.Equal("Copies of Secure API tokens", (await page.EvaluateAsync("document.title")).GetString());
        Assert.Equal(0, (await page.EvaluateAsync("document.querySelectorAll('script, img, b, [onmouseover]').length")).GetInt32());
        Assert.Contains(tool.At(File), await page.TextAsync("table"), StringComparison.Ordinal);

        // What would turn the line around is not shown as it is.
        Assert.Contains(Hostile.Replace('\u202e', '?'), await page.TextAsync("h2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_earlier_report_and_an_empty_file_are_replaced()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string file = tool.Write("status.html", string.Empty);
        string[] status = ["status", "--dotenv", ".env", "--html", "status.html"];
        Assert.Equal(14, (await tool.RunAsync(status)).Exit);
        string first = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Contains(">missing<", first, StringComparison.Ordinal);
        (await tool.RunAsync("inject", "--dotenv", ".env")).Succeeds();
        (await tool.RunAsync(status)).Succeeds();
        string second = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(">missing<", second, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(tool.Work, "*.tmp"));
    }

    [Theory]
    [InlineData("directory", "this is a directory")]
    [InlineData("nowhere/report.html", "its directory does not exist")]
    [InlineData("notes.html", "it is not a report of this tool")]
    public async Task What_is_no_report_is_refused_before_anything_is_done(string path, string reason)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync(new EmulatorResetRoute("POST", Route));
        Directory.CreateDirectory(tool.At("directory"));
        tool.Write("notes.html", "<!doctype html>\n<p>mine");
        (await tool.RunAsync("inject", "--dotenv", ".env")).Succeeds();
        tool.Emulator.ClearRequests();
        ToolRun run = await tool.FailAsync(10, "SECTOK189", "status", "--dotenv", ".env", "--html", path);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
        await tool.FailAsync(10, "SECTOK189", "reset", "--dotenv", ".env", "--request", "POST " + Route, "--yes", "--html", path);
        Assert.Equal(0, tool.Fetches);
        Assert.Equal(0, tool.Emulator.Count("POST", Route));
    }

    [Fact]
    [Trait("System", "Unix")]
    public async Task A_link_is_refused_even_if_it_leads_nowhere()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        File.CreateSymbolicLink(tool.At("link.html"), tool.At("elsewhere.html"));
        await tool.FailAsync(10, "SECTOK189", "status", "--dotenv", ".env", "--html", "link.html");
        Assert.False(File.Exists(tool.At("elsewhere.html")));
    }

    [Fact]
    [Trait("System", "Unix")]
    [Trait("Needs", "namespaces")]
    public async Task A_report_that_cannot_be_written_is_told_and_does_not_hide_the_outcome()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        (await tool.RunAsync("inject", "--dotenv", ".env")).Succeeds();
        string disk = tool.At("disk");
        Directory.CreateDirectory(disk);
        var full = new ToolCall("status", "--dotenv", ".env", "--html", "disk/r.html")
        {
            Through = ["unshare", "-Urm", "sh", "-c", $"mount -o size=4k -t tmpfs tmpfs '{disk}' && exec \"$@\"", "sh"],
        };
        ToolRun run = await tool.RunAsync(full);
        Assert.Contains("SECTOK505", run.Error, StringComparison.Ordinal);
        Assert.Contains("1 current.", run.Output, StringComparison.Ordinal);
        Assert.NotEqual(0, run.Exit);
    }

    private static async Task<string> RehearsalAsync(ToolFixture tool, string[] places)
    {
        (await tool.RunAsync(["reset", .. places, "--request", "POST " + Route, "--rehearse", "--html", "reset.html"])).Succeeds();
        return await File.ReadAllTextAsync(tool.At("reset.html"), TestContext.Current.CancellationToken);
    }

    /// <summary>Opens a page, and looks at it as four readers do: nothing is requested, nothing is amiss, nothing keeps anybody out.</summary>
    private static async Task<BrowserPage> OpenAsync(Browser browser, ToolFixture tool, string file, string? picture)
    {
        BrowserPage page = await browser.NewPageAsync();
        await page.GoToAsync("file://" + tool.At(file));
        foreach ((string name, PageLook look) in ((string, PageLook)[])
        [
            ("light", new PageLook(1000, 1400)), ("dark", new PageLook(1000, 1400, IsDark: true)),
            ("phone", new PageLook(375, 1800)), ("paper", new PageLook(794, 1123, IsPrint: true)), ("paper-dark", new PageLook(794, 1123, IsDark: true, IsPrint: true)),
        ])
        {
            await page.LookAsync(look);
            Assert.Empty(await Axe.ViolationsAsync(page));

            // Only tables may be wider than the window, and they scroll by themselves.
            Assert.True((await page.EvaluateAsync("document.documentElement.scrollWidth <= innerWidth")).GetBoolean(), name);
            if (Pictures is { Length: > 0 } directory && picture is not null)
            {
                await page.PictureAsync(Path.Combine(directory, $"{picture}-{name}.png"));
            }
        }

        Assert.Empty(page.Complaints);
        Assert.Equal("GET file://" + tool.At(file), Assert.Single(page.Requests));
        return page;
    }

    private static void AssertNoSecret(ToolFixture tool, string file) => tool.AssertNoSecret(File.ReadAllText(tool.At(file)));
}
