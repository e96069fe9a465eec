using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>A setting that could break out of a header, a URL or a file is refused before any request, and told in plain ASCII.</summary>
public sealed class HostileSettingTests
{
    private static readonly string[] Values = ["a\r\nX-Evil: 1", "a\nb", "a\rb", "ré\u202egion", "\"quoted\"", "it's", "\u001b[2J"];

    public static TheoryData<string, string?> Places => new()
    {
        { "--region", null },
        { "--endpoint", null },
        { "--iam-endpoint", null },
        { "--instance", null },
        { "--timeout", null },
        { "--name", null },
        { "--resource-controller", null },
        { "--resource-controller", "https://{0}.cloud.ibm.com" },
        { "SECTOKEN_RESOURCE_CONTROLLER", null },
        { "SECTOKEN_CREDENTIAL", null },
        { "SECTOKEN_REGION", null },
        { "SECTOKEN_ENDPOINT", null },
        { "SECTOKEN_IAM_ENDPOINT", null },
        { "SECTOKEN_INSTANCE", null },
        { "--endpoint", "https://eu-de.example/{0}" },
        { "--endpoint", "https://{0}.cloud.ibm.com" },
        { "--instance", "crn:v1:bluemix:public:sysdig-secure:eu-de:a/1:{0}::" },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Line_ends_foreign_letters_and_quotes_in_a_setting_are_refused(string setting, string? format)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        foreach (string value in Values.Select(value => format?.Replace("{0}", value, StringComparison.Ordinal) ?? value))
        {
            string[] option = setting.StartsWith('-') ? [setting, value] : [];
            if (option.Length == 0)
            {
                tool.Set("SECTOKEN_ENDPOINT", null).Set(setting, value);
            }

            await AssertRefusedAsync(tool, ["inject", "--dotenv", ".env", .. option]);
        }
    }

    [Theory]
    [InlineData("--team", "a\nb")]
    [InlineData("--team", "a\r\nTeamID: 1")]
    [InlineData("--team", "\u001b[2J")]
    [InlineData("--team", "a\u009bb")]
    [InlineData("--key", "a\nb")]
    [InlineData("--key", "\"a\"")]
    [InlineData("--key", "clé")]
    [InlineData("--key", "a\\b")]
    [InlineData("--key", "a b")]
    [InlineData("--user-secrets", "a\nb")]
    [InlineData("--user-secrets", "a/b")]
    [InlineData("--user-secrets", "a\\b")]
    [InlineData("--json-file", "a\nb")]
    [InlineData("--dotenv", "\u001b[2J")]
    [InlineData("--project", "a\nb")]
    public async Task Names_and_paths_cannot_break_out_either(string option, string value)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await AssertRefusedAsync(tool, ["inject", "--dotenv", ".env", option, value]);
    }

    [Theory]
    [InlineData("SECTOKEN_TEAM", "a\nb")]
    [InlineData("SECTOKEN_STATE_DIR", "relative\n\u001b[2J")]
    public async Task Variables_cannot_break_out_either(string variable, string value)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set(variable, value);
        await AssertRefusedAsync(tool, ["inject", "--dotenv", ".env"]);
    }

    private static async Task AssertRefusedAsync(ToolFixture tool, string[] arguments)
    {
        string before = tool.Destinations().ToString();
        ToolRun run = await tool.RunAsync(arguments);
        Assert.True(run.Exit == 10, $"Exit status {run.Exit} for {Uri.EscapeDataString(string.Join(' ', arguments))}:\n{run.Error}");
        run.FailsWith(10, Assert.Single(run.Errors));
        Assert.Empty(run.Output);
        Assert.Equal(before, tool.Destinations().ToString());
        Assert.Empty(tool.Emulator.Requests);
    }
}
