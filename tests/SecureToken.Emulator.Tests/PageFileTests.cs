using SecureToken.Emulator.Tests.Support;

namespace SecureToken.Emulator.Tests;

/// <summary>The files and answers that the settings page consists of, without a browser.</summary>
public sealed class PageFileTests : EmulatorTest
{
    private static readonly (string, string) OwnPage = ("Sec-Fetch-Site", "same-origin");

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/emulator/page/settings.css", "text/css")]
    [InlineData("/emulator/page/settings.js", "text/javascript")]
    [InlineData("/emulator/page/icon.svg", "image/svg+xml")]
    public async Task A_file_has_its_type_and_may_be_kept_as_long_as_its_tag_holds(string path, string mediaType)
    {
        var first = await Client.GetAsync(path);
        var again = await Client.GetAsync(path, ("If-None-Match", $"W/\"other\", {first.Header("ETag")}"));
        var changed = await Client.GetAsync(path, ("If-None-Match", "\"other\""));

        Assert.Equal((200, mediaType, "no-cache"), (first.Status, first.MediaType, first.Header("Cache-Control")));
        Assert.Matches("^\"[0-9a-f]{24}\"$", first.Header("ETag"));
        Assert.Equal((304, ""), (again.Status, again.Body));
        Assert.Equal((200, first.Body), (changed.Status, changed.Body));
        AssertGuarded(first);
        AssertGuarded(again);
    }

    [Fact]
    public async Task The_page_is_marked_and_has_no_script_or_style_of_its_own()
    {
        var html = (await Client.GetAsync("/")).Body;

        Assert.Contains("Emulator – no real account", html, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"<style|<script(?![^>]* src=""/)|\sstyle=|\son[a-z]+=|https?:", html);
    }

    [Fact]
    public async Task The_profile_names_the_user_the_instance_and_the_teams()
    {
        var answer = await Client.GetAsync("/emulator/page/profile");

        Assert.Equal(
            $$"""{"user":"Emulated User","email":"emulator@example.com","iamId":"{{Server.Identities[0].IamId}}","team":30785""" +
            $$""","instance":"{{Server.InstanceId}}","tokenPer":"team","users":["Emulated User"],"teams":[""" +
            """{"id":42,"name":"payments","isDefault":false},{"id":43,"name":"billing","isDefault":false},""" +
            """{"id":30785,"name":"Secure Operations","isDefault":true}]}""",
            answer.Body);
        AssertGuarded(answer);
    }

    [Fact]
    public async Task The_page_is_given_a_token_that_nobody_may_keep()
    {
        var answer = await Client.GetAsync("/emulator/page/token/42", OwnPage);

        Assert.Equal($$"""{"key":"{{Server.TokenOf(Payments)}}"}""", answer.Body);
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        AssertGuarded(answer);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("none")]
    [InlineData("same-site")]
    [InlineData("cross-site")]
    [InlineData("same-origin, same-origin")]
    public async Task Nobody_else_is_given_a_token(string? site)
    {
        var answer = await Client.GetAsync("/emulator/page/token/42", site is null ? [] : [("Sec-Fetch-Site", site)]);

        Assert.Equal(403, answer.Status);
        Assert.Contains("GET /api/token", answer.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_not_given_to_a_rebound_name_either()
    {
        Assert.Equal(403, (await Client.GetAsync("/emulator/page/token/42", OwnPage, ("Host", "rebound.example"))).Status);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("payments")]
    [InlineData("-42")]
    public async Task An_unknown_team_has_no_token(string team)
    {
        Assert.Equal(404, (await Client.GetAsync("/emulator/page/token/" + team, OwnPage)).Status);
    }

    [Fact]
    public async Task An_IAM_ONLY_instance_shows_no_token()
    {
        Server.IamOnly = true;

        Assert.Equal(403, (await Client.GetAsync("/emulator/page/token/42", OwnPage)).Status);
    }

    private static void AssertGuarded(Answer answer)
    {
        var policy = answer.Header("Content-Security-Policy");
        Assert.StartsWith("default-src 'none'; script-src 'self'; ", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        Assert.Equal("same-origin", answer.Header("Cross-Origin-Resource-Policy"));
        Assert.Empty(answer.Header("Access-Control-Allow-Origin"));
    }
}
