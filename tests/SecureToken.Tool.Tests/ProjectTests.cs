using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary>A project says which user-secrets are its own, and may say the settings.</summary>
public sealed class ProjectTests
{
    [Fact]
    public async Task A_project_file_leads_to_its_user_secrets()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        WriteProject(tool, "src/Api/Api.csproj", "<UserSecretsId>of-$(MSBuildProjectName)</UserSecretsId>");
        (await tool.RunAsync("inject", "--project", "src/Api/Api.csproj")).Succeeds();
        Assert.Equal(tool.Token, InjectTests.ReadJson(tool.UserSecrets("of-Api"), ToolFixture.DefaultKey));
    }

    [Fact]
    public async Task A_project_directory_leads_to_its_user_secrets()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        WriteProject(tool, "src/Api/Api.csproj", "<UserSecretsId>mine</UserSecretsId>");
        (await tool.RunAsync("inject", "-p", "src/Api")).Succeeds();
        Assert.Equal(tool.Token, InjectTests.ReadJson(tool.UserSecrets("mine"), ToolFixture.DefaultKey));
    }

    [Fact]
    public async Task The_project_in_the_current_directory_is_meant_when_nothing_is_said()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        WriteProject(tool, "Api.csproj", "<UserSecretsId>here</UserSecretsId>");
        (await tool.RunAsync("inject")).Succeeds();
        Assert.Equal(tool.Token, InjectTests.ReadJson(tool.UserSecrets("here"), ToolFixture.DefaultKey));
    }

    [Fact]
    public async Task An_id_that_only_an_import_sets_is_found()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Write("src/Directory.Build.props", "<Project><PropertyGroup><UserSecretsId>imported</UserSecretsId></PropertyGroup></Project>");
        tool.Write("src/Api/Api.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>");
        (await tool.RunAsync("inject", "--project", "src/Api")).Succeeds();
        Assert.Equal(tool.Token, InjectTests.ReadJson(tool.UserSecrets("imported"), ToolFixture.DefaultKey));
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("Api.csproj", "<!-- -->", false)]
    [InlineData("src/Directory.Build.props", "<Project />", false)]
    [InlineData("Directory.Packages.props", "<Project />", false)]
    [InlineData("src/Api/Api.csproj.user", "<Project />", false)]
    [InlineData("src/Api/obj/Api.csproj.nuget.g.props", "<Project />", false)]
    [InlineData("UserSecretsId", "other", false)]
    public async Task What_MSBuild_found_is_used_again_until_something_that_it_depends_on_changes(string changed, string content, bool isUsed)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        WriteProject(tool, "src/Api/Api.csproj", "<UserSecretsId>mine</UserSecretsId>");
        (await tool.RunAsync("inject", "--project", "src/Api")).Succeeds();

        // What is only in the record tells whether the record is read.
        string record = Assert.Single(Directory.GetFiles(Path.Combine(tool.Home, ".local", "state", "sectoken", "projects"), "*.json"));
        await File.WriteAllTextAsync(record, (await File.ReadAllTextAsync(record, TestContext.Current.CancellationToken)).Replace("\"mine\"", "\"of-record\"", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        if (changed == "Api.csproj")
        {
            File.AppendAllText(tool.At("src/Api/Api.csproj"), content);
        }
        else if (changed == "UserSecretsId")
        {
            tool.Set(changed, content);
        }
        else if (changed.Length > 0)
        {
            tool.Write(changed, content);
        }

        (await tool.RunAsync("inject", "--project", "src/Api")).Succeeds();
        Assert.Equal(isUsed, File.Exists(tool.UserSecrets("of-record")));
    }

    [Theory]
    [InlineData("<Import Project=\"more.props\" />")]
    [InlineData("<PropertyGroup Condition=\"Exists('x')\" />")]
    [InlineData("<PropertyGroup><X>$([System.Environment]::GetEnvironmentVariable('X'))</X></PropertyGroup>")]
    public async Task A_project_that_can_depend_on_more_is_evaluated_each_time(string part)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Write("more.props", "<Project />");
        tool.Write("Api.csproj", $"<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework><UserSecretsId>mine</UserSecretsId></PropertyGroup>{part}</Project>");
        (await tool.RunAsync("inject")).Succeeds();
        Assert.True(File.Exists(tool.UserSecrets("mine")));
        Assert.False(Directory.Exists(Path.Combine(tool.Home, ".local", "state", "sectoken", "projects")));
    }

    [Fact]
    public async Task A_projects_own_settings_are_used_below_options_and_environment()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        WriteProject(
            tool,
            "Api.csproj",
            $"""
            <UserSecretsId>mine</UserSecretsId><SecureTokenKey>A:B</SecureTokenKey><SecureTokenEndpoint>{tool.Emulator.BaseUrl}</SecureTokenEndpoint>
            <SecureTokenIamEndpoint>{tool.Emulator.BaseUrl}</SecureTokenIamEndpoint><SecureTokenInstance>{tool.Emulator.InstanceId}</SecureTokenInstance>
            <SecureTokenTeam>{ToolFixture.OtherTeam}</SecureTokenTeam>
            """);
        tool.Set("SECTOKEN_ENDPOINT", null).Set("SECTOKEN_IAM_ENDPOINT", null).Set("SECTOKEN_INSTANCE", null).Set("SECTOKEN_TEAM", null)
            .Set("SECTOKEN_TRUST_HOST", "127.0.0.1");
        (await tool.RunAsync("inject")).Succeeds();
        Assert.Equal(tool.Emulator.TokenOf(ToolFixture.OtherTeamId), InjectTests.ReadJson(tool.UserSecrets("mine"), "A:B"));

        tool.Set("SECTOKEN_TEAM", ToolFixture.Team);
        (await tool.RunAsync("inject", "--key", "C")).Succeeds();
        Assert.Equal(tool.Token, InjectTests.ReadJson(tool.UserSecrets("mine"), "C"));

        (await tool.RunAsync("inject", "--key", "D", "--team", "30785")).Succeeds();
        Assert.Equal(tool.Emulator.TokenOf(30785), InjectTests.ReadJson(tool.UserSecrets("mine"), "D"));
    }

    [Fact]
    public async Task A_host_that_only_a_project_names_gets_no_credential_without_the_users_word()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        WriteProject(tool, "Api.csproj", "<UserSecretsId>mine</UserSecretsId><SecureTokenEndpoint>https://evil.example</SecureTokenEndpoint>");
        tool.Set("SECTOKEN_ENDPOINT", null);
        ToolRun run = await tool.FailAsync(10, "SECTOK104", "inject");
        Assert.Contains("--trust-host evil.example", run.Error, StringComparison.Ordinal);
        Assert.Empty(tool.Emulator.Requests);
    }

    [Theory]
    [InlineData("<Project><PropertyGroup><X>1</X></PropertyGroup></Project>", "SECTOK114")]
    [InlineData("<Project><PropertyGroup><X>1</PropertyGroup></Project>", "SECTOK113")]
    [InlineData("<Project Sdk=\"No.Such.Sdk\" />", "SECTOK113")]
    [InlineData("", "SECTOK113")]
    public async Task A_project_that_cannot_be_used_is_told(string content, string code)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Write("Api.csproj", content);
        await tool.FailAsync(10, code, "inject");
        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task No_project_or_too_many_are_told()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        await tool.FailAsync(10, "SECTOK110", "inject");
        await tool.FailAsync(10, "SECTOK113", "inject", "--project", "nowhere");
        await tool.FailAsync(10, "SECTOK113", "inject", "--project", ".");
        tool.Write("a.csproj", "<Project />");
        tool.Write("b.csproj", "<Project />");
        ToolRun run = await tool.FailAsync(10, "SECTOK113", "inject");
        Assert.Contains("2 project files", run.Error, StringComparison.Ordinal);
        Assert.Empty(tool.Emulator.Requests);
    }

    private static void WriteProject(ToolFixture tool, string path, string properties) =>
        tool.Write(path, $"<Project><PropertyGroup>{properties}</PropertyGroup></Project>");
}
