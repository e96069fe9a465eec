using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>Every way to say who you are, with the tool as a process.</summary>
public sealed class IdentityTests
{
    private static readonly string[] Get = ["get", "-v"];

    [Fact]
    public async Task Somebody_with_an_ibmcloud_session_needs_nothing_else_and_the_program_gets_no_credential()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        var program = new IbmCloudStandIn(Path.Combine(tool.Home, "bin"), IbmCloudStandIn.Printing(await tool.IamTokenAsync()));
        tool.Set("PATH", program.SearchPath + ":" + Environment.GetEnvironmentVariable("PATH")).Set("IBMCLOUD_TRACE", "true").Set("SYSDIG_SECURE_API_TOKEN", tool.Token)
            .Set("IBMCLOUD_HOME", tool.Home).Set("SECTOKEN_CREDENTIAL", "cli");
        ToolRun run = (await tool.RunAsync(new ToolCall(Get) { PrintsToken = true })).Succeeds();
        Assert.Equal(tool.Token, run.Output);
        Assert.Contains($"credential from {program.Program} (cli)", run.Error, StringComparison.Ordinal);
        Assert.Equal(["iam", "oauth-tokens", "--output", "json"], program.Arguments);
        Assert.Empty(program.Input);
        string[] names = [.. program.Environment.Select(line => line.Split('=')[0])];
        Assert.DoesNotContain("SECTOKEN_API_KEY", names);
        Assert.DoesNotContain("IBMCLOUD_TRACE", names);
        Assert.DoesNotContain("SYSDIG_SECURE_API_TOKEN", names);
        Assert.Contains("IBMCLOUD_HOME", names);
        Assert.Equal(0, tool.Emulator.Count("POST", "/identity/token"));
    }

    [Fact]
    public async Task An_ibmcloud_that_hangs_is_ended_with_the_time_that_was_given()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        var program = new IbmCloudStandIn(Path.Combine(tool.Home, "bin"), "sleep 1000");
        tool.Set("PATH", program.SearchPath + ":" + Environment.GetEnvironmentVariable("PATH")).Set("SECTOKEN_API_KEY", null);
        await tool.FailAsync(11, "SECTOK219", "get", "--timeout", "10");
        Assert.True(program.WasStarted);
        Assert.True(await program.EndsAsync());
    }

    [Fact]
    public async Task Who_is_not_logged_in_is_told_how_to_log_in()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        var program = new IbmCloudStandIn(Path.Combine(tool.Home, "bin"), "echo 'Not logged in.' >&2; exit 1");
        tool.Set("PATH", program.SearchPath + ":" + Environment.GetEnvironmentVariable("PATH")).Set("SECTOKEN_API_KEY", null);
        ToolRun run = await tool.FailAsync(11, "SECTOK218", "get");
        Assert.Contains("ibmcloud login", run.Error, StringComparison.Ordinal);
        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task A_program_is_not_started_when_a_credential_stands_before_it()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        var program = new IbmCloudStandIn(Path.Combine(tool.Home, "bin"), "exit 1");
        tool.Set("PATH", program.SearchPath + ":" + Environment.GetEnvironmentVariable("PATH"));
        (await tool.RunAsync(new ToolCall(Get) { PrintsToken = true })).Succeeds();
        Assert.False(program.WasStarted);
    }

    [Fact]
    public async Task A_compute_resource_a_VPC_instance_and_a_credentials_file_get_the_token_too()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_API_KEY", null).Set("SECTOKEN_IAM_PROFILE", tool.Emulator.ProfileId);
        tool.Protect("the compute token", tool.Emulator.ComputeResourceToken);
        tool.Write("compute", tool.Emulator.ComputeResourceToken);

        tool.Set("IBMCLOUD_CR_TOKEN", "@compute");
        await AssertFromAsync(tool, $"IBMCLOUD_CR_TOKEN, profile {tool.Emulator.ProfileId} (compute-resource)");
        tool.Set("IBMCLOUD_CR_TOKEN", null).Set("IBMCLOUD_CR_VPC_URL", tool.Emulator.BaseUrl.ToString().TrimEnd('/'));
        await AssertFromAsync(tool, $"instance metadata at {tool.Emulator.BaseUrl.Authority}, profile {tool.Emulator.ProfileId} (vpc)");
        tool.Write("ibm-credentials.env", $"SECTOKEN_APIKEY={tool.Emulator.ApiKey}\n");
        await AssertFromAsync(tool, $"SECTOKEN_APIKEY in {tool.At("ibm-credentials.env")} (api-key)");
        await AssertFromAsync(tool, $"instance metadata at {tool.Emulator.BaseUrl.Authority}, profile {tool.Emulator.ProfileId} (vpc)", "--credential", "vpc");
    }

    [Fact]
    public async Task The_kind_that_is_forced_is_the_only_one()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await tool.FailAsync(11, "SECTOK221", "get", "--credential", "compute-resource");
        await tool.FailAsync(11, "SECTOK221", "get", "--credential", "iam-token");
        ToolRun run = await tool.FailAsync(10, "SECTOK108", "get", "--credential", "keyring");
        Assert.Contains("iam-token, api-key, credentials-file, compute-resource, vpc, cli, iam-assume", run.Error, StringComparison.Ordinal);
        await tool.FailAsync(10, "SECTOK107", "get", "--credential", "cli", "--api-key-file", "key");
        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task A_private_authority_is_trusted_by_option_variable_or_where_the_system_takes_it_from_a_variable()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync(options => options with { Tls = true });
        string file = tool.Write("authority.pem", tool.Emulator.AuthorityPem!);
        ToolRun refused = await tool.FailAsync(12, "SECTOK306", "get");
        Assert.Contains("issuer CN=SecureToken emulator authority", refused.Error, StringComparison.Ordinal);
        (await tool.RunAsync(new ToolCall("get", "--ca-bundle", "authority.pem") { PrintsToken = true })).Succeeds();
        tool.Set("SECTOKEN_CA_BUNDLE", file);
        (await tool.RunAsync(new ToolCall("get") { PrintsToken = true })).Succeeds();
        if (OperatingSystem.IsLinux())
        {
            // OpenSSL's; Windows and macOS have no such variable.
            tool.Set("SECTOKEN_CA_BUNDLE", null).Set("SSL_CERT_FILE", file);
            (await tool.RunAsync(new ToolCall("get") { PrintsToken = true })).Succeeds();
        }

        await tool.FailAsync(10, "SECTOK150", "get", "--ca-bundle", "nowhere");
    }

    [Fact]
    public async Task An_instance_is_found_by_its_name()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_RESOURCE_CONTROLLER", tool.Emulator.BaseUrl.ToString().TrimEnd('/')).Set("SECTOKEN_INSTANCE", "emulator");
        ToolRun run = (await tool.RunAsync("inject", "--dotenv", ".env")).Succeeds();
        Assert.Contains($"of instance {tool.Emulator.InstanceId} at ", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, tool.Emulator.Count("POST", "/identity/token"));
        ToolRun none = await tool.FailAsync(13, "SECTOK410", "inject", "--dotenv", ".env", "--instance", "emulater");
        Assert.Contains($"emulator (eu-de, {tool.Emulator.InstanceId}, active)", none.Error, StringComparison.Ordinal);
        Assert.Equal("emulater", (await tool.RunAsync("inject", "--dotenv", ".env", "--instance", "emulater", "--json")).Json().GetProperty("tokens")[0].GetProperty("instance").GetString());
        (await tool.RunAsync("status", "--dotenv", ".env")).Succeeds();
    }

    private static async Task AssertFromAsync(ToolFixture tool, string source, params string[] options)
    {
        ToolRun run = (await tool.RunAsync(new ToolCall([.. Get, .. options]) { PrintsToken = true })).Succeeds();
        Assert.Contains("credential from " + source, run.Error, StringComparison.Ordinal);
        Assert.Equal(tool.Token, run.Output);
    }
}
