using SecureToken.Core.Settings;
using SecureToken.Tool.Tests.Support;
using Xunit;

namespace SecureToken.Tool.Tests;

/// <summary><c>init</c>: by options, by answers, and never waiting for somebody who is not there.</summary>
public sealed class InitTests
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
          </PropertyGroup>
        </Project>

        """;

    [Fact]
    public async Task With_all_given_it_writes_a_file_that_inject_understands_and_asks_nobody()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = (await tool.RunAsync("init", "--dotenv", "deploy/api.env")).Succeeds();
        Assert.Empty(tool.Emulator.Requests);
        Assert.Empty(run.Output);
        string text = await File.ReadAllTextAsync(tool.At("sectoken.json"), TestContext.Current.CancellationToken);
        Assert.Contains($"\"$schema\": \"{SettingsFileSchema.Address}\"", text, StringComparison.Ordinal);
        Assert.Contains("\"team\": \"payments\"", text, StringComparison.Ordinal);
        tool.Set("SECTOKEN_TEAM", null).Set("SECTOKEN_INSTANCE", null).Set("SECTOKEN_ENDPOINT", null).Set("SECTOKEN_IAM_ENDPOINT", null);
        (await tool.RunAsync("inject")).Succeeds();
        Assert.Contains(tool.Token, await File.ReadAllTextAsync(tool.At("deploy/api.env"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SECTOKEN_INSTANCE", "--instance")]
    [InlineData("SECTOKEN_TEAM", "--team")]
    [InlineData("SECTOKEN_ENDPOINT", "--region")]
    [InlineData("", "--project")]
    public async Task Without_a_terminal_what_is_missing_is_an_error_that_names_the_option(string variable, string option)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set(variable, null);
        ToolRun run = await tool.FailAsync(10, "SECTOK180", variable.Length == 0 ? ["init"] : ["init", "--dotenv", ".env"]);
        Assert.Contains(option, run.Error, StringComparison.Ordinal);
        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task A_file_that_is_there_stays_unless_it_is_forced()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Write("sectoken.json", "{ \"tokens\": [] }");
        await tool.FailAsync(10, "SECTOK181", "init", "--dotenv", ".env");
        (await tool.RunAsync("init", "--dotenv", ".env", "--force")).Succeeds();
        Assert.Contains("payments", await File.ReadAllTextAsync(tool.At("sectoken.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--team", "a\nb")]
    [InlineData("--instance", "quoted\"name")]
    [InlineData("--region", "nowhere")]
    [InlineData("--dotenv", "../out.env")]
    public async Task What_inject_would_refuse_is_not_written(string option, string value)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string[] place = option == "--dotenv" ? [] : ["--dotenv", ".env"];
        ToolRun run = await tool.RunAsync(["init", .. place, option, value]);
        Assert.Equal(10, run.Exit);
        Assert.False(File.Exists(tool.At("sectoken.json")));
    }

    [Fact]
    public async Task A_project_gets_its_two_lines_with_yes_and_is_only_told_without()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string path = tool.Write("src/Api/Api.csproj", Project);
        ToolRun told = (await tool.RunAsync("init", "--project", "src/Api")).Succeeds();
        Assert.Contains("<PackageReference Include=\"SecureToken.Build\"", told.Error, StringComparison.Ordinal);
        Assert.Equal(Project, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        Assert.Contains("\"project\": \"src/Api/Api.csproj\"", await File.ReadAllTextAsync(tool.At("sectoken.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        (await tool.RunAsync("init", "--project", "src/Api", "--yes", "--force")).Succeeds();
        string edited = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.Matches("<UserSecretsId>[0-9a-f-]{36}</UserSecretsId>", edited);
        Assert.Contains("<PackageReference Include=\"SecureToken.Build\"", edited, StringComparison.Ordinal);
        (await tool.RunAsync("inject")).Succeeds();

        (await tool.RunAsync("init", "--project", "src/Api", "--yes", "--force")).Succeeds();
        Assert.Equal(edited, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Central_package_versions_leave_the_project_alone_with_a_word()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Write("Directory.Packages.props", "<Project />");
        string path = tool.Write("Api.csproj", Project);
        ToolRun run = (await tool.RunAsync("init", "--yes")).Succeeds();
        Assert.Equal(["SECTOK182"], run.Warnings);
        Assert.Equal(Project, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_person_chooses_instance_team_and_project_from_lists()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string service = tool.Emulator.BaseUrl.ToString().TrimEnd('/');
        string path = tool.Write("src/Api.csproj", Project);
        tool.Set("SECTOKEN_INSTANCE", null).Set("SECTOKEN_TEAM", null).Set("SECTOKEN_RESOURCE_CONTROLLER", service).Set("TERM", "dumb");
        ToolRun run = await tool.RunAsync(new ToolCall("init") { OnTerminal = true, Input = "1\npayments\n1\ny\n" });
        Assert.True(run.Exit == 0, run.Output);
        Assert.Contains(tool.Emulator.InstanceId, run.Output, StringComparison.Ordinal);
        Assert.Contains("checkout (202)", run.Output, StringComparison.Ordinal);
        string text = await File.ReadAllTextAsync(tool.At("sectoken.json"), TestContext.Current.CancellationToken);
        Assert.Contains($"\"instance\": \"{tool.Emulator.InstanceId}\"", text, StringComparison.Ordinal);
        Assert.Contains("\"team\": \"payments\"", text, StringComparison.Ordinal);
        Assert.Contains("\"project\": \"src/Api.csproj\"", text, StringComparison.Ordinal);
        Assert.Contains("SecureToken.Build", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_line_is_no_answer()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_INSTANCE", null).Set("TERM", "dumb");
        ToolRun run = await tool.RunAsync(new ToolCall("init", "--dotenv", ".env") { OnTerminal = true, Input = "\n" });
        Assert.Equal(10, run.Exit);
        Assert.Contains("SECTOK180", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(tool.At("sectoken.json")));
    }
}
