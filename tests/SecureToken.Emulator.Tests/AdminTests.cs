using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

public sealed class AdminTests : EmulatorTest
{
    [Fact]
    public async Task The_log_tells_what_was_asked()
    {
        var token = Client.Bearer(Server.TokenOf(Payments));
        await Client.GetAsync("/api/token?x=1", token, Client.Instance(Server), ("TeamID", "42"), ("User-Agent", "probe/1"));

        var expected = new EmulatorRequest("GET", "/api/token", 200, null, "42", Server.InstanceId, "token", "probe/1", Clock.GetUtcNow());
        Assert.Equal([expected], Server.Requests);
        var shown = Assert.Single((await Client.GetAsync("/emulator/requests")).Json.GetProperty("requests").EnumerateArray());
        Assert.Equal("GET", shown.GetProperty("method").GetString());
        Assert.Equal("/api/token", shown.GetProperty("path").GetString());
        Assert.Equal(200, shown.GetProperty("status").GetInt32());
        Assert.Equal("42", shown.GetProperty("teamIDHeader").GetString());
        Assert.Equal("token", shown.GetProperty("authorizationKind").GetString());
    }

    [Theory]
    [InlineData(null, "none")]
    [InlineData("Bearer a.b.c", "iam")]
    [InlineData("Bearer 00000000-0000-0000-0000-000000000000", "token")]
    [InlineData("Bearer Bearer a.b.c", "other")]
    [InlineData("Basic Yng6Yng=", "other")]
    public async Task The_log_tells_what_kind_of_credential_was_sent(string? authorization, string kind)
    {
        await Client.GetAsync("/api/token", authorization is null ? [] : [("Authorization", authorization)]);

        Assert.Equal(kind, Server.Requests[0].AuthorizationKind);
    }

    [Fact]
    public async Task Counts_are_per_method_and_path_without_the_admin_calls()
    {
        await Client.TokenAsync(Server);
        await Client.TokenAsync(Server);
        await Client.PostAsync("/emulator/reset/42");

        Assert.Equal("""{"POST /identity/token":2,"GET /api/token":2}""", (await Client.GetAsync("/emulator/counts")).Body);
        Assert.Equal(2, Server.Count("GET", "/api/token"));
        Assert.Equal(0, Server.Count("POST", "/api/token"));
        Server.ClearRequests();
        Assert.Empty(Server.Requests);
    }

    [Fact]
    public async Task Failures_can_be_ordered_over_http()
    {
        var answer = await Client.PostAsync("/emulator/fail?count=1&status=429&path=/api/token&retryAfter=5");

        Assert.Equal(
            """{"count":1,"kind":"status","takesEffect":false,"effectAfter":0,"status":429,"retryAfter":5,"bytes":0,"path":"/api/token"}""", answer.Body);
        Assert.Equal(200, (await Client.GetAsync("/")).Status);
        Assert.Equal("5", (await Client.GetAsync("/api/token")).Header("Retry-After"));
        Assert.Equal(401, (await Client.GetAsync("/api/token")).Status);
    }

    [Fact]
    public async Task Settings_can_be_changed_over_http_one_by_one()
    {
        var first = await Client.PostAsync("/emulator/settings?iamOnly=true");
        var second = await Client.PostAsync("/emulator/settings?teamHeader=plain");
        var third = await Client.PostAsync("/emulator/settings?latency=250");
        var fourth = await Client.PostAsync("/emulator/settings?oldTokenLives=forever&newTokenAfter=500");

        Assert.Equal("""{"iamOnly":true,"teamHeader":"both","latency":0,"oldTokenLives":0,"newTokenAfter":0,"iamError":"none"}""", first.Body);
        Assert.Equal("""{"iamOnly":true,"teamHeader":"plain","latency":0,"oldTokenLives":0,"newTokenAfter":0,"iamError":"none"}""", second.Body);
        Assert.Equal("""{"iamOnly":true,"teamHeader":"plain","latency":250,"oldTokenLives":0,"newTokenAfter":0,"iamError":"none"}""", third.Body);
        Assert.Equal("""{"iamOnly":true,"teamHeader":"plain","latency":250,"oldTokenLives":"forever","newTokenAfter":500,"iamError":"none"}""", fourth.Body);
        Assert.Equal((Timeout.InfiniteTimeSpan, TimeSpan.FromMilliseconds(500)), (Server.OldTokenLives, Server.NewTokenAfter));
        Assert.Equal((true, HonouredTeamHeader.TeamID), (Server.IamOnly, Server.TeamHeader));
        Assert.Equal(TimeSpan.FromMilliseconds(250), Server.Latency);
    }

    [Theory]
    [InlineData("/emulator/fail?state=500")]
    [InlineData("/emulator/fail?status=200")]
    [InlineData("/emulator/fail?status=306")]
    [InlineData("/emulator/fail?kind=explode")]
    [InlineData("/emulator/fail?kind=cut&bytes=-1")]
    [InlineData("/emulator/fail?takesEffect=perhaps")]
    [InlineData("/emulator/fail?effectAfter=100")]
    [InlineData("/emulator/fail?count=0")]
    [InlineData("/emulator/fail?count=x")]
    [InlineData("/emulator/fail?retryAfter=-1")]
    [InlineData("/emulator/fail?status=302&location=%0d%0aX:1")]
    [InlineData("/emulator/settings?iamOnly=perhaps")]
    [InlineData("/emulator/settings?teamHeader=other")]
    [InlineData("/emulator/settings?iamOnly=true&latency=soon")]
    [InlineData("/emulator/settings?iamOnly=true&oldTokenLives=-1")]
    [InlineData("/emulator/settings?iamOnly=true&newTokenAfter=forever")]
    [InlineData("/emulator/settings?iamOnly=true&iamError=BXNIM0000E")]
    [InlineData("/emulator/answer?path=/api/token&answer=200")]
    [InlineData("/emulator/answer?path=/api/token&answer=404html")]
    [InlineData("/emulator/answer?path=api/token&answer=404")]
    [InlineData("/emulator/answer?answer=404")]
    [InlineData("/emulator/answer?path=/api/token&answer=404&credential=key")]
    [InlineData("/emulator/reset/42?user=x")]
    [InlineData("/emulator/session?user=x")]
    public async Task A_bad_admin_query_changes_nothing_and_says_what_is_known(string path)
    {
        var answer = await Client.PostAsync(path);

        Assert.Equal(400, answer.Status);
        Assert.NotEmpty(answer.Error.Message!);
        Assert.Equal(401, (await Client.GetAsync("/api/token")).Status);
        Assert.Equal((false, HonouredTeamHeader.Both, TimeSpan.Zero), (Server.IamOnly, Server.TeamHeader, Server.Latency));
    }

    [Theory]
    [InlineData("/emulator/reset/42")]
    [InlineData("/emulator/fail?status=500")]
    [InlineData("/emulator/settings?iamOnly=true")]
    public async Task What_changes_state_is_not_done_by_GET(string path)
    {
        var token = Server.TokenOf(Payments);

        Assert.Equal(404, (await Client.GetAsync(path)).Status);
        Assert.Equal(token, Server.TokenOf(Payments));
        Assert.False(Server.IamOnly);
    }
}
