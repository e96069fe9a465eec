using System.Text.Json;
using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

/// <summary>Several identities: each has a token of its own in each team.</summary>
public sealed class IdentityTests : IdentitiesTest
{
    private static readonly string[] Everybody = [Alice, Bob, Robot, Deploy];

    [Fact]
    public async Task Every_identity_has_a_token_of_its_own_in_every_team()
    {
        var tokens = new List<string>();
        foreach (var name in Everybody)
        {
            tokens.Add(await TokenAsync(name, Payments));
            tokens.Add(await TokenAsync(name, Billing));
            Assert.Equal(Server.TokenOf(Payments, name), tokens[^2]);
        }

        Assert.Distinct(tokens);
    }

    [Theory]
    [InlineData(Alice)]
    [InlineData(Robot)]
    [InlineData(Deploy)]
    public async Task A_reset_replaces_the_token_of_one_identity_in_one_team(string who)
    {
        int[] teams = [Payments, Billing, SecureOperations];
        (string Name, int Team)[] pairs = [.. Everybody.SelectMany(_ => teams, (name, team) => (name, team))];
        var before = pairs.ToDictionary(pair => pair, pair => Server.TokenOf(pair.Team, pair.Name));

        Server.ResetToken(Payments, who);

        Assert.Equal([(who, Payments)], pairs.Where(pair => before[pair] != Server.TokenOf(pair.Team, pair.Name)));
        Assert.Equal(401, (await Client.GetAsync("/api/users/me", Client.Bearer(before[(who, Payments)]))).Status);
        Assert.NotEqual(before[(who, Payments)], await TokenAsync(who, Payments));
    }

    [Fact]
    public async Task A_token_tells_whose_it_is()
    {
        var user = (await Client.GetAsync("/api/users/me", Client.Bearer(Server.TokenOf(Billing, Robot)))).Json.GetProperty("user");
        var byIamToken = (await AskAsync(Robot, "/api/users/me")).Json.GetProperty("user");

        Assert.Equal(Billing, user.GetProperty("currentTeam").GetInt32());
        Assert.Equal(SecureOperations, byIamToken.GetProperty("currentTeam").GetInt32());
        Assert.Equal(Known(Robot).IamId, user.GetProperty("username").GetString());
        Assert.Equal(user.GetProperty("id").GetInt32(), byIamToken.GetProperty("id").GetInt32());
        Assert.NotEqual(
            user.GetProperty("id").GetInt32(),
            (await AskAsync(Bob, "/api/users/me")).Json.GetProperty("user").GetProperty("id").GetInt32());
    }

