using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>Exit 10: the command line and the settings are judged before anything is asked or written.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("SECTOKEN_INSTANCE", "--instance")]
    [InlineData("SECTOKEN_ENDPOINT", "--region")]
    [InlineData("SECTOKEN_TEAM", "--team")]
    public async Task A_missing_setting_is_told_with_the_ways_to_give_it(string variable, string option)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set(variable, null);
        ToolRun run = await tool.FailAsync(10, "SECTOK101", "inject", "--dotenv", ".env");
        Assert.Contains(option, run.Error, StringComparison.Ordinal);
        Assert.Empty(tool.Emulator.Requests);
    }

    [Theory]
    [InlineData("SECTOK102", "--endpoint", "not a host")]
    [InlineData("SECTOK102", "--region", "eude")]
    [InlineData("SECTOK102", "--endpoint", "https://user:s3cr3t@host.example")]
    [InlineData("SECTOK102", "--endpoint", "https://user:s3cr3t with spaces@host.example")]
    [InlineData("SECTOK102", "--endpoint", "https://user:s3cr3t\"@host.example")]
    [InlineData("SECTOK102", "--endpoint", "ftp://user:s3cr3t@host.example")]
    [InlineData("SECTOK102", "--endpoint", "https://{region}.security-compliance-secure.cloud.ibm.com")]
    [InlineData("SECTOK102", "--iam-endpoint", "ftp://host.example")]
    [InlineData("SECTOK103", "--endpoint", "http://host.example")]
    [InlineData("SECTOK103", "--endpoint", "http://127.0.0.1.nip.io")]
    [InlineData("SECTOK105", "--instance", "not/a/guid")]
    [InlineData("SECTOK105", "--instance", "crn:v1:bluemix:public:sysdig-monitor:eu-de:a/1:00000000-0000-0000-0000-000000000000::")]
    [InlineData("SECTOK106", "--team", "0")]
    [InlineData("SECTOK111", "--endpoint", "https://ingest.eu-de.security-compliance-secure.cloud.ibm.com")]
    [InlineData("SECTOK112", "--key", "A::B")]
    [InlineData("SECTOK112", "--name", "1ST")]
    [InlineData("SECTOK108", "--timeout", "0")]
    [InlineData("SECTOK108", "--timeout", "601")]
    [InlineData("SECTOK108", "--timeout", "ten")]
    [InlineData("SECTOK108", "--team", "")]
    [InlineData("SECTOK513", "--user-secrets", "../../.bashrc")]
    [InlineData("SECTOK513", "--user-secrets", "..")]
    public async Task A_value_that_cannot_be_used_is_told(string code, string option, string value)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = await tool.FailAsync(10, code, "inject", "--dotenv", ".env", option, value);
        Assert.DoesNotContain("s3cr3t", run.Error, StringComparison.Ordinal);
        Assert.Empty(tool.Emulator.Requests);
    }

    [Theory]
    [InlineData("--region", "eu-de", "--endpoint", "https://eu-de.security-compliance-secure.cloud.ibm.com")]
    [InlineData("--team", "payments", "--team", "checkout")]
    [InlineData("--api-key-file", "a", "--iam-token-file", "b")]
    [InlineData("--api-key-stdin", "--iam-token-stdin")]
    [InlineData("--dotenv", "./.env")]
    public async Task Two_options_that_exclude_each_other_are_a_conflict(params string[] options)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await tool.FailAsync(10, "SECTOK107", ["inject", "--dotenv", ".env", .. options]);
        Assert.Empty(tool.Emulator.Requests);
    }

    [Theory]
    [InlineData("SECTOK117", "inject --dotenv .env --secret name")]
    [InlineData("SECTOK117", "inject --user-secrets id --name NAME")]
    [InlineData("SECTOK107", "inject --dotenv .env --explain --dry-run")]
    [InlineData("SECTOK107", "inject --dotenv .env --explain --force")]
    [InlineData("SECTOK107", "reset --resume --wait 5m")]
    [InlineData("SECTOK107", "reset --dotenv .env --wait 5m --yes --request POST_/api/x")]
    public async Task An_option_that_would_do_nothing_is_told(string code, string line)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await tool.FailAsync(10, code, [.. line.Split(' ').Select(word => word.Replace('_', ' '))]);
        Assert.Empty(tool.Emulator.Requests);
    }

    [Theory]
    [InlineData("injct", "'inject'")]
    [InlineData("inject --regoin eu-de", "'--region'")]
    [InlineData("inject --dot-env .env", "'--dotenv'")]
    [InlineData("get --revael", "'--reveal'")]
    public async Task A_mistyped_word_is_answered_with_the_nearest_one(string line, string nearest)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = await tool.FailAsync(10, "SECTOK109", line.Split(' '));
        Assert.Contains($"Did you mean {nearest}?", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("frobnicate", "SECTOK109")]
    [InlineData("inject --frobnicate", "SECTOK109")]
    [InlineData("inject extra", "SECTOK109")]
    [InlineData("inject -- extra", "SECTOK109")]
    [InlineData("inject -qv", "SECTOK109")]
    [InlineData("get -=x", "SECTOK109")]
    [InlineData("inject --dotenv", "SECTOK108")]
    [InlineData("inject --dotenv=", "SECTOK108")]
    [InlineData("inject --json=yes", "SECTOK108")]
    public async Task A_word_that_is_not_known_is_told(string line, string code)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await tool.FailAsync(10, code, line.Split(' '));
        Assert.Empty(tool.Emulator.Requests);
    }

    [Theory]
    [InlineData("inject --dotenv .env --api-key {0}", "SECTOK116")]
    [InlineData("inject --dotenv .env --api-key={0}", "SECTOK116")]
    [InlineData("inject --dotenv .env --apikey:{0}", "SECTOK116")]
    [InlineData("inject --iam-token {0}", "SECTOK116")]
    [InlineData("get --token {0}", "SECTOK116")]
    [InlineData("inject --api-key-stdin {0}", "SECTOK109")]
    [InlineData("inject {0}", "SECTOK109")]
    [InlineData("get {0}", "SECTOK109")]
    [InlineData("{0}", "SECTOK109")]
    [InlineData("inject -{0}", "SECTOK109")]
    [InlineData("inject --{0}=x", "SECTOK109")]
    [InlineData("--{0}", "SECTOK109")]
    [InlineData("inject --json-{0}", "SECTOK109")]
    public async Task A_secret_in_the_wrong_place_is_not_repeated(string line, string code)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        foreach (string secret in (string[])[tool.Emulator.ApiKey, tool.Token])
        {
            string[] arguments = line.Replace("{0}", secret, StringComparison.Ordinal).Split(' ');

            // The fixture looks for both secrets in every form after every run.
            await tool.FailAsync(10, code, arguments);
        }

        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task A_secret_in_the_wrong_place_is_not_repeated_in_JSON_either()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = await tool.FailAsync(10, "SECTOK116", "inject", "--json", "--api-key", tool.Emulator.ApiKey);
        Assert.Equal("SECTOK116", run.Json().GetProperty("failure").GetProperty("code").GetString());
    }
}
