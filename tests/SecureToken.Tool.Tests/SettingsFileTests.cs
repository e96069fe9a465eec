using System.Globalization;
using System.Text.Json;
using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>One committed <c>sectoken.json</c> says where a repository's tokens go.</summary>
public sealed class SettingsFileTests
{
    private const string TwoTeams = """
        {
          // Which places this repository has.
          "tokens": [
            { "team": "payments", "destinations": [
              { "kind": "dotenv", "path": "deploy/api.env", "name": ["SYSDIG_SECURE_API_TOKEN", "SECURE_API_TOKEN"] },
              { "kind": "json", "path": "settings.json", "key": "Http:Authorization", "value": "Bearer {token}" },
              { "kind": "user-secrets", "project": "src/Api/Api.csproj" },
            ] },
            { "team": 202, "destinations": [ { "kind": "dotenv", "path": "deploy/checkout.env" }, { "kind": "user-secrets", "id": "checkout" } ] },
          ],
        }
        """;

    [Fact]
    public async Task Every_destination_of_every_team_comes_to_its_token_and_the_service_is_asked_once_a_team()
    {
        await using ToolFixture tool = await StartAsync(TwoTeams);
        ToolRun run = (await tool.RunAsync("inject", "--json")).Succeeds();
        Assert.Equal($"SYSDIG_SECURE_API_TOKEN={tool.Token}\nSECURE_API_TOKEN={tool.Token}\n", await ReadAsync(tool, "deploy/api.env"));
        Assert.Equal("Bearer " + tool.Token, InjectTests.ReadJson(tool.At("settings.json"), "Http:Authorization"));
        Assert.Equal(tool.Token, InjectTests.ReadJson(tool.UserSecrets("of-Api"), ToolFixture.DefaultKey));
        string other = tool.Emulator.TokenOf(ToolFixture.OtherTeamId);
        Assert.Equal($"{ToolFixture.DefaultName}={other}\n", await ReadAsync(tool, "deploy/checkout.env"));
        Assert.Equal(other, InjectTests.ReadJson(tool.UserSecrets("checkout"), ToolFixture.DefaultKey));

        Assert.Equal(2, tool.Fetches);
        Assert.Equal(1, tool.Emulator.Count("POST", "/identity/token"));
        Assert.Equal([3, 2], run.Json().GetProperty("tokens").EnumerateArray().Select(token => token.GetProperty("destinations").GetArrayLength()));

        ToolRun second = (await tool.RunAsync("inject")).Succeeds();
        Assert.Equal(5, second.Error.Split('\n').Count(line => line.StartsWith("unchanged ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_file_is_found_from_a_directory_below_and_paths_start_from_it()
    {
        await using ToolFixture tool = await StartAsync(TwoTeams);
        Directory.CreateDirectory(tool.At("src/Api/Controllers"));
        (await tool.RunAsync(new ToolCall("inject", "--team", "202") { Directory = tool.At("src/Api/Controllers") })).Succeeds();
        Assert.True(File.Exists(tool.At("deploy/checkout.env")));
        Assert.False(File.Exists(tool.At("deploy/api.env")));
    }

    [Fact]
    public async Task One_that_another_user_has_put_above_us_is_not_taken()
    {
        await using ToolFixture tool = await StartAsync(TwoTeams);
        Directory.CreateDirectory(tool.At("mine"));
        var here = new ToolCall("inject", "--dry-run") { Directory = tool.At("mine") };
        (await tool.RunAsync(here)).Succeeds();
        (await tool.OtherAsync("chown", "nobody", "sectoken.json")).Exits(0);
        Assert.Equal(["SECTOK110"], (await tool.RunAsync(here)).Errors);
        (await tool.RunAsync(new ToolCall("inject", "--dry-run", tool.At("sectoken.json")) { Directory = tool.At("mine") })).Succeeds();

        // All of it is somebody else's: a clone that root works in.
        (await tool.OtherAsync("chown", "nobody", "mine")).Exits(0);
        (await tool.RunAsync(here)).Succeeds();
    }

    [Fact]
    public async Task The_team_of_the_environment_does_not_turn_two_tokens_into_two_of_one()
    {
        await using ToolFixture tool = await StartAsync(TwoTeams);
        tool.Set("SECTOKEN_TEAM", ToolFixture.Team);
        (await tool.RunAsync("inject", "sectoken.json")).Succeeds();
        Assert.Contains(tool.Emulator.TokenOf(ToolFixture.OtherTeamId), await ReadAsync(tool, "deploy/checkout.env"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_team_that_the_file_has_not_is_told_with_those_it_has()
    {
        await using ToolFixture tool = await StartAsync(TwoTeams);
        ToolRun run = await tool.FailAsync(10, "SECTOK123", "inject", "--team", "nobody");
        Assert.Contains("payments, 202", run.Error, StringComparison.Ordinal);
        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task A_token_that_cannot_be_had_leaves_the_others_to_be_done()
    {
        await using ToolFixture tool = await StartAsync(TwoTeams.Replace("202", "\"nobody\"", StringComparison.Ordinal));
        ToolRun run = (await tool.RunAsync("inject", "--json")).FailsWith(15, "SECTOK403");
        Assert.Contains(tool.Token, await ReadAsync(tool, "deploy/api.env"), StringComparison.Ordinal);
        Assert.False(File.Exists(tool.At("deploy/checkout.env")));
        Assert.Equal(["written", "written", "written", "missing", "missing"], Outcomes(run));
    }

    [Fact]
    public async Task A_dry_run_says_what_would_change_and_changes_nothing()
    {
        await using ToolFixture tool = await StartAsync(TwoTeams);
        string before = tool.Destinations().ToString();
        Assert.Equal(["due", "due", "due", "due", "due"], Outcomes((await tool.RunAsync("inject", "--dry-run", "--json")).Succeeds()));
        Assert.Equal(before, tool.Destinations().ToString());
        Assert.False(Directory.Exists(Path.Combine(tool.Home, ".local")));

        (await tool.RunAsync("inject", "--team", "payments")).Succeeds();
        Assert.Equal(["unchanged", "unchanged", "unchanged", "due", "due"], Outcomes((await tool.RunAsync("inject", "--dry-run", "--json")).Succeeds()));
    }

    [Fact]
    public async Task Explaining_asks_for_nothing_and_says_who_will_read_each_copy()
    {
        await using ToolFixture tool = await StartAsync(TwoTeams);
        Assert.Equal(0, (await tool.OtherAsync("git", "init", "-q", tool.Work)).ExitCode);
        tool.Write(".gitignore", "*.env\n");
        ToolRun run = await tool.RunAsync("inject", "--explain", "--json");
        JsonElement[] lines = [.. run.Json().GetProperty("destinations").EnumerateArray()];
        Assert.Equal(["ignored", "not ignored", "outside a work tree", "ignored", "outside a work tree"], lines.Select(line => line.GetProperty("git").GetString()!));
        Assert.All(lines, line => Assert.Equal("0600", line.GetProperty("mode").GetString()));
        Assert.Contains("  stores   Bearer {token}", run.Error, StringComparison.Ordinal);
        Assert.Empty(tool.Emulator.Requests);
        Assert.False(File.Exists(tool.At("deploy/api.env")));
    }

    [Fact]
    public async Task A_host_that_only_the_file_names_gets_no_credential_without_the_users_word()
    {
        await using ToolFixture tool = await StartAsync(TwoTeams.Replace("\"tokens\"", "\"endpoint\": \"https://evil.example\", \"tokens\"", StringComparison.Ordinal));
        tool.Set("SECTOKEN_ENDPOINT", null);
        foreach (string command in (string[])["inject", "get"])
        {
            ToolRun run = await tool.FailAsync(10, "SECTOK104", command);
            Assert.Contains("--trust-host evil.example", run.Error, StringComparison.Ordinal);
        }

        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task The_settings_of_the_file_serve_commands_that_want_one_token()
    {
        await using ToolFixture tool = await StartAsync("{}");
        string service = tool.Emulator.BaseUrl.ToString();
        tool.Write("sectoken.json", $$"""
            { "endpoint": "{{service}}", "iamEndpoint": "{{service}}", "instance": "{{tool.Emulator.InstanceId}}",
              "tokens": [ { "team": "checkout", "destinations": [] } ] }
            """);
        foreach (string variable in (string[])["SECTOKEN_ENDPOINT", "SECTOKEN_IAM_ENDPOINT", "SECTOKEN_INSTANCE", "SECTOKEN_TEAM"])
        {
            tool.Set(variable, null);
        }

        tool.Set("SECTOKEN_TRUST_HOST", tool.Emulator.BaseUrl.Authority);
        ToolRun run = await tool.RunAsync(new ToolCall("get") { PrintsToken = true });
        Assert.Equal(tool.Emulator.TokenOf(ToolFixture.OtherTeamId), run.Output);
    }

    [Trait("System", "Unix")]
    [Theory]
    [InlineData("deploy/../../outside.env", "SECTOK122")]
    [InlineData("/etc/outside.env", "SECTOK122")]
    [InlineData("link/outside.env", "SECTOK122")]
    [InlineData("folder", "SECTOK503")]
    [InlineData("pipe", "SECTOK503")]
    [InlineData("link.env", "SECTOK502")]
    public async Task A_place_that_must_not_be_written_is_told_with_line_and_column_before_anything_is_asked(string path, string code)
    {
        await using ToolFixture tool = await StartAsync(TwoTeams.Replace("deploy/checkout.env", path, StringComparison.Ordinal));
        Directory.CreateDirectory(tool.At("folder"));
        File.CreateSymbolicLink(tool.At("link"), "/tmp");
        File.CreateSymbolicLink(tool.At("link.env"), tool.At("elsewhere"));
        Assert.Equal(0, (await tool.OtherAsync("mkfifo", tool.At("pipe"))).ExitCode);
        ToolRun run = await tool.FailAsync(code == "SECTOK122" ? 10 : 17, code, "inject");
        Assert.Contains("sectoken.json(9,38): ", run.Error, StringComparison.Ordinal);
        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task One_place_for_two_tokens_is_told()
    {
        await using ToolFixture tool = await StartAsync(TwoTeams.Replace("deploy/checkout.env\"", "./deploy/api.env\", \"name\": \"SECURE_API_TOKEN\"", StringComparison.Ordinal));
        ToolRun run = await tool.FailAsync(10, "SECTOK107", "inject");
        Assert.Contains("sectoken.json(9,38): ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_that_do_not_go_with_the_file_are_told()
    {
        await using ToolFixture tool = await StartAsync(TwoTeams);
        await tool.FailAsync(10, "SECTOK107", "inject", "--key", "A:B");
        await tool.FailAsync(10, "SECTOK107", "inject", "sectoken.json", "--dotenv", ".env");
        await tool.FailAsync(10, "SECTOK107", "inject", "sectoken.json", "--project", "src/Api");
        await tool.FailAsync(10, "SECTOK120", "inject", "nowhere.json");
    }

    [Trait("System", "Unix")]
    [Fact]
    public async Task The_same_words_in_another_repository_and_another_text_around_the_token_are_not_yet_done()
    {
        const string Plain = """{ "tokens": [ { "team": "payments", "destinations": [ { "kind": "command", "run": ["sh", "-c", "cat >>record"] } ] } ] }""";
        await using ToolFixture tool = await StartAsync(Plain);
        tool.Write("other/sectoken.json", Plain);
        Assert.Equal(["written"], Outcomes((await tool.RunAsync("inject", "--json")).Succeeds()));
        Assert.Equal(["written"], Outcomes((await tool.RunAsync("inject", "other/sectoken.json", "--json")).Succeeds()));
        Assert.Equal(["unchanged"], Outcomes((await tool.RunAsync("inject", "other/sectoken.json", "--json")).Succeeds()));
        Assert.Equal(tool.Token, await ReadAsync(tool, "other/record"));

        tool.Write("sectoken.json", Plain.Replace("\"kind\"", "\"value\": \"Bearer {token}\", \"kind\"", StringComparison.Ordinal));
        Assert.Equal(["written"], Outcomes((await tool.RunAsync("inject", "--json")).Succeeds()));
        Assert.Equal(["unchanged"], Outcomes((await tool.RunAsync("inject", "--json")).Succeeds()));
        Assert.Equal($"{tool.Token}Bearer {tool.Token}", await ReadAsync(tool, "record"));
    }

    [Trait("System", "Unix")]
    [Fact]
    public async Task A_program_gets_the_token_on_its_standard_input_once_and_again_when_it_is_told_to()
    {
        await using ToolFixture tool = await StartAsync("""
            { "tokens": [ { "team": "payments", "destinations": [ { "kind": "command", "run": ["./record.sh", "argument"], "value": "Bearer {token}" } ] } ] }
            """);
        Executable.Write(tool.At("record.sh"), "#!/bin/sh\nprintf '%s|' \"$@\" >>record\ncat >>record\necho >>record\n");
        Assert.Equal(["written"], Outcomes((await tool.RunAsync("inject", "--json")).Succeeds()));
        Assert.Equal(["unchanged"], Outcomes((await tool.RunAsync("inject", "--json")).Succeeds()));
        Assert.Equal(["written"], Outcomes((await tool.RunAsync("inject", "--json", "--force")).Succeeds()));
        string line = $"argument|Bearer {tool.Token}\n";
        Assert.Equal(line + line, await ReadAsync(tool, "record"));

        tool.Write("sectoken.json", """{ "tokens": [ { "team": "payments", "destinations": [ { "kind": "command", "run": ["no-such-program"] } ] } ] }""");
        int fetches = tool.Fetches;
        ToolRun run = await tool.RunAsync("inject");
        Assert.NotEqual(0, run.Exit);
        Assert.Contains("sectoken.json(1,55): ", run.Error, StringComparison.Ordinal);
        Assert.Equal(fetches, tool.Fetches);
    }

    [Fact]
    public async Task A_hundred_destinations_of_ten_teams_cost_ten_requests()
    {
        await using ToolFixture tool = await StartAsync("{}");
        string entries = string.Join(",\n", Enumerable.Range(0, 10).Select(entry => string.Create(
            CultureInfo.InvariantCulture,
            $$"""{ "team": {{(entry % 2 == 0 ? 101 : 202)}}, "destinations": [ {{string.Join(", ", Enumerable.Range(0, 10).Select(i => $$"""{ "kind": "dotenv", "path": "d{{entry}}/{{i}}.env" }"""))}} ] }""")));
        tool.Write("sectoken.json", $$"""{ "tokens": [ {{entries}} ] }""");
        ToolRun run = (await tool.RunAsync("inject", "--json")).Succeeds();
        Assert.Equal(100, Outcomes(run).Count(outcome => outcome == "written"));

        // Entries of one team are one token.
        Assert.Equal(2, tool.Fetches);
        Assert.Equal(1, tool.Emulator.Count("POST", "/identity/token"));
    }

    private static async Task<ToolFixture> StartAsync(string settings)
    {
        ToolFixture tool = await ToolFixture.StartAsync();
        tool.Write("sectoken.json", settings);
        tool.Write("src/Api/Api.csproj", "<Project><PropertyGroup><UserSecretsId>of-$(MSBuildProjectName)</UserSecretsId></PropertyGroup></Project>");
        return tool;
    }

    private static Task<string> ReadAsync(ToolFixture tool, string path) => File.ReadAllTextAsync(tool.At(path), TestContext.Current.CancellationToken);

    private static IEnumerable<string> Outcomes(ToolRun run) =>
        run.Json().GetProperty("tokens").EnumerateArray().SelectMany(token => token.GetProperty("destinations").EnumerateArray()).Select(line => line.GetProperty("outcome").GetString()!);
}
