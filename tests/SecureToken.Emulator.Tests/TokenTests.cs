using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

public sealed class TokenTests : EmulatorTest
{
    [Fact]
    public async Task The_answer_is_one_key_in_a_token_object()
    {
        var answer = await Client.AskAsync(Server, "/api/token", ("SysdigTeamID", "42"));

        Assert.Equal(200, answer.Status);
        Assert.Equal("application/json", answer.MediaType);
        Assert.Equal($$$"""{"token":{"key":"{{{Server.TokenOf("payments")}}}"}}""", answer.Body);
        Assert.Equal("no-store", answer.Header("Cache-Control"));
    }

    [Fact]
    public void A_token_is_a_lower_case_uuid_and_every_team_has_its_own()
    {
        var tokens = Server.Teams.Select(team => Server.TokenOf(team.Id)).ToArray();

        Assert.All(tokens, token => Assert.Matches("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", token));
        Assert.Distinct(tokens);
    }

    [Fact]
    public async Task Asking_twice_gives_the_same_token()
    {
        Assert.Equal(await Client.TokenAsync(Server), await Client.TokenAsync(Server));
    }

    [Fact]
    public async Task Without_a_team_header_the_default_team_answers()
    {
        Assert.Equal(Server.TokenOf("Secure Operations"), await Client.TokenAsync(Server));
    }

    [Theory]
    [InlineData("Bearer Bearer {0}")]
    [InlineData("Bearer  {0}")]
    [InlineData("bearer {0}")]
    [InlineData("{0}")]
    [InlineData("Basic {0}")]
    public async Task Authorization_must_be_exactly_one_Bearer_and_the_iam_token(string format)
    {
        var authorization = format.Replace("{0}", await Client.IamTokenAsync(Server), StringComparison.Ordinal);

        AssertUnauthorized(await Client.GetAsync("/api/token", ("Authorization", authorization), Client.Instance(Server)));
    }

    [Fact]
    public async Task No_authorization_at_all_is_refused()
    {
        AssertUnauthorized(await Client.GetAsync("/api/token", Client.Instance(Server)));
    }

    [Fact]
    public async Task A_token_is_answered_with_itself_whatever_team_is_asked_for()
    {
        var token = Server.TokenOf(Payments);

        var answer = await Client.GetAsync("/api/token", Client.Bearer(token), ("SysdigTeamID", "43"));

        Assert.Equal($$$"""{"token":{"key":"{{{token}}}"}}""", answer.Body);
    }

    [Fact]
    public async Task An_old_token_fetches_nothing()
    {
        var old = Server.TokenOf(Payments);
        Server.ResetToken(Payments);

        AssertUnauthorized(await Client.GetAsync("/api/token", Client.Bearer(old)));
    }

    [Fact]
    public async Task An_iam_token_without_the_instance_is_refused()
    {
        AssertUnauthorized(await Client.GetAsync("/api/token", Client.Bearer(await Client.IamTokenAsync(Server))));
    }

    [Fact]
    public async Task An_unknown_instance_is_not_found()
    {
        var answer = await Client.GetAsync(
            "/api/token", Client.Bearer(await Client.IamTokenAsync(Server)), ("IBMInstanceID", Guid.NewGuid().ToString()));

        Assert.Equal(404, answer.Status);
        Assert.Equal("Instance not found", answer.Error.Reason);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("9223372036854775807")]
    public async Task An_unknown_team_id_is_not_found(string id)
    {
        var answer = await Client.AskAsync(Server, "/api/token", ("SysdigTeamID", id));

        Assert.Equal(404, answer.Status);
        Assert.Equal("Team not found", answer.Error.Reason);
    }

    [Theory]
    [InlineData("payments")]
    [InlineData("-42")]
    [InlineData("4 2")]
    [InlineData("00000000-0000-0000-0000-000000000042")]
    public async Task A_team_id_that_is_no_integer_is_a_bad_request(string id)
    {
        Assert.Equal(400, (await Client.AskAsync(Server, "/api/token", ("SysdigTeamID", id))).Status);
    }

    [Fact]
    public async Task An_IAM_ONLY_instance_answers_with_the_documented_privilege_body()
    {
        Server.IamOnly = true;

        var answer = await Client.AskAsync(Server, "/api/token", ("SysdigTeamID", "42"));

        Assert.Equal(403, answer.Status);
        Assert.Equal(("Not enough privileges to complete the action", "Access is denied"), answer.Error);
    }

    [Theory]
    [InlineData("/api/token/")]
    [InlineData("/API/token")]
    [InlineData("/API/v2/teams/light/name/payments")]
    [InlineData("/api/v2/teams/light/Name/payments")]
    [InlineData("/api/v2/teams/light/name/payments/")]
    [InlineData("/api//token")]
    [InlineData("/api/api/token")]
    [InlineData("/api/v2/users/me")]
    [InlineData("/api")]
    [InlineData("/token")]
    public async Task A_path_the_service_is_not_known_to_have_is_404_in_json(string path)
    {
        var answer = await Client.AskAsync(Server, path);

        Assert.Equal(404, answer.Status);
        Assert.Equal("application/json", answer.MediaType);
        Assert.Equal("Not Found", answer.Json.GetProperty("error").GetString());
        Assert.Equal(path, answer.Json.GetProperty("path").GetString());
    }

    [Theory]
    [InlineData("POST", "/api/token")]
    [InlineData("DELETE", "/api/token")]
    [InlineData("PUT", "/api/users/me")]
    public async Task Only_the_documented_method_is_answered(string method, string path)
    {
        Assert.Equal(404, (await Client.SendAsync(HttpMethod.Parse(method), path, null)).Status);
    }

    [Fact]
    public async Task The_root_is_a_web_page_with_status_200_like_the_ui_host()
    {
        var answer = await Client.GetAsync("/");

        Assert.Equal(200, answer.Status);
        Assert.Equal("text/html", answer.MediaType);
        Assert.StartsWith("<!DOCTYPE html>", answer.Body, StringComparison.Ordinal);
        Assert.Contains("Reset Token", answer.Body, StringComparison.Ordinal);
    }

    private static void AssertUnauthorized(Answer answer)
    {
        Assert.Equal(401, answer.Status);
        Assert.Equal(401, answer.Json.GetProperty("status").GetInt32());
        Assert.Equal("Unauthorized", answer.Json.GetProperty("error").GetString());
        Assert.Equal("/api/token", answer.Json.GetProperty("path").GetString());
    }
}