    [Theory]
    [InlineData(Alice, "IBMid", null, "alice.adams@example.com")]
    [InlineData(Robot, "iam", "ServiceId", null)]
    [InlineData(Deploy, "iam", "Profile", null)]
    public async Task The_claims_tell_a_user_a_service_id_and_a_trusted_profile_apart(
        string name, string realm, string? subjectType, string? email)
    {
        var claims = ClaimsOf(await IamTokenAsync(name));

        Assert.Equal(Known(name).IamId, claims.GetProperty("iam_id").GetString());
        Assert.Equal(realm, claims.GetProperty("realmid").GetString());
        Assert.Equal(name, claims.GetProperty("name").GetString());
        Assert.Equal(subjectType, claims.TryGetProperty("sub_type", out var type) ? type.GetString() : null);
        Assert.Equal(email, claims.TryGetProperty("email", out var address) ? address.GetString() : null);
        Assert.Equal(email ?? Known(name).IamId!["iam-".Length..], claims.GetProperty("sub").GetString());
        Assert.StartsWith(
            subjectType is null ? "IBMid-" : $"iam-{subjectType}-", claims.GetProperty("iam_id").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_user_has_the_same_iam_id_whatever_he_logs_in_with()
    {
        var first = ClaimsOf(await IamTokenAsync(Alice));
        var second = ClaimsOf(await IamTokenAsync(Alice));

        Assert.Equal(first.GetProperty("iam_id").GetString(), second.GetProperty("iam_id").GetString());
        Assert.NotEqual(first.GetProperty("jti").GetString(), second.GetProperty("jti").GetString());
    }

    [Theory]
    [InlineData("profile_id")]
    [InlineData("profile_name")]
    [InlineData("profile_crn")]
    public async Task An_identity_assumes_a_trusted_profile(string field)
    {
        var profile = Known(Deploy).IamId!["iam-".Length..];
        var crn = Server.ProfileCrn.Replace(Server.ProfileId, profile, StringComparison.Ordinal);
        var value = field == "profile_id" ? profile : field == "profile_name" ? Deploy : crn;

        var answer = await AssumeAsync(await IamTokenAsync(Robot), (field, value));

        Assert.Equal(200, answer.Status);
        Assert.Equal(Known(Deploy).IamId, ClaimsOf(answer.Json.GetProperty("access_token").GetString()!).GetProperty("iam_id").GetString());
    }

    [Fact]
    public async Task What_is_no_iam_token_or_no_profile_assumes_nothing()
    {
        var foreign = await AssumeAsync("aaaa.bbbb.cccc", ("profile_name", Deploy));
        var unknown = await AssumeAsync(await IamTokenAsync(Robot), ("profile_name", "nobody"));
        var nameless = await AssumeAsync(await IamTokenAsync(Robot));

        Assert.Equal((400, "BXNIM0407E"), (foreign.Status, foreign.Json.GetProperty("errorCode").GetString()));
        Assert.Equal(400, unknown.Status);
        Assert.Equal((400, "BXNIM0109E"), (nameless.Status, nameless.Json.GetProperty("errorCode").GetString()));
    }

    [Fact]
    public async Task Everybody_is_listed_without_a_secret()
    {
        var answer = await Client.GetAsync("/emulator/identities");

        Assert.Equal("identity", answer.Json.GetProperty("tokenPer").GetString());
        Assert.Equal(
            [(Alice, "user"), (Bob, "user"), (Robot, "service-id"), (Deploy, "trusted-profile"), ("emulated-profile", "trusted-profile")],
            answer.Json.GetProperty("identities").EnumerateArray().Select(Describe));
        Assert.All(Server.Identities, identity => Assert.Contains(identity.IamId!, answer.Body, StringComparison.Ordinal));
        Assert.All(
            Server.Identities.Where(identity => identity.ApiKey is not null),
            identity => Assert.DoesNotContain(identity.ApiKey!, answer.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_identities_there_is_one_user_and_one_token_for_each_team()
    {
        await using var server = await EmulatorServer.StartAsync(
            new EmulatorOptions { ApiKey = "my-key" }, TestContext.Current.CancellationToken);

        Assert.Equal(EmulatorTokenScope.Team, server.TokenScope);
        Assert.Equal(
            ["Emulated User (user)", "emulated-profile (trusted-profile)"], server.Identities.Select(identity => identity.ToString()));
        Assert.Equal(server.TokenOf(SecureOperations), server.TokenOf(SecureOperations, "emulated-profile"));
        Assert.Equal("my-key", server.ApiKey);
    }

    [Fact]
    public async Task The_old_way_of_one_token_for_each_team_can_be_chosen()
    {
        await using var server = await EmulatorServer.StartAsync(
            Options with { TokenScope = EmulatorTokenScope.Team }, TestContext.Current.CancellationToken);
        var old = server.TokenOf(Payments, Robot);

        server.ResetToken(Payments, Bob);

        Assert.NotEqual(old, server.TokenOf(Payments, Robot));
        Assert.Single(Everybody.Select(name => server.TokenOf(Payments, name)).Distinct());
        Assert.Distinct([server.TokenOf(Payments), server.TokenOf(Billing)]);
    }

    public static TheoryData<EmulatorOptions> Nonsense() => new(
        new EmulatorOptions { Identities = [new("a"), new("A")] },
        new EmulatorOptions { Identities = [new("a b"), new("a.b")] },
        new EmulatorOptions { Identities = [new(" ")] },
        new EmulatorOptions { Identities = [new("a\nb")] },
        new EmulatorOptions { Identities = [new("a") { ApiKey = "same" }, new("b") { ApiKey = "same" }] },
        new EmulatorOptions { Identities = [new("a") { IamId = "IBMid-1" }, new("b") { IamId = "IBMid-1" }] },
        new EmulatorOptions { Identities = [new("a") { IamId = "none" }] },
        new EmulatorOptions { Identities = [new("a", EmulatorIdentityKind.TrustedProfile) { ApiKey = "key" }] },
        new EmulatorOptions { Identities = [new("a")], ApiKey = "key" },
        new EmulatorOptions { Identities = [new("a", (EmulatorIdentityKind)9)] });

    [Theory]
    [MemberData(nameof(Nonsense), DisableDiscoveryEnumeration = true)]
    public async Task Identities_that_make_no_sense_are_refused(EmulatorOptions options)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => EmulatorServer.StartAsync(options, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_log_masks_the_API_key_of_everybody()
    {
        var key = Known(Robot).ApiKey!;
        await Client.GetAsync("/api/" + key, ("User-Agent", key));

        Assert.Equal(("/api/[secret]", "[secret]"), (Server.Requests[0].Path, Server.Requests[0].UserAgent));
    }

    private static (string, string) Describe(JsonElement identity) =>
        (identity.GetProperty("name").GetString()!, identity.GetProperty("kind").GetString()!);

    private Task<Answer> AssumeAsync(string iamToken, params (string Name, string Value)[] profile) =>
        Client.PostFormAsync([("grant_type", "urn:ibm:params:oauth:grant-type:assume"), ("access_token", iamToken), .. profile]);
}
