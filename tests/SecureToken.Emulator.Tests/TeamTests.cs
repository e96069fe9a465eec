using System.Text.Json;
using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

public sealed class TeamTests : EmulatorTest
{
    [Fact]
    public async Task Teams_are_listed_with_their_default_mark_and_products()
    {
        var answer = await Client.AskAsync(Server, "/api/teams");

        var teams = answer.Json.GetProperty("teams").EnumerateArray().ToArray();
        Assert.Equal([(42, "payments", false), (43, "billing", false), (30785, "Secure Operations", true)], teams.Select(team =>
            (team.GetProperty("id").GetInt32(), team.GetProperty("name").GetString()!, team.GetProperty("default").GetBoolean())));
        Assert.All(teams, team => Assert.Equal("""["SDS"]""", team.GetProperty("products").GetRawText()));
    }

    [Theory]
    [InlineData("/api/teams?product=SDS", 3)]
    [InlineData("/api/teams?product=SDC", 0)]
    [InlineData("/api/v2/teams/light", 3)]
    [InlineData("/api/v2/teams/light?product=SDC", 0)]
    public async Task A_list_can_be_narrowed_to_a_product(string path, int count)
    {
        Assert.Equal(count, (await Client.AskAsync(Server, path)).Json.GetProperty("teams").GetArrayLength());
    }

    [Fact]
    public async Task A_light_team_has_id_and_name()
    {
        var answer = await Client.AskAsync(Server, "/api/v2/teams/light");

        Assert.Equal((42, "payments"), IdAndName(answer.Json.GetProperty("teams")[0]));
    }

    [Fact]
    public async Task A_team_is_found_by_id()
    {
        Assert.Equal((43, "billing"), IdAndName((await Client.AskAsync(Server, "/api/teams/43")).Json.GetProperty("team")));
    }

    [Theory]
    [InlineData("/api/teams/7")]
    [InlineData("/api/teams/payments")]
    [InlineData("/api/v2/teams/light/name/nobody")]
    [InlineData("/api/v2/teams/light/name/Payments")]
    public async Task An_unknown_team_is_404_with_an_error_body(string path)
    {
        var answer = await Client.AskAsync(Server, path);

        Assert.Equal(404, answer.Status);
        Assert.Equal("Team not found", answer.Error.Reason);
    }

    [Theory]
    [InlineData("payments", "payments")]
    [InlineData("Secure Operations", "Secure%20Operations")]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("a%2Fb", "a%252Fb")]
    [InlineData("ops?#&=", "ops%3F%23%26%3D")]
    [InlineData("Zürich", "Z%C3%BCrich")]
    public async Task A_team_is_found_by_its_percent_encoded_name(string name, string segment)
    {
        string[] names = ["a/b", "a%2Fb", "ops?#&=", "Zürich", "payments"];
        var options = new EmulatorOptions { Teams = [.. names.Select((text, index) => new EmulatorTeam(text, index + 1))] };
        await using var server = await EmulatorServer.StartAsync(options, TestContext.Current.CancellationToken);
        using var client = new Client(server);

        var answer = await client.AskAsync(server, "/api/v2/teams/light/name/" + segment);

        Assert.Equal(200, answer.Status);
        Assert.Equal(name, answer.Json.GetProperty("team").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Teams_are_shown_to_a_token_too()
    {
        Assert.Equal(200, (await Client.GetAsync("/api/teams", Client.Bearer(Server.TokenOf(Payments)))).Status);
    }

    [Theory]
    [InlineData("/api/teams")]
    [InlineData("/api/teams/42")]
    [InlineData("/api/v2/teams/light")]
    [InlineData("/api/v2/teams/light/name/payments")]
    public async Task Nobody_unknown_sees_a_team(string path)
    {
        Assert.Equal(401, (await Client.GetAsync(path, Client.Instance(Server))).Status);
    }

    private static (int, string) IdAndName(JsonElement team) => (team.GetProperty("id").GetInt32(), team.GetProperty("name").GetString()!);
}
