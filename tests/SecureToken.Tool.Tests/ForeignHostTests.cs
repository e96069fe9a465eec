using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>
/// A committed file that names a foreign host gets no credential: nothing reaches that host. Every way out of the machine leads to a server
/// here that counts, and the emulator is asked for nothing either.
/// </summary>
public sealed class ForeignHostTests
{
    public static TheoryData<string, string> Places => new()
    {
        { "sectoken.json", """{ "endpoint": "https://collector.evil.example", "instance": "1b7ad6f0-5c0d-4a53-9d5b-0e6f3c5a7d11", "tokens": [ { "team": "payments", "destinations": [ { "kind": "dotenv", "path": "a.env" } ] } ] }""" },
        { "sectoken.json", """{ "region": "eu-de", "iamEndpoint": "https://iam.cloud.ibm.com.evil.example", "instance": "1b7ad6f0-5c0d-4a53-9d5b-0e6f3c5a7d11", "tokens": [ { "team": "payments", "destinations": [ { "kind": "dotenv", "path": "a.env" } ] } ] }""" },
        { "sectoken.json", """{ "tokens": [ { "team": "payments", "endpoint": "https://evilcloud.ibm.com", "instance": "1b7ad6f0-5c0d-4a53-9d5b-0e6f3c5a7d11", "destinations": [ { "kind": "dotenv", "path": "a.env" } ] } ] }""" },
        { "App.csproj", """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework><UserSecretsId>x</UserSecretsId><SecureTokenEndpoint>https://collector.evil.example</SecureTokenEndpoint><SecureTokenInstance>1b7ad6f0-5c0d-4a53-9d5b-0e6f3c5a7d11</SecureTokenInstance><SecureTokenTeam>payments</SecureTokenTeam></PropertyGroup></Project>""" },
        { "App.csproj", """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework><UserSecretsId>x</UserSecretsId><SecureTokenResourceController>https://collector.evil.example</SecureTokenResourceController><SecureTokenInstance>wp-prod</SecureTokenInstance><SecureTokenTeam>payments</SecureTokenTeam></PropertyGroup></Project>""" },
    };

    [Theory]
    [InlineData("endpoint", "SECTOKEN_ENDPOINT")]
    [InlineData("iamEndpoint", "SECTOKEN_IAM_ENDPOINT")]
    public async Task A_program_of_this_machine_that_a_committed_file_names_gets_nothing_without_the_users_word(string member, string variable)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await using FaultServer listener = FaultServer.Answering(500, "text/html", string.Empty);
        tool.Set(variable, null);
        tool.Write("sectoken.json", $$"""{ "{{member}}": "{{listener.BaseUrl}}", "tokens": [ { "team": "payments", "destinations": [ { "kind": "dotenv", "path": "a.env" } ] } ] }""");
        string authority = new Uri(listener.BaseUrl).Authority;
        ToolRun run = await tool.FailAsync(10, "SECTOK104", "inject");
        Assert.Contains($"--trust-host {authority}", run.Error, StringComparison.Ordinal);
        Assert.Equal(0, listener.Connections);
        Assert.Empty(tool.Emulator.Requests);

        // Each way to say so: then it is asked, so the count above means something.
        foreach ((string? name, string? value, string[] options) in ((string?, string?, string[])[])
        [
            (null, null, ["--trust-host", authority]), (null, null, ["--trust-host", "127.0.0.1"]), ("SECTOKEN_TRUST_HOST", authority, []), (variable, listener.BaseUrl, []),
        ])
        {
            int before = listener.Connections;
            if (name is not null)
            {
                tool.Set(name, value);
            }

            Assert.DoesNotContain("SECTOK104", (await tool.RunAsync(["inject", "--timeout", "2", .. options])).Errors);
            Assert.NotEqual(before, listener.Connections);
            tool.Set("SECTOKEN_TRUST_HOST", null);
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Nothing_reaches_it(string file, string content)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await using FaultServer world = FaultServer.Answering(407, "text/html", string.Empty, "Proxy-Authenticate: Negotiate\r\n");
        foreach (string variable in (string[])["SECTOKEN_ENDPOINT", "SECTOKEN_IAM_ENDPOINT", "SECTOKEN_INSTANCE", "SECTOKEN_TEAM", "no_proxy"])
        {
            tool.Set(variable, null);
        }

        tool.Set("https_proxy", world.BaseUrl).Set("http_proxy", world.BaseUrl).Write(file, content);
        ToolRun run = await tool.FailAsync(10, "SECTOK104", "inject");
        Assert.Contains("no credential is sent to it", run.Error, StringComparison.Ordinal);
        Assert.Equal(0, world.Connections);
        Assert.Empty(tool.Emulator.Requests);

        // The same file with the user's own word: then it is asked, so the count above means something.
        string host = content.Split("https://")[1].Split('"', '<')[0];
        ToolRun trusted = await tool.RunAsync("inject", "--trust-host", host);
        Assert.Equal(["SECTOK305"], trusted.Errors);
        Assert.NotEqual(0, world.Connections);
    }
}
