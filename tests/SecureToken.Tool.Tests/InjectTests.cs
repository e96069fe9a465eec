using System.Text.Json;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>Every destination comes to the current token, and nothing else changes.</summary>
public sealed class InjectTests
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Trait("System", "Unix")]
    [Fact]
    public async Task User_secrets_of_an_id_get_the_token()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = (await tool.RunAsync("inject", "--user-secrets", "my-id")).Succeeds();
        Assert.Contains("written   user-secrets", run.Error, StringComparison.Ordinal);
        Assert.Equal(tool.Token, ReadJson(tool.UserSecrets("my-id"), ToolFixture.DefaultKey));
        Assert.Equal(Private, File.GetUnixFileMode(tool.UserSecrets("my-id")));
    }

    [Trait("System", "Unix")]
    [Fact]
    public async Task A_dotenv_file_gets_the_token_under_the_name_that_configuration_reads()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        (await tool.RunAsync("inject", "--dotenv", "deploy/api.env")).Succeeds();
        Assert.Equal($"{ToolFixture.DefaultName}={tool.Token}\n", await File.ReadAllTextAsync(tool.At("deploy/api.env"), TestContext.Current.CancellationToken));
        Assert.Equal(Private, File.GetUnixFileMode(tool.At("deploy/api.env")));
    }

    [Fact]
    public async Task A_dotenv_file_gets_every_name_that_is_given()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string path = tool.Write(".env", "# mine\nOTHER=1\nSECURE_API_TOKEN=old\n");
        (await tool.RunAsync("inject", "--dotenv", ".env", "--name", "SYSDIG_SECURE_API_TOKEN", "--name=SECURE_API_TOKEN")).Succeeds();
        string[] lines = await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(["# mine", "OTHER=1", $"SECURE_API_TOKEN={tool.Token}", $"SYSDIG_SECURE_API_TOKEN={tool.Token}"], lines);
    }

    [Fact]
    public async Task A_JSON_file_keeps_every_other_byte()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string path = tool.Write("settings.json", "{\r\n\t// why\r\n\t\"Sysdig\": { \"SecureApiToken\": \"old\", \"x\": 1 },\r\n}\r\n");
        (await tool.RunAsync("inject", "--json-file", path)).Succeeds();
        Assert.Equal(
            $"{{\r\n\t// why\r\n\t\"Sysdig\": {{ \"SecureApiToken\": \"{tool.Token}\", \"x\": 1 }},\r\n}}\r\n",
            await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_manifest_keeps_every_other_byte_and_gets_the_fingerprint()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        const string Before = "# mine\nkind: Secret\napiVersion: v1\nmetadata:\n    namespace: prod\n    name: sysdig # ours\n";
        string path = tool.Write("sysdig.yaml", Before + "data:\n    x: eA==\n    api-token: b2xk # from the UI\n");
        ToolRun run = (await tool.RunAsync("inject", "--kubernetes", "sysdig.yaml", "--secret", "prod/sysdig:api-token")).Succeeds();
        Assert.Contains($"written   kubernetes   {path} (prod/sysdig:api-token)", run.Error, StringComparison.Ordinal);
        string fingerprint = run.Error.Split(' ')[1];
        Assert.Equal(
            $"{Before}    annotations:\n        sectoken.build/fingerprint.api-token: \"{fingerprint}\"\ndata:\n    x: eA==\n"
            + $"    api-token: {Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(tool.Token))} # from the UI\n",
            await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_manifest_without_the_name_of_a_Secret_or_with_a_wrong_one_is_refused()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await tool.FailAsync(10, "SECTOK101", "inject", "--kubernetes", "sysdig.yaml");
        await tool.FailAsync(10, "SECTOK660", "inject", "--kubernetes", "sysdig.yaml", "--secret", "prod/Sysdig");
        await tool.FailAsync(10, "SECTOK107", "inject", "--kubernetes", "sysdig.yaml", "--secret", "sysdig", "--kubernetes", "sysdig.yaml");
        Assert.False(File.Exists(tool.At("sysdig.yaml")));
    }

    [Fact]
    public async Task Several_destinations_of_one_run_cost_one_request_for_the_token()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        (await tool.RunAsync(
            "inject", "--user-secrets", "one", "--user-secrets", "two", "--dotenv", "a.env", "--dotenv", "b.env", "--json-file", "c.json", "--key", "A:B")).Succeeds();
        string[] copies =
        [
            ReadJson(tool.UserSecrets("one"), "A:B"),
            ReadJson(tool.UserSecrets("two"), "A:B"),
            ReadJson(tool.At("c.json"), "A:B"),
            (await File.ReadAllTextAsync(tool.At("a.env"), TestContext.Current.CancellationToken)).Replace("A__B=", string.Empty, StringComparison.Ordinal).Trim(),
            (await File.ReadAllTextAsync(tool.At("b.env"), TestContext.Current.CancellationToken)).Replace("A__B=", string.Empty, StringComparison.Ordinal).Trim(),
        ];
        Assert.All(copies, copy => Assert.Equal(tool.Token, copy));
        Assert.Equal(1, tool.Fetches);
    }

    [Fact]
    public async Task A_second_run_writes_nothing()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string[] inject = ["inject", "--user-secrets", "my-id", "--dotenv", ".env", "--json-file", "a.json"];
        string[] files = [tool.UserSecrets("my-id"), tool.At(".env"), tool.At("a.json")];
        (await tool.RunAsync(inject)).Succeeds();
        string before = (await tool.OtherAsync("stat", ["-c", "%n %i %y %z %a", .. files])).Exits(0).Output;

        ToolRun second = (await tool.RunAsync(inject)).Succeeds();
        Assert.Equal(before, (await tool.OtherAsync("stat", ["-c", "%n %i %y %z %a", .. files])).Exits(0).Output);
        Assert.Equal(3, second.Error.Split('\n').Count(line => line.StartsWith("unchanged ", StringComparison.Ordinal)));
        Assert.DoesNotContain("written", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_reset_every_copy_follows()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string[] inject = ["inject", "--user-secrets", "my-id", "--dotenv", ".env"];
        (await tool.RunAsync(inject)).Succeeds();
        string old = tool.Token;
        string born = tool.Emulator.ResetToken(ToolFixture.TeamId);
        tool.Protect("the old token", old);

        (await tool.RunAsync(inject)).Succeeds();
        Assert.Equal(born, ReadJson(tool.UserSecrets("my-id"), ToolFixture.DefaultKey));
        Assert.Equal($"{ToolFixture.DefaultName}={born}\n", await File.ReadAllTextAsync(tool.At(".env"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_team_is_found_by_its_id_as_by_its_name()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        (await tool.RunAsync("inject", "--dotenv", ".env", "--team", "202")).Succeeds();
        string byId = await File.ReadAllTextAsync(tool.At(".env"), TestContext.Current.CancellationToken);
        Assert.Equal($"{ToolFixture.DefaultName}={tool.Emulator.TokenOf(ToolFixture.OtherTeamId)}\n", byId);
        Assert.Contains("unchanged", (await tool.RunAsync("inject", "--dotenv", ".env", "--team", ToolFixture.OtherTeam)).Succeeds().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_option_stands_above_the_environment()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string service = tool.Emulator.BaseUrl.ToString();
        tool.Set("SECTOKEN_ENDPOINT", "https://wrong.invalid").Set("SECTOKEN_IAM_ENDPOINT", "https://wrong.invalid")
            .Set("SECTOKEN_INSTANCE", Guid.Empty.ToString()).Set("SECTOKEN_TEAM", "wrong");
        (await tool.RunAsync(
            "inject", "--dotenv", ".env", "--endpoint", service, "--iam-endpoint", service, "--instance", tool.Emulator.InstanceId, "--team", ToolFixture.Team)).Succeeds();
        Assert.Equal($"{ToolFixture.DefaultName}={tool.Token}\n", await File.ReadAllTextAsync(tool.At(".env"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("SYSDIG_SECURE_URL", "SYSDIG_IBM_SECURE_IAM_URL", "SYSDIG_IBM_SECURE_INSTANCE_ID", "SYSDIG_SECURE_TEAM_NAME", "SYSDIG_IBM_SECURE_API_KEY")]
    [InlineData("SYSDIG_SECURE_URL", "IBMCLOUD_IAM_API_ENDPOINT", "SECTOKEN_INSTANCE", "SYSDIG_SECURE_TEAM_ID", "IC_API_KEY")]
    public async Task The_variables_of_other_tools_are_understood(string endpoint, string iam, string instance, string team, string apiKey)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string service = tool.Emulator.BaseUrl.ToString();
        foreach (string own in (string[])["SECTOKEN_ENDPOINT", "SECTOKEN_IAM_ENDPOINT", "SECTOKEN_INSTANCE", "SECTOKEN_TEAM", "SECTOKEN_API_KEY"])
        {
            tool.Set(own, null);
        }

        tool.Set(endpoint, service).Set(iam, service).Set(instance, tool.Emulator.InstanceId)
            .Set(team, team.EndsWith("ID", StringComparison.Ordinal) ? "101" : ToolFixture.Team).Set(apiKey, tool.Emulator.ApiKey);
        (await tool.RunAsync("inject", "--dotenv", ".env")).Succeeds();
    }

    internal static string ReadJson(string path, string key)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.GetProperty(key).GetString()!;
    }
}
