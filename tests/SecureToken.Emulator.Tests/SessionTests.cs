using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

/// <summary>A program that plays the person at the page.</summary>
public sealed class SessionTests : IdentitiesTest
{
    [Fact]
    public async Task The_first_user_is_logged_in_and_starts_in_the_default_team()
    {
        Assert.Equal(
            $$"""{"identity":"{{Alice}}","team":"Secure Operations","teamId":30785}""", (await Client.GetAsync("/emulator/session")).Body);
    }

    [Fact]
    public async Task Each_user_starts_in_the_team_that_he_used_last()
    {
        await Client.PostAsync("/emulator/session?team=payments");
        await Client.PostAsync($"/emulator/session?identity={Bob}&team=43");
        var alice = await Client.PostAsync("/emulator/session?identity=Alice%20Adams");
        var bob = await Client.PostAsync($"/emulator/session?identity={Bob}");

        Assert.Equal($$"""{"identity":"{{Alice}}","team":"payments","teamId":42}""", alice.Body);
        Assert.Equal($$"""{"identity":"{{Bob}}","team":"billing","teamId":43}""", bob.Body);
        Assert.Equal((Bob, Billing), (Server.LoggedIn, Server.SelectedTeam.Id));
    }

    [Fact]
    public async Task The_button_resets_the_token_of_who_is_logged_in_in_the_selected_team()
    {
        await Client.PostAsync($"/emulator/session?identity={Bob}&team=payments");
        var (alice, bob, billing) = (Server.TokenOf(Payments, Alice), Server.TokenOf(Payments, Bob), Server.TokenOf(Billing, Bob));

        var answer = await Client.PostAsync("/emulator/press");

        Assert.Equal($$"""{"identity":"{{Bob}}","team":"payments","teamId":42}""", answer.Body);
        Assert.NotEqual(bob, Server.TokenOf(Payments, Bob));
        Assert.Equal((alice, billing), (Server.TokenOf(Payments, Alice), Server.TokenOf(Billing, Bob)));
    }

    [Theory]
    [InlineData("/emulator/press?identity=bob&team=billing")]
    [InlineData("/emulator/reset/billing?identity=bob")]
    [InlineData("/emulator/reset/43?identity=bob")]
    public async Task The_button_is_pressed_as_somebody_in_a_team_in_one_call(string path)
    {
        var (bob, alice) = (Server.TokenOf(Billing, Bob), Server.TokenOf(Billing, Alice));

        Assert.Equal(200, (await Client.PostAsync(path)).Status);

        Assert.NotEqual(bob, Server.TokenOf(Billing, Bob));
        Assert.Equal(alice, Server.TokenOf(Billing, Alice));
    }

    [Fact]
    public async Task A_reset_that_names_nobody_is_that_of_who_is_logged_in()
    {
        Server.LogIn(Bob);
        var (alice, bob) = (Server.TokenOf(Payments, Alice), Server.TokenOf(Payments, Bob));

        var answer = await Client.PostAsync("/emulator/reset/payments");

        Assert.Equal($$"""{"team":"payments","teamId":42,"identity":"{{Bob}}","reset":true}""", answer.Body);

        Assert.Equal(alice, Server.TokenOf(Payments, Alice));
        Assert.NotEqual(bob, Server.TokenOf(Payments, Bob));
    }

    [Theory]
    [InlineData("/emulator/session?identity=robot")]
    [InlineData("/emulator/press?identity=deploy&team=payments")]
    public async Task What_is_no_user_cannot_log_in(string path)
    {
        var (robot, deploy) = (Server.TokenOf(Payments, Robot), Server.TokenOf(Payments, Deploy));

        var answer = await Client.PostAsync(path);

        Assert.Equal((409, "No browser login"), (answer.Status, answer.Error.Reason));
        Assert.Equal((robot, deploy), (Server.TokenOf(Payments, Robot), Server.TokenOf(Payments, Deploy)));
        Assert.Equal(Alice, Server.LoggedIn);
        Assert.Throws<ArgumentException>(() => Server.LogIn(Robot));
    }

    [Fact]
    public async Task The_token_of_a_service_id_can_be_reset_by_whoever_runs_the_emulator()
    {
        var robot = Server.TokenOf(Payments, Robot);

        Assert.Equal(200, (await Client.PostAsync("/emulator/reset/payments?identity=robot")).Status);

        Assert.NotEqual(robot, Server.TokenOf(Payments, Robot));
    }

    [Theory]
    [InlineData("/emulator/session?identity=nobody")]
    [InlineData("/emulator/session?team=nobody")]
    [InlineData("/emulator/press?identity=alice%20adams")]
    [InlineData("/emulator/reset/42?identity=nobody")]
    [InlineData("/emulator/page/reset?user=nobody&team=42")]
    [InlineData("/emulator/page/reset?user=robot&team=42")]
    [InlineData("/emulator/page/reset?user=bob&team=7")]
    [InlineData("/emulator/page/reset")]
    public async Task Somebody_unknown_changes_nothing(string path)
    {
        var before = Tokens();

        Assert.Equal(404, (await Client.PostAsync(path)).Status);

        Assert.Equal(before, Tokens());
        Assert.Equal((Alice, SecureOperations), (Server.LoggedIn, Server.SelectedTeam.Id));
    }

    [Fact]
    public async Task A_page_that_shows_something_old_resets_nothing()
    {
        Server.LogIn(Bob);
        var before = Tokens();

        var answer = await Client.PostAsync("/emulator/page/reset?user=Alice%20Adams&team=30785");

        Assert.Equal((409, "Changed"), (answer.Status, answer.Error.Reason));
        Assert.Equal(before, Tokens());
    }

    private string[] Tokens() =>
        [.. Server.Identities.SelectMany(_ => Server.Teams, (identity, team) => Server.TokenOf(team.Id, identity.Name))];
}
