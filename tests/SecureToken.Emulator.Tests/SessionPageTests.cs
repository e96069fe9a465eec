using SecureToken.Emulator.Tests.Support;
using SecureToken.TestSupport.Browsing;

namespace SecureToken.Emulator.Tests;

/// <summary>Who is logged in to the page, and in which team, in a real browser.</summary>
[Collection(BrowserFixture.Name)]
public sealed class SessionPageTests(BrowserFixture fixture) : IdentitiesTest
{
    private const string Status = "#status";
    private const string Owner = "#owner";

    [Fact]
    public async Task The_page_shows_who_is_logged_in_and_whose_token_it_is()
    {
        var page = await OpenAsync();

        Assert.Equal($"{Alice} in team Secure Operations", await page.TextAsync(Owner));
        Assert.Equal(Alice, (await page.FindAsync("combobox", "User")).Value);
        Assert.Equal("Secure Operations", (await page.FindAsync("combobox", "Team")).Value);
        Assert.Contains("alice.adams@example.com", await page.TextAsync("main"), StringComparison.Ordinal);
        Assert.Equal(Known(Alice).IamId, await page.TextAsync("#iam-id"));
        Assert.Contains("cannot log in", (await page.FindAsync("combobox", "User")).Description, StringComparison.Ordinal);
        Assert.Equal(2, (await page.EvaluateAsync("document.getElementById('user').options.length")).GetInt32());
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Switching_user_and_team_and_resetting_works_with_the_keyboard_alone()
    {
        var page = await OpenAsync();
        var before = Tokens();

        await TabToAsync(page, "User");
        await page.PressAsync("ArrowDown");
        await page.WaitForTextAsync(Status, $"Logged in as {Bob}, in team Secure Operations.");
        await TabToAsync(page, "Team");
        await page.PressAsync("ArrowUp");
        await page.WaitForTextAsync(Status, "Team billing is selected.");
        Assert.Equal($"{Bob} in team billing", await page.TextAsync(Owner));
        await TabToAsync(page, "Reset Token");
        await page.PressAsync("Enter");
        await page.FindAsync("dialog", $"Reset the token of {Bob} in team billing?");
        await page.PressAsync("Tab");
        Assert.Equal("Reset Token", (await page.FocusedAsync())!.Name);
        await page.PressAsync("Space");
        await page.WaitForTextAsync(Status, $"The token of {Bob} in team billing was reset at ");

        var changed = Tokens().Where(pair => before[pair.Key] != pair.Value).Select(pair => pair.Key);
        Assert.Equal([(Bob, Billing)], changed);
        Assert.Equal((Bob, Billing), (Server.LoggedIn, Server.SelectedTeam.Id));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Each_user_starts_in_the_team_that_he_used_last()
    {
        var page = await OpenAsync();
        await page.SelectAsync("Team", "payments");
        await page.WaitForTextAsync(Owner, $"{Alice} in team payments");
        await page.SelectAsync("User", Bob);
        await page.WaitForTextAsync(Owner, $"{Bob} in team Secure Operations");
        await page.SelectAsync("Team", "billing");
        await page.WaitForTextAsync(Owner, $"{Bob} in team billing");
        await page.SelectAsync("User", Alice);
        await page.WaitForTextAsync(Owner, $"{Alice} in team payments");

        var other = await OpenAsync(Alice);

        Assert.Equal($"{Alice} in team payments", await other.TextAsync(Owner));
    }

    [Fact]
    public async Task The_token_that_is_shown_is_that_of_the_user_in_the_team()
    {
        var page = await OpenAsync();
        await page.SelectAsync("User", Bob);
        await page.SelectAsync("Team", "payments");
        await page.WaitForTextAsync(Owner, $"{Bob} in team payments");

        await page.ClickAsync("Show Token");
        await page.WaitForTextAsync("#token", Server.TokenOf(Payments, Bob));
        await page.ClickAsync("Copy");
        await page.WaitForTextAsync(Status, $"The token of {Bob} in team payments was copied.");
        Assert.Equal(Server.TokenOf(Payments, Bob), await page.ClipboardAsync());
        await page.SelectAsync("User", Alice);
        await page.WaitForTextAsync(Owner, Alice);
        Assert.DoesNotContain(Server.TokenOf(Payments, Bob), await page.TextAsync("#token"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_window_that_shows_something_old_resets_nothing_and_then_shows_what_is_true()
    {
        var page = await OpenAsync();
        Server.LogIn(Bob);
        Server.SelectTeam(Payments);
        var before = Tokens();

        await page.ClickAsync("Reset Token");
        await page.ClickAsync("Reset Token");

        await page.WaitForTextAsync("#problem", "Nothing was done");
        await page.WaitForTextAsync(Owner, $"{Bob} in team payments");
        Assert.Equal(before, Tokens());
    }

    [Fact]
    public async Task Many_changes_in_a_row_end_where_the_person_stopped()
    {
        var page = await OpenAsync();
        await TabToAsync(page, "Team");
        for (var i = 0; i < 4; i++)
        {
            await page.PressAsync("ArrowUp");
            await page.PressAsync("ArrowUp");
            await page.PressAsync("ArrowDown");
            await page.PressAsync("ArrowDown");
        }

        await page.PressAsync("ArrowUp");

        await page.WaitForTextAsync(Status, "Team billing is selected.");
        Assert.Equal(Billing, Server.SelectedTeam.Id);
        Assert.Equal($"{Alice} in team billing", await page.TextAsync(Owner));
    }

    private Dictionary<(string Name, int Team), string> Tokens() => Server.Identities
        .SelectMany(_ => Server.Teams, (identity, team) => (identity.Name, team.Id))
        .ToDictionary(pair => pair, pair => Server.TokenOf(pair.Id, pair.Name));

    private static async Task TabToAsync(BrowserPage page, string name)
    {
        const int MostStops = 10;
        for (var i = 0; i < MostStops; i++)
        {
            await page.PressAsync("Tab");
            if ((await page.FocusedAsync())?.Name == name)
            {
                return;
            }
        }

        Assert.Fail($"The Tab key does not come to {name}.");
    }

    private async Task<BrowserPage> OpenAsync(string user = Alice)
    {
        var page = await fixture.Browser.NewPageAsync();
        await page.GoToAsync(Server.BaseUrl + "#/settings/user");
        await page.WaitForTextAsync(Owner, user);
        return page;
    }
}
