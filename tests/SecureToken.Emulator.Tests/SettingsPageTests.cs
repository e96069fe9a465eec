using System.Text.RegularExpressions;
using SecureToken.Emulator.Tests.Support;
using SecureToken.TestSupport.Browsing;

namespace SecureToken.Emulator.Tests;

/// <summary>The settings page in a real browser.</summary>
[Collection(BrowserFixture.Name)]
public sealed partial class SettingsPageTests(BrowserFixture fixture) : EmulatorTest
{
    private const string Token = "#token";
    private const string Status = "#status";
    private const string Problem = "#problem";

    [Fact]
    public async Task Reset_Token_asks_and_then_changes_the_token_that_the_api_gives()
    {
        var page = await OpenAsync();
        var (old, other) = (await ApiTokenAsync(), Server.TokenOf(Billing));
        await page.SelectAsync("Team", "payments");

        await page.ClickAsync("Reset Token");
        await page.FindAsync("dialog", "Reset the token of payments?");
        Assert.Contains("stops working at once", (await page.TextAsync("dialog")), StringComparison.Ordinal);
        Assert.Equal(old, await ApiTokenAsync());
        await page.ClickAsync("Reset Token");

        await page.WaitForTextAsync(Status, "The token of payments was reset at ");
        Assert.NotEqual(old, await ApiTokenAsync());
        Assert.Equal(other, Server.TokenOf(Billing));
        Assert.Equal(401, (await Client.GetAsync("/api/users/me", Client.Bearer(old))).Status);
        Assert.Empty(page.Complaints);
    }

