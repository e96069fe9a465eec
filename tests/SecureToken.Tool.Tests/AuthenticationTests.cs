using System.Text;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>Exit 11, and every way in which a credential can be given.</summary>
public sealed class AuthenticationTests
{
    private const string Expired = "eyJhbGciOiJub25lIn0.eyJleHAiOjE1MDAwMDAwMDB9.c2lnbmF0dXJl";

    [Fact]
    public async Task Without_a_credential_nothing_is_asked()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_API_KEY", null);
        ToolRun run = await tool.FailAsync(11, "SECTOK201", "inject", "--dotenv", ".env");
        Assert.Contains("SECTOKEN_API_KEY", run.Error, StringComparison.Ordinal);
        Assert.Empty(tool.Emulator.Requests);
        await tool.FailAsync(11, "SECTOK201", "get");
    }

    [Fact]
    public async Task A_key_that_IAM_does_not_know_is_told_with_its_source_and_not_its_value()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        const string Unknown = "Zm9yZ290dGVuLWtleS0wMTIzNDU2Nzg5YWJjZGVmZw";
        tool.Protect("an unknown key", Unknown);
        tool.Set("SECTOKEN_API_KEY", Unknown).Write(".env", $"{ToolFixture.DefaultName}=old\n");
        ToolRun run = await tool.FailAsync(11, "SECTOK204", "inject", "--dotenv", ".env");
        Assert.Contains("SECTOKEN_API_KEY", run.Error, StringComparison.Ordinal);
        Assert.Matches("Request id [0-9a-f]{32}", run.Error);
    }

    [Theory]
    [InlineData("{your-api-key}")]
    [InlineData("\"quoted-key-0123456789\"")]
    [InlineData("two words of a key")]
    [InlineData("key-with-\nline-end")]
    [InlineData("clé-de-l'API-0123456789")]
    public async Task A_malformed_key_is_refused_before_any_request(string key)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Protect("a malformed key", key);
        tool.Set("SECTOKEN_API_KEY", key);
        await tool.FailAsync(11, "SECTOK202", "inject", "--dotenv", ".env");
        Assert.Empty(tool.Emulator.Requests);
    }

    [Theory]
    [InlineData("key-with-\0-in-it-0123456789")]
    [InlineData("")]
    [InlineData("{\"apikey\":\"line\\nend-0123456789\"}")]
    [InlineData("{\"name\":\"no key\"}")]
    public async Task A_malformed_key_file_is_refused_before_any_request(string content)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string file = tool.Write("key", content);
        await tool.FailAsync(11, "SECTOK202", "inject", "--dotenv", ".env", "--api-key-file", file);
        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task An_expired_IAM_token_is_noticed_before_any_request()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Protect("an expired token", Expired);
        tool.Set("SECTOKEN_IAM_TOKEN", "Bearer " + Expired);
        ToolRun run = await tool.FailAsync(11, "SECTOK209", "inject", "--dotenv", ".env");
        Assert.Contains("2017-07-14", run.Error, StringComparison.Ordinal);
        Assert.Empty(tool.Emulator.Requests);
    }

    [Theory]
    [InlineData("short", "SECTOK211")]
    [InlineData("has \"quotes\" in it", "SECTOK211")]
    [InlineData("line\r\nend.in.it", "SECTOK211")]
    [InlineData("aaaaaaaa.bbbbbbbb.cccccccc", "SECTOK212")]
    public async Task An_IAM_token_that_is_none_is_refused(string token, string code)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_IAM_TOKEN", token);
        await tool.FailAsync(11, code, "inject", "--dotenv", ".env");
        Assert.Equal(0, tool.Emulator.Count("POST", "/identity/token"));
    }

    [Fact]
    public async Task A_credential_file_that_is_not_there_is_told()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await tool.FailAsync(11, "SECTOK203", "inject", "--dotenv", ".env", "--api-key-file", "nowhere");
        await tool.FailAsync(11, "SECTOK203", "inject", "--dotenv", ".env", "--iam-token-file", tool.Home);
        tool.Set("SECTOKEN_API_KEY", "@nowhere");
        await tool.FailAsync(11, "SECTOK203", "inject", "--dotenv", ".env");
        Assert.Empty(tool.Emulator.Requests);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("\uFEFF{0}\r\n")]
    [InlineData("{\"name\":\"mine\",\"apikey\":\"{0}\"}")]
    public async Task The_API_key_comes_from_a_file_standard_input_or_a_variable_that_names_a_file(string format)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string content = format.Replace("{0}", tool.Emulator.ApiKey, StringComparison.Ordinal);
        string file = tool.Write("key", content);
        tool.Set("SECTOKEN_API_KEY", null);

        ToolRun fromFile = (await tool.RunAsync("inject", "--dotenv", "1.env", "--api-key-file", file, "-v")).Succeeds();
        Assert.Contains($"credential from {file}", fromFile.Error, StringComparison.Ordinal);
        ToolRun fromInput = (await tool.RunAsync(new ToolCall("inject", "--dotenv", "2.env", "--api-key-stdin", "-v") { Input = content })).Succeeds();
        Assert.Contains("credential from standard input", fromInput.Error, StringComparison.Ordinal);
        tool.Set("IBMCLOUD_API_KEY", "@key");
        ToolRun fromVariable = (await tool.RunAsync("inject", "--dotenv", "3.env", "-v")).Succeeds();
        Assert.Contains("credential from IBMCLOUD_API_KEY", fromVariable.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("Bearer {0}\n")]
    public async Task An_IAM_token_comes_from_a_file_or_standard_input_and_IAM_is_not_asked(string format)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string token = await tool.IamTokenAsync();
        tool.Protect("the IAM token", token);
        string content = format.Replace("{0}", token, StringComparison.Ordinal);
        string file = tool.Write("token", content);

        (await tool.RunAsync("inject", "--dotenv", "1.env", "--iam-token-file", file)).Succeeds();
        (await tool.RunAsync(new ToolCall("inject", "--dotenv", "2.env", "--iam-token-stdin") { Input = content })).Succeeds();
        Assert.Equal(0, tool.Emulator.Count("POST", "/identity/token"));
    }

    [Fact]
    public async Task Endless_standard_input_is_no_credential()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        var input = new StringBuilder().Insert(0, "0123456789", 7000).ToString();
        await tool.FailAsync(11, "SECTOK203", new ToolCall("inject", "--dotenv", ".env", "--api-key-stdin") { Input = input });
    }
}
