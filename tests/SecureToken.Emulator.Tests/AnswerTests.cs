using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

/// <summary>Paths that answer something else, and IAM that refuses everybody, until it is taken back.</summary>
public sealed class AnswerTests : EmulatorTest
{
    private const string UsersMe = "/api/users/me";

    [Theory]
    [InlineData("400", 400, "application/json")]
    [InlineData("401", 401, "application/json")]
    [InlineData("403", 403, "application/json")]
    [InlineData("404", 404, "application/json")]
    [InlineData("405", 405, "application/json")]
    [InlineData("501", 501, "application/json")]
    [InlineData("405-html", 405, "text/html")]
    [InlineData("html", 200, "text/html")]
    public async Task The_user_is_answered_with_what_was_set_until_it_is_taken_back(string wanted, int status, string mediaType)
    {
        var set = await Client.PostAsync($"/emulator/answer?path={UsersMe}&answer={wanted}");
        var first = await MeAsync();
        var second = await MeAsync();
        var cleared = await Client.PostAsync($"/emulator/answer?path={UsersMe}&answer=normal");

        Assert.Equal($$"""{"answers":[{"path":"{{UsersMe}}","answer":"{{wanted}}"}]}""", set.Body);
        Assert.Equal((status, mediaType), (first.Status, first.MediaType));
        Assert.Equal((first.Status, first.MediaType), (second.Status, second.MediaType));
        Assert.Equal("""{"answers":[]}""", cleared.Body);
        Assert.Equal(200, (await MeAsync()).Status);
        Assert.Equal(status, Server.Requests[0].Status);
    }

    [Fact]
    public async Task The_current_team_can_be_left_out()
    {
        Server.SetAnswer(new EmulatorAnswer(UsersMe, "no-team"));

        var user = (await MeAsync()).Json.GetProperty("user");

        Assert.False(user.TryGetProperty("currentTeam", out _));
        Assert.Equal("emulator@example.com", user.GetProperty("username").GetString());
        Assert.True((await MeAsync("/api/user/me")).Json.GetProperty("user").TryGetProperty("currentTeam", out _));
        Server.ClearAnswer(UsersMe);
        Assert.True((await MeAsync()).Json.GetProperty("user").TryGetProperty("currentTeam", out _));
    }

    [Fact]
    public async Task An_answer_can_be_for_one_kind_of_credential()
    {
        await Client.PostAsync($"/emulator/answer?path={UsersMe}&answer=401&credential=token");

        Assert.Equal(401, (await MeAsync()).Status);
        Assert.Equal(200, (await Client.AskAsync(Server, UsersMe)).Status);
        await Client.PostAsync($"/emulator/answer?path={UsersMe}&answer=normal");
        Assert.Equal(401, (await MeAsync()).Status);
        await Client.PostAsync($"/emulator/answer?path={UsersMe}&answer=normal&credential=token");
        Assert.Equal(200, (await MeAsync()).Status);
    }

    [Fact]
    public async Task The_newest_answer_for_a_path_counts_and_the_others_stay()
    {
        Server.SetAnswer(new EmulatorAnswer(UsersMe, "403"));
        Server.SetAnswer(new EmulatorAnswer("/api/user/me", "404"));
        Server.SetAnswer(new EmulatorAnswer(UsersMe, "405"));

        Assert.Equal((405, 404), ((await MeAsync()).Status, (await MeAsync("/api/user/me")).Status));
        Assert.Equal(2, Server.Answers.Count);
        Assert.Throws<ArgumentException>(() => Server.SetAnswer(new EmulatorAnswer(UsersMe, "soon")));
    }

    public static TheoryData<string> IamErrors => [.. EmulatorIamError.All.Select(error => error.Name)];

    [Theory]
    [MemberData(nameof(IamErrors))]
    public async Task IAM_refuses_everybody_with_what_was_set_until_it_is_taken_back(string name)
    {
        var expected = EmulatorIamError.Find(name)!;
        await Client.PostAsync("/emulator/settings?iamError=" + name);

        var answer = await Client.ExchangeAsync(Server.ApiKey);

        Assert.Equal((expected.Status, expected.Code), (answer.Status, answer.Json.GetProperty("errorCode").GetString()));
        Assert.NotEmpty(answer.Json.GetProperty("context").GetProperty("requestId").GetString()!);
        Assert.Equal(
            expected.Requirement,
            answer.Json.TryGetProperty("requirements", out var requirements) ? requirements.GetProperty("code").GetString() : null);
        Assert.Equal(expected, Server.IamError);
        await Client.PostAsync("/emulator/settings?iamError=none");
        Assert.Equal(200, (await Client.ExchangeAsync(Server.ApiKey)).Status);
    }

    [Fact]
    public void A_locked_account_and_a_second_factor_are_told_apart_by_their_requirement()
    {
        Assert.Equal("BXNIM0400E", EmulatorIamError.Find("account-locked")!.Code);
        Assert.EndsWith("_AccountLocked", EmulatorIamError.Find("account-locked")!.Requirement, StringComparison.Ordinal);
        Assert.Equal("BXNIM0400E", EmulatorIamError.Find("mfa")!.Code);
        Assert.DoesNotContain("AccountLocked", EmulatorIamError.Find("mfa")!.Requirement, StringComparison.Ordinal);
    }

    private Task<Answer> MeAsync(string path = UsersMe) => Client.GetAsync(path, Client.Bearer(Server.TokenOf(Payments)));
}
