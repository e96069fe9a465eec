using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>Mistakes that everybody makes once are said as what they are.</summary>
public sealed class CommonMistakeTests
{
    [Theory]
    [InlineData("inject")]
    [InlineData("status")]
    [InlineData("reset")]
    [InlineData("watch")]
    public async Task A_settings_file_without_a_token_is_no_silent_success(string command)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Write("sectoken.json", "{ \"tokens\": [] }");
        await tool.FailAsync(10, "SECTOK125", command);
    }

    [Fact]
    public async Task A_path_in_the_place_of_an_API_key_is_not_sent_to_IAM()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_API_KEY", "/run/secrets/key");
        ToolRun run = await tool.FailAsync(11, "SECTOK202", "get");
        Assert.Contains("looks like a path ('@' before it reads the file)", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("/run/secrets", run.Error, StringComparison.Ordinal);
        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task A_tilde_stands_for_the_home_that_a_path_begins_with_and_not_for_one_in_its_middle()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await tool.RunAsync("inject", "--dotenv", ".env");
        string copyOfHome = tool.Work + tool.Home;
        Directory.CreateDirectory(copyOfHome);
        ToolRun elsewhere = (await tool.RunAsync("status", "--dotenv", ".env", "--html", copyOfHome + "/status.html")).Succeeds();
        Assert.Contains($"Report: {copyOfHome}/status.html\n", elsewhere.Error, StringComparison.Ordinal);
        ToolRun inHome = (await tool.RunAsync("status", "--dotenv", ".env", "--html", tool.Home + "/status.html")).Succeeds();
        Assert.Contains("Report: ~/status.html\n", inHome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sectokn.json", "SECTOK120")]
    [InlineData("srcc", "SECTOK109")]
    public async Task For_a_file_that_is_not_there_a_near_name_is_offered(string path, string code)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Write("sectoken.json", "{}");
        tool.Write("src/x", string.Empty);
        ToolRun run = await tool.FailAsync(code == "SECTOK120" ? 10 : 10, code, "inject", path);
        Assert.Contains(code == "SECTOK120" ? "(did you mean 'sectoken.json'?)" : "(did you mean 'src'?)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_region_may_be_in_capitals()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_ENDPOINT", null);
        Assert.Contains("https://eu-de.security-compliance-secure.cloud.ibm.com", (await tool.RunAsync("config", "--region", "EU-DE")).Succeeds().Output, StringComparison.Ordinal);
    }
}
