using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

/// <summary>A compute resource's token and a trusted profile at IAM.</summary>
public sealed class ComputeResourceTests : EmulatorTest
{
    private const string Grant = "urn:ibm:params:oauth:grant-type:cr-token";

    [Theory]
    [InlineData("profile_id")]
    [InlineData("profile_name")]
    [InlineData("profile_crn")]
    public async Task The_token_and_the_linked_profile_become_an_iam_token(string field)
    {
        var answer = await Client.PostFormAsync(("grant_type", Grant), ("cr_token", Server.ComputeResourceToken), (field, Linked(field)));

        Assert.Equal(200, answer.Status);
        Assert.Equal(3600, answer.Json.GetProperty("expires_in").GetInt32());
        var iamToken = answer.Json.GetProperty("access_token").GetString()!;
        Assert.Equal(200, (await Client.GetAsync("/api/token", Client.Bearer(iamToken), Client.Instance(Server))).Status);
    }

    [Theory]
    [InlineData("profile_id", "Profile-00000000-0000-0000-0000-000000000000")]
    [InlineData("profile_name", "Emulated-Profile")]
    [InlineData("profile_crn", "crn:v1:bluemix:public:iam-identity::a/1::profile:Profile-1")]
    public async Task Another_profile_is_refused(string field, string value)
    {
        var answer = await Client.PostFormAsync(("grant_type", Grant), ("cr_token", Server.ComputeResourceToken), (field, value));

        Assert.Equal(400, answer.Status);
        Assert.Contains("not linked", answer.Json.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_fields_that_name_different_profiles_are_refused()
    {
        var answer = await Client.PostFormAsync(
            ("grant_type", Grant),
            ("cr_token", Server.ComputeResourceToken),
            ("profile_id", Server.ProfileId),
            ("profile_name", "another"));

        Assert.Equal(400, answer.Status);
    }

    [Fact]
    public async Task Another_token_is_refused()
    {
        var answer = await Client.PostFormAsync(("grant_type", Grant), ("cr_token", "eyJh.bbbb.cccc"), ("profile_id", Server.ProfileId));

        Assert.Equal(401, answer.Status);
        Assert.DoesNotContain("eyJh", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_missing_is_told()
    {
        var noProfile = await Client.PostFormAsync(("grant_type", Grant), ("cr_token", Server.ComputeResourceToken));
        var noToken = await Client.PostFormAsync(("grant_type", Grant), ("profile_id", Server.ProfileId));

        Assert.Equal((400, "BXNIM0109E"), (noProfile.Status, noProfile.Json.GetProperty("errorCode").GetString()));
        Assert.Equal((400, "BXNIM0109E"), (noToken.Status, noToken.Json.GetProperty("errorCode").GetString()));
    }

    [Fact]
    public async Task The_log_does_not_hold_the_token_where_a_client_misplaces_it()
    {
        await Client.GetAsync("/" + Server.ComputeResourceToken);

        Assert.DoesNotContain(Server.ComputeResourceToken, Assert.Single(Server.Requests).Path, StringComparison.Ordinal);
    }

    private string Linked(string field) => field switch
    {
        "profile_id" => Server.ProfileId,
        "profile_name" => Server.ProfileName,
        _ => Server.ProfileCrn,
    };
}
