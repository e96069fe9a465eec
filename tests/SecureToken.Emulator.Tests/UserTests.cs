using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

public sealed class UserTests : EmulatorTest
{
    [Theory]
    [InlineData("/api/users/me")]
    [InlineData("/api/user/me")]
    public async Task A_token_tells_its_own_team(string path)
    {
        var answer = await Client.GetAsync(path, Client.Bearer(Server.TokenOf(Billing)));

        Assert.Equal(200, answer.Status);
        Assert.Equal(Billing, answer.Json.GetProperty("user").GetProperty("currentTeam").GetInt32());
    }

    [Fact]
    public async Task A_team_header_does_not_move_the_team_of_a_token()
    {
        var answer = await Client.GetAsync("/api/users/me", Client.Bearer(Server.TokenOf(Billing)), ("SysdigTeamID", "42"));

        Assert.Equal(Billing, answer.Json.GetProperty("user").GetProperty("currentTeam").GetInt32());
    }

    [Fact]
    public async Task With_an_iam_token_it_is_the_default_team_whatever_is_asked()
    {
        var answer = await Client.AskAsync(Server, "/api/users/me", ("SysdigTeamID", "42"));

        Assert.Equal(SecureOperations, answer.Json.GetProperty("user").GetProperty("currentTeam").GetInt32());
    }

    [Fact]
    public async Task The_user_has_the_members_clients_read_and_the_secrets_they_must_not()
    {
        var answer = await Client.GetAsync("/api/users/me", Client.Bearer(Server.TokenOf(Payments)));

        var user = answer.Json.GetProperty("user");
        Assert.Equal(
            [(Payments, "payments"), (Billing, "billing"), (SecureOperations, "Secure Operations")],
            user.GetProperty("teamRoles").EnumerateArray()
                .Select(role => (role.GetProperty("teamId").GetInt32(), role.GetProperty("teamName").GetString()!)));
        Assert.Equal(Server.InstanceId, user.GetProperty("customer").GetProperty("externalId").GetString());
        Assert.Equal(
            Server.Decoys,
            [
                user.GetProperty("accessKey").GetString()!,
                user.GetProperty("customer").GetProperty("accessKey").GetString()!,
                user.GetProperty("agentInstallParams").GetProperty("accessKey").GetString()!,
            ]);
    }

    [Fact]
    public async Task An_unknown_token_is_refused()
    {
        Assert.Equal(401, (await Client.GetAsync("/api/users/me", Client.Bearer(Guid.NewGuid().ToString()))).Status);
    }

    [Fact]
    public async Task A_token_with_another_instance_is_refused()
    {
        var answer = await Client.GetAsync(
            "/api/users/me", Client.Bearer(Server.TokenOf(Payments)), ("IBMInstanceID", Guid.NewGuid().ToString()));

        Assert.Equal(404, answer.Status);
    }

    [Fact]
    public async Task An_IAM_ONLY_instance_refuses_tokens_and_accepts_iam_tokens()
    {
        Server.IamOnly = true;

        Assert.Equal(401, (await Client.GetAsync("/api/users/me", Client.Bearer(Server.TokenOf(Payments)))).Status);
        Assert.Equal(200, (await Client.AskAsync(Server, "/api/users/me")).Status);
    }
}
