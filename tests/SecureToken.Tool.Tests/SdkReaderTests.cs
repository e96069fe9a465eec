using Microsoft.Extensions.Configuration;
using SecureToken.TestSupport;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>The SDK's own readers agree on the place and the content of user-secrets.</summary>
public sealed class SdkReaderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dotnet_user_secrets_and_configuration_read_the_token(bool hasApplicationData)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string? applicationData = hasApplicationData ? tool.At("appdata") : null;
        tool.Set("APPDATA", applicationData);
        (await tool.RunAsync("inject", "--user-secrets", "readers")).Succeeds();

        CommandResult listed = (await tool.OtherAsync("dotnet", "user-secrets", "list", "--id", "readers")).Exits(0);
        Assert.Contains($"{ToolFixture.DefaultKey} = {tool.Token}", listed.Output, StringComparison.Ordinal);
        Assert.Equal(tool.Token, ReadInProcess(tool, applicationData));
        Assert.Equal(hasApplicationData, File.Exists(tool.At("appdata/Microsoft/UserSecrets/readers/secrets.json")));
        Assert.Equal(!hasApplicationData, File.Exists(tool.UserSecrets("readers")));
    }

    [Fact]
    public async Task What_dotnet_user_secrets_wrote_is_kept()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        (await tool.OtherAsync("dotnet", "user-secrets", "set", "Mine:Other", "stays", "--id", "shared")).Exits(0);
        (await tool.OtherAsync("dotnet", "user-secrets", "set", ToolFixture.DefaultKey, "old", "--id", "shared")).Exits(0);
        (await tool.RunAsync("inject", "--user-secrets", "shared")).Succeeds();
        CommandResult listed = (await tool.OtherAsync("dotnet", "user-secrets", "list", "--id", "shared")).Exits(0);
        string[] lines = [.. listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
        Assert.Equal(["Mine:Other = stays", $"{ToolFixture.DefaultKey} = {tool.Token}"], lines);
    }

    // The reader asks the environment of its own process. Every child here gets these variables explicitly, so only this class minds.
    private static string? ReadInProcess(ToolFixture tool, string? applicationData)
    {
        string? home = Environment.GetEnvironmentVariable("HOME");
        string? data = Environment.GetEnvironmentVariable("APPDATA");
        try
        {
            Environment.SetEnvironmentVariable("HOME", tool.Home);
            Environment.SetEnvironmentVariable("APPDATA", applicationData);
            return new ConfigurationBuilder().AddUserSecrets("readers").Build()[ToolFixture.DefaultKey];
        }
        finally
        {
            Environment.SetEnvironmentVariable("HOME", home);
            Environment.SetEnvironmentVariable("APPDATA", data);
        }
    }
}
