using System.Text.Json;
using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary><c>config</c> tells every setting and where it came from, and never a secret.</summary>
public sealed class ConfigTests
{
    [Fact]
    public async Task Every_setting_is_told_with_its_origin()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Write("sectoken.json", """{ "instance": "from-the-file", "region": "eu-de", "tokens": [ { "team": "payments", "destinations": [ { "kind": "dotenv", "path": "a.env" } ] } ] }""");
        tool.Set("SECTOKEN_TEAM", null);
        ToolRun run = (await tool.RunAsync("config", "--json", "--iam-endpoint", "https://iam.test.cloud.ibm.com", "--trust-host", "b.example")).Succeeds();
        (string?, string?) Of(string name)
        {
            JsonElement row = run.Json().GetProperty("settings").EnumerateArray().Single(row => row.GetProperty("name").GetString() == name);
            return (row.GetProperty("value").GetString(), row.GetProperty("origin").GetString());
        }

        string file = tool.At("sectoken.json");
        Assert.Equal((tool.Emulator.BaseUrl.ToString().TrimEnd('/'), "SECTOKEN_ENDPOINT"), Of("endpoint"));
        Assert.Equal((tool.Emulator.InstanceId, "SECTOKEN_INSTANCE"), Of("instance"));
        Assert.Equal(("eu-de", $"\"region\" in {file}, not used: SECTOKEN_ENDPOINT stands above it"), Of("region"));
        Assert.Equal(("payments", $"\"team\" in {file}"), Of("team"));
        Assert.Equal(("https://iam.test.cloud.ibm.com", "--iam-endpoint"), Of("IAM endpoint"));
        Assert.Equal("***", Of("credential").Item1);
        Assert.Contains("SECTOKEN_API_KEY", Of("credential").Item2, StringComparison.Ordinal);
        Assert.Equal(("b.example", "--trust-host, SECTOKEN_TRUST_HOST"), Of("trusted hosts"));
        Assert.Equal((file, "team payments: 1 destination"), Of("settings file"));
        Assert.Empty(tool.Emulator.Requests);
    }

    [Theory]
    [InlineData("eu-de", "--region", "https://eu-de.security-compliance-secure.cloud.ibm.com", "the region")]
    [InlineData(null, "not set", "https://us-south.security-compliance-secure.cloud.ibm.com", "SYSDIG_SECURE_URL")]
    public async Task The_endpoint_is_the_one_that_is_asked(string? region, string regionFrom, string endpoint, string endpointFrom)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_ENDPOINT", null).Set("SECTOKEN_TEAM", null).Set("SYSDIG_SECURE_URL", "https://us-south.security-compliance-secure.cloud.ibm.com");
        ToolRun run = (await tool.RunAsync(["config", .. region is null ? [] : (string[])["--region", region]])).Succeeds();
        Assert.Matches($"(?m)^region +{region ?? "-"}  \\({regionFrom}\\)$", run.Output);
        Assert.Matches($"(?m)^endpoint +{endpoint}  \\({endpointFrom}\\)$", run.Output);
    }

    [Fact]
    public async Task Without_any_setting_it_still_tells_what_is_missing()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        foreach (string variable in (string[])["SECTOKEN_ENDPOINT", "SECTOKEN_IAM_ENDPOINT", "SECTOKEN_INSTANCE", "SECTOKEN_TEAM", "SECTOKEN_API_KEY"])
        {
            tool.Set(variable, null);
        }

        ToolRun run = (await tool.RunAsync("config")).Succeeds();
        Assert.Matches("(?m)^team +-  \\(not set\\)$", run.Output);
        Assert.Matches("(?m)^IAM endpoint +https://iam.cloud.ibm.com  \\(built in\\)$", run.Output);
        Assert.Matches("(?m)^credential +-  \\(not set\\)$", run.Output);
    }

    [Fact]
    public async Task The_schema_is_the_one_of_the_documentation()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = (await tool.RunAsync("config", "--schema")).Succeeds();
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "sectoken.schema.json"), TestContext.Current.CancellationToken), run.Output);
    }

    [Fact]
    public async Task A_settings_file_that_is_none_is_told()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Write("sectoken.json", "{ \"tokns\": [] }");
        await tool.FailAsync(10, "SECTOK121", "config");
    }
}