    [Theory]
    [InlineData("Escape")]
    [InlineData("Cancel")]
    [InlineData("Enter")]
    public async Task Whoever_does_not_confirm_resets_nothing_and_is_back_at_the_button(string way)
    {
        var page = await OpenAsync();
        var before = Server.Teams.Select(team => Server.TokenOf(team.Id)).ToArray();
        await page.ClickAsync("Reset Token");
        Assert.Equal("Cancel", (await page.FindAsync("button", "Cancel")).Name);

        // Enter presses what has the focus, and that must not be the dangerous button.
        await (way == "Cancel" ? page.ClickAsync("Cancel") : page.PressAsync(way));

        await page.FindAsync("combobox", "Team");
        Assert.Equal("Reset Token", (await page.FocusedAsync())!.Name);
        Assert.Equal(before, Server.Teams.Select(team => Server.TokenOf(team.Id)));
        Assert.DoesNotContain(page.Requests, request => request.StartsWith("POST", StringComparison.Ordinal));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_double_click_on_the_confirmation_resets_once()
    {
        var page = await OpenAsync();
        await page.ClickAsync("Reset Token");

        await page.EvaluateAsync("document.getElementById('confirm').click(); document.getElementById('confirm').click()");

        await page.WaitForTextAsync(Status, "was reset");
        Assert.Single(page.Requests, request => request.StartsWith("POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Copy_puts_the_token_in_the_clipboard_and_not_in_the_page()
    {
        var page = await OpenAsync();
        await page.SelectAsync("Team", "payments");

        await page.ClickAsync("Copy");

        await page.WaitForTextAsync(Status, "The token of payments was copied.");
        Assert.Equal(Server.TokenOf(Payments), await page.ClipboardAsync());
        await AssertNoTokenInAsync(page);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_browser_without_a_clipboard_is_shown_the_token_selected()
    {
        var page = await OpenAsync();
        await page.EvaluateAsync("navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'))");

        await page.ClickAsync("Copy");

        await page.WaitForTextAsync(Problem, "The token is selected");
        Assert.Equal(Server.TokenOf(SecureOperations), (await page.EvaluateAsync("getSelection().toString()")).GetString());
    }

    [Fact]
    public async Task The_token_is_masked_until_it_is_shown_and_after_every_change()
    {
        var page = await OpenAsync();
        await AssertNoTokenInAsync(page);
        Assert.DoesNotContain(page.Requests, request => request.Contains("/token/", StringComparison.Ordinal));

        await page.ClickAsync("Show Token");
        await page.WaitForTextAsync(Token, Server.TokenOf(SecureOperations));
        await page.ClickAsync("Hide Token");
        await AssertNoTokenInAsync(page);

        await page.ClickAsync("Show Token");
        await page.WaitForTextAsync(Token, Server.TokenOf(SecureOperations));
        await page.SelectAsync("Team", "billing");
        await AssertNoTokenInAsync(page);

        await page.ClickAsync("Show Token");
        await page.WaitForTextAsync(Token, Server.TokenOf(Billing));
        await page.ClickAsync("Reset Token");
        await page.ClickAsync("Reset Token");
        await page.WaitForTextAsync(Status, "was reset");
        await AssertNoTokenInAsync(page);
        await page.ClickAsync("Show Token");
        await page.WaitForTextAsync(Token, Server.TokenOf(Billing));
    }

    [Fact]
    public async Task Nothing_is_loaded_from_elsewhere_and_the_policy_forbids_scripts_in_the_page()
    {
        var page = await OpenAsync();
        Assert.All(page.Requests, request => Assert.StartsWith("GET " + Server.BaseUrl, request, StringComparison.Ordinal));
        Assert.Empty(page.Complaints);

        await page.EvaluateAsync("{ const script = document.createElement('script'); try { script.text = 'window.ran = true'; } catch { } document.body.append(script); }");
        await page.EvaluateAsync("document.body.setAttribute('style', 'color: red')");

        Assert.Equal("undefined", (await page.EvaluateAsync("typeof window.ran")).GetString());
        Assert.Contains(page.Complaints, complaint => complaint.Contains("TrustedScript", StringComparison.Ordinal));
        Assert.Contains(page.Complaints, complaint => complaint.Contains("style-src 'self'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_team_name_is_text_and_nothing_else()
    {
        const string Hostile = "<img src=x onerror=alert(1)>&amp;";
        await using var server = await EmulatorServer.StartAsync(
            new EmulatorOptions { Teams = [new(Hostile, 1)] }, TestContext.Current.CancellationToken);
        var page = await OpenAsync(server);

        await page.SelectAsync("Team", Hostile);
        await page.ClickAsync("Reset Token");

        await page.FindAsync("dialog", $"Reset the token of {Hostile}?");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task The_page_reads_its_fragment()
    {
        var page = await OpenAsync(fragment: "");
        Assert.Equal("#/settings/user", (await page.EvaluateAsync("location.hash")).GetString());

        await page.GoToAsync(Server.BaseUrl + "#/settings/teams");
        await page.FindAsync("heading", "Not emulated");
        Assert.Empty(await page.QueryAsync("button", "Reset Token"));

        await page.ClickAsync("Settings > User Profile", "link");
        await page.FindAsync("button", "Reset Token");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task An_IAM_ONLY_instance_and_a_stopped_emulator_are_told_on_the_page()
    {
        var server = await EmulatorServer.StartAsync(Options, TestContext.Current.CancellationToken);
        await using (server)
        {
            var page = await OpenAsync(server);
            server.IamOnly = true;
            await page.ClickAsync("Show Token");
            await page.WaitForTextAsync(Problem, "IAM_ONLY");

            await server.DisposeAsync();
            await page.ClickAsync("Reset Token");
            await page.ClickAsync("Reset Token");
            await page.WaitForTextAsync(Problem, "The emulator does not answer");
        }
    }

    [Fact]
    public async Task An_assistive_technology_is_told_what_everything_is()
    {
        var page = await OpenAsync();
        await page.FindAsync("combobox", "Team");

        var nodes = await page.ReadAsync();

        (string, string)[] expected =
        [
            ("banner", ""), ("navigation", "Settings"), ("link", "User Profile"), ("main", ""), ("heading", "User Profile"),
            ("region", "Logged in"), ("heading", "Logged in"), ("combobox", "User"), ("combobox", "Team"),
            ("region", "Sysdig Secure API"), ("heading", "Sysdig Secure API"), ("textbox", "Sysdig Secure API Token"),
            ("button", "Show Token"), ("button", "Copy"), ("button", "Reset Token"), ("status", ""), ("alert", ""),
        ];
        var roles = expected.Select(each => each.Item1).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(expected, nodes.Where(node => roles.Contains(node.Role)).Select(node => (node.Role, node.Name)));
        Assert.Contains(nodes, node => node.Name == "Emulator – no real account");
        Assert.Contains(
            "stops working at once",
            nodes.Single(node => node is { Role: "button", Name: "Reset Token" }).Description,
            StringComparison.Ordinal);
        Assert.Equal("en", (await page.EvaluateAsync("document.documentElement.lang")).GetString());
        Assert.Contains("emulator", (await page.EvaluateAsync("document.title")).GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_whole_page_can_be_used_with_the_keyboard()
    {
        var page = await OpenAsync();
        await page.FindAsync("combobox", "Team");
        var old = Server.TokenOf(SecureOperations);
        var order = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            await page.PressAsync("Tab");
            order.Add((await page.FocusedAsync())!.Name);
        }

        Assert.Equal(["User Profile", "User", "Team", "Sysdig Secure API Token", "Show Token", "Copy", "Reset Token"], order);
        await page.PressAsync("Enter");
        await page.FindAsync("dialog", "Reset the token of Secure Operations?");
        Assert.Equal("Cancel", (await page.FocusedAsync())!.Name);
        await page.PressAsync("Tab");
        Assert.Equal("Reset Token", (await page.FocusedAsync())!.Name);

        // The focus cannot leave the dialog for what lies behind it.
        await page.PressAsync("Tab");
        Assert.DoesNotContain((await page.FocusedAsync())?.Name, order.SkipLast(1));
        await page.PressAsync("Tab", shift: true);
        Assert.Equal("Reset Token", (await page.FocusedAsync())!.Name);
        await page.PressAsync("Space");
        await page.WaitForTextAsync(Status, "was reset");
        Assert.NotEqual(old, Server.TokenOf(SecureOperations));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_text_has_enough_contrast(bool isDark)
    {
        var page = await OpenAsync(look: new PageLook(IsDark: isDark));
        await page.ClickAsync("Show Token");
        await page.WaitForTextAsync(Token, Server.TokenOf(SecureOperations));
        await AssertReadableAsync(least: 15);
        await page.ClickAsync("Copy");
        await page.WaitForTextAsync(Status, "copied");
        await AssertReadableAsync(least: 15);
        await page.EvaluateAsync("document.getElementById('problem').textContent = 'x'");
        await AssertReadableAsync(least: 15);
        await page.ClickAsync("Reset Token");
        await page.FindAsync("button", "Cancel");
        await AssertReadableAsync(least: 5);

        async Task AssertReadableAsync(int least)
        {
            var result = await page.EvaluateAsync(Contrast.Script);
            Assert.Empty(result.GetProperty("faint").EnumerateArray().Select(text => text.GetString()));
            Assert.InRange(result.GetProperty("measured").GetInt32(), least, 100);
        }
    }

    [Theory]
    [InlineData(320)]
    [InlineData(360)]
    public async Task A_narrow_page_has_nothing_beyond_its_edge_and_nothing_too_small_to_touch(int width)
    {
        var page = await OpenAsync(look: new PageLook(width, 640));
        await page.ClickAsync("Show Token");
        await page.WaitForTextAsync(Token, Server.TokenOf(SecureOperations));

        await AssertFitsAsync();
        if (width >= 360)
        {
            Assert.True((await page.EvaluateAsync("(field => field.scrollWidth <= field.clientWidth)(document.getElementById('token'))")).GetBoolean());
        }

        await page.ClickAsync("Reset Token");
        await page.FindAsync("button", "Cancel");
        await AssertFitsAsync();

        async Task AssertFitsAsync()
        {
            Assert.Equal(width, (await page.EvaluateAsync("document.documentElement.scrollWidth")).GetInt32());
            var misplaced = await page.EvaluateAsync($$"""
                [...document.querySelectorAll('button, select, input')].filter((each) => each.checkVisibility()).map(
                    (each) => [each, each.getBoundingClientRect()])
                  .filter(([, box]) => box.left < 0 || box.right > {{width}} || box.height < 44).map(([each]) => each.id)
                """);
            Assert.Equal("[]", misplaced.GetRawText());
        }
    }

    private async Task<string> ApiTokenAsync() => await Client.TokenAsync(Server, ("SysdigTeamID", "42"));

    private async Task<BrowserPage> OpenAsync(EmulatorServer? server = null, string fragment = "#/settings/user", PageLook? look = null)
    {
        var page = await fixture.Browser.NewPageAsync(look);
        await page.GoToAsync((server ?? Server).BaseUrl + fragment);

        // The page shows the instance and the teams at once, when it has them.
        await page.WaitForTextAsync("#instance", (server ?? Server).InstanceId);
        return page;
    }

    private static async Task AssertNoTokenInAsync(BrowserPage page)
    {
        const string Everything = "document.documentElement.outerHTML + [...document.querySelectorAll('input')].map((each) => each.value).join()";
        Assert.DoesNotMatch(
            AnyToken(),
            (await page.EvaluateAsync(Everything)).GetString()!.Replace((await page.TextAsync("#instance")), "", StringComparison.Ordinal));
    }

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", RegexOptions.CultureInvariant)]
    private static partial Regex AnyToken();
}
