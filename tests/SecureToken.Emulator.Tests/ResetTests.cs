using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

public sealed class ResetTests : EmulatorTest
{
    [Fact]
    public async Task Reset_kills_the_old_token_at_once_and_gives_a_new_one()
    {
        var old = Server.TokenOf(Payments);

        var fresh = Server.ResetToken(Payments);

        Assert.NotEqual(old, fresh);
        Assert.Equal(fresh, Server.TokenOf("payments"));
        Assert.Equal(401, (await Client.GetAsync("/api/users/me", Client.Bearer(old))).Status);
        Assert.Equal(200, (await Client.GetAsync("/api/users/me", Client.Bearer(fresh))).Status);
        Assert.Equal(fresh, await Client.TokenAsync(Server, ("SysdigTeamID", "42")));
    }

    [Fact]
    public void Reset_leaves_the_other_teams_alone()
    {
        var billing = Server.TokenOf(Billing);

        Server.ResetToken(Payments);

        Assert.Equal(billing, Server.TokenOf(Billing));
    }

    [Theory]
    [InlineData("42")]
    [InlineData("payments")]
    public async Task Reset_over_http_takes_an_id_or_a_name_and_tells_no_token(string team)
    {
        var old = Server.TokenOf(Payments);

        var answer = await Client.PostAsync("/emulator/reset/" + team);

        Assert.Equal(200, answer.Status);
        Assert.Equal("""{"team":"payments","teamId":42,"identity":"Emulated User","reset":true}""", answer.Body);
        Assert.NotEqual(old, Server.TokenOf(Payments));
    }

    [Fact]
    public async Task Reset_over_http_understands_an_encoded_name()
    {
        Assert.Equal(200, (await Client.PostAsync("/emulator/reset/Secure%20Operations")).Status);
    }

    [Fact]
    public async Task Reset_of_an_unknown_team_is_404()
    {
        Assert.Equal(404, (await Client.PostAsync("/emulator/reset/nobody")).Status);
    }

    [Fact]
    public async Task An_old_token_can_be_left_accepted_for_a_while()
    {
        Server.OldTokenLives = TimeSpan.FromSeconds(5);
        var old = Server.TokenOf(Payments);

        var fresh = Server.ResetToken(Payments);

        Assert.Equal((200, 200), (await StatusOfAsync(old), await StatusOfAsync(fresh)));
        Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((401, 200), (await StatusOfAsync(old), await StatusOfAsync(fresh)));
    }

    [Fact]
    public async Task An_old_token_can_be_left_accepted_for_ever()
    {
        Server.OldTokenLives = Timeout.InfiniteTimeSpan;
        var old = Server.TokenOf(Payments);

        Server.ResetToken(Payments);
        Clock.Advance(TimeSpan.FromDays(1000));

        Assert.Equal(200, await StatusOfAsync(old));
    }

    [Fact]
    public async Task A_new_token_can_be_fetched_before_it_is_accepted()
    {
        Server.NewTokenAfter = TimeSpan.FromSeconds(5);

        var fresh = Server.ResetToken(Payments);

        Assert.Equal(fresh, await Client.TokenAsync(Server, ("SysdigTeamID", "42")));
        Assert.Equal(401, await StatusOfAsync(fresh));
        Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(200, await StatusOfAsync(fresh));
    }

    [Fact]
    public void A_delay_that_makes_no_sense_is_an_argument_error()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Server.OldTokenLives = TimeSpan.FromDays(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Server.NewTokenAfter = Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public void Asking_the_library_for_an_unknown_team_is_an_argument_error()
    {
        Assert.Throws<ArgumentException>(() => Server.ResetToken(7));
        Assert.Throws<ArgumentException>(() => Server.TokenOf(7));
        Assert.Throws<ArgumentException>(() => Server.TokenOf("nobody"));
    }

    private async Task<int> StatusOfAsync(string token) => (await Client.GetAsync("/api/users/me", Client.Bearer(token))).Status;
}
