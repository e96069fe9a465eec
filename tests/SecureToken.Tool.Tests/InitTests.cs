using System.IO.Compression;
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

    private static readonly string Version = typeof(SettingsFile).Assembly.GetName().Version!.ToString(3);

    [Fact]
    public async Task With_all_given_it_writes_a_file_that_inject_understands_and_asks_nobody()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        ToolRun run = (await tool.RunAsync("init", "--dotenv", "deploy/api.env")).Succeeds();
        Assert.Empty(run.Warnings);
        Assert.Equal(1, tool.Fetches);
        Assert.Empty(run.Output);
        string text = await File.ReadAllTextAsync(tool.At("sectoken.json"), TestContext.Current.CancellationToken);
        Assert.Contains($"\"$schema\": \"{SettingsFileSchema.Address}\"", text, StringComparison.Ordinal);
        Assert.Contains("\"team\": \"payments\"", text, StringComparison.Ordinal);
        tool.Set("SECTOKEN_TEAM", null).Set("SECTOKEN_INSTANCE", null).Set("SECTOKEN_ENDPOINT", null).Set("SECTOKEN_IAM_ENDPOINT", null);
        tool.Set("SECTOKEN_TRUST_HOST", "127.0.0.1");
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
        Assert.DoesNotContain("sectoken.json(", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(tool.At("sectoken.json")));
    }

    [Theory]
    [InlineData("--team", "paymnets", 13, "SECTOK403", "'payments'")]
    [InlineData("--instance", "3f0b0d6c-2f3a-4a53-8d7e-0123456789ab", 13, "SECTOK402", "3f0b0d6c")]
    [InlineData("--instance", "pord", 13, "SECTOK410", "prod")]
    [InlineData("--region", "eu-dee", 10, "SECTOK108", "did you mean 'eu-de'?")]
    [InlineData("--api-key-file", "other.key", 11, "SECTOK204", "")]
    public async Task What_was_given_is_checked_with_the_service_and_a_near_name_is_offered(string option, string value, int exit, string code, string near)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync(options => options with { Instances = [new("prod", options.InstanceId)] });
        string key = tool.Write("other.key", new string('x', 44));
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        tool.Set("SECTOKEN_RESOURCE_CONTROLLER", tool.Emulator.BaseUrl.ToString().TrimEnd('/'));
        if (option == "--region")
        {
            // No test asks a real host.
            tool.Set("SECTOKEN_ENDPOINT", null).Set("no_proxy", "127.0.0.1").Set("https_proxy", "http://127.0.0.1:9");
        }

        ToolRun run = await tool.FailAsync(exit, code, "init", "--dotenv", ".env", option, value);
        Assert.Contains(near, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(tool.At("sectoken.json")));
    }

    [Fact]
    public async Task A_person_is_asked_again_for_what_the_service_does_not_know()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("TERM", "dumb");
        ToolRun run = await tool.RunAsync(new ToolCall("init", "--dotenv", ".env", "--team", "paymnets") { OnTerminal = true, Input = "payments\n" });
        Assert.True(run.Exit == 0, run.Output);
        Assert.Contains("'payments'", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"team\": \"payments\"", await ReadAsync(tool.At("sectoken.json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SECTOKEN_API_KEY", null, "SECTOK201")]
    [InlineData("SECTOKEN_ENDPOINT", "http://127.0.0.1:9", "SECTOK303")]
    public async Task What_cannot_be_checked_now_is_written_with_a_warning(string variable, string? value, string warning)
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set(variable, value);
        ToolRun run = (await tool.RunAsync("init", "--dotenv", ".env", "--timeout", "3")).Succeeds();
        Assert.Equal([warning], run.Warnings);
        Assert.True(File.Exists(tool.At("sectoken.json")));
    }

    [Fact]
    public async Task A_project_is_prepared_with_yes_and_the_commands_are_only_told_without()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        Feed(tool, hasPackage: true);
        string path = tool.Write("src/Api/Api.csproj", Project);
        ToolRun told = (await tool.RunAsync("init", "--project", "src/Api")).Succeeds();
        Assert.Contains($"dotnet user-secrets init --project {path}", told.Error, StringComparison.Ordinal);
        Assert.Contains($"dotnet add {path} package SecureToken.Build --version {Version}", told.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("running", told.Error, StringComparison.Ordinal);
        Assert.Equal(Project, await ReadAsync(path));
        Assert.Contains("\"project\": \"src/Api/Api.csproj\"", await ReadAsync(tool.At("sectoken.json")), StringComparison.Ordinal);

        ToolRun done = (await tool.RunAsync("init", "--project", "src/Api", "--yes", "--force")).Succeeds();
        Assert.Empty(done.Warnings);
        string edited = await ReadAsync(path);
        Assert.Matches("<UserSecretsId>[0-9a-f-]{36}</UserSecretsId>", edited);
        Assert.Contains($"<PackageReference Include=\"SecureToken.Build\" Version=\"{Version}\"", edited, StringComparison.Ordinal);
        Assert.Contains("<PrivateAssets>all</PrivateAssets>", edited, StringComparison.Ordinal);
        (await tool.RunAsync("inject")).Succeeds();

        ToolRun again = (await tool.RunAsync("init", "--project", "src/Api", "--yes", "--force")).Succeeds();
        Assert.Contains("unchanged", again.Error, StringComparison.Ordinal);
        Assert.Equal(edited, await ReadAsync(path));
    }

    [Fact]
    public async Task Central_package_versions_get_the_version_and_the_project_the_reference()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        Feed(tool, hasPackage: true);
        string central = tool.Write(
            "Directory.Packages.props",
            "<Project>\n  <PropertyGroup>\n    <ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally>\n  </PropertyGroup>\n</Project>\n");
        string path = tool.Write("Api.csproj", Project);
        ToolRun run = (await tool.RunAsync("init", "--yes")).Succeeds();
        Assert.Empty(run.Warnings);
        Assert.Contains($"<PackageVersion Include=\"SecureToken.Build\" Version=\"{Version}\"", await ReadAsync(central), StringComparison.Ordinal);
        Assert.Contains("<PackageReference Include=\"SecureToken.Build\">", await ReadAsync(path), StringComparison.Ordinal);
        Assert.Matches("<UserSecretsId>[0-9a-f-]{36}</UserSecretsId>", await ReadAsync(path));
    }

    [Fact]
    public async Task A_project_that_has_both_by_an_import_is_left_untouched()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string import = tool.Write("Directory.Build.props", $"""
            <Project>
              <PropertyGroup><UserSecretsId>{Guid.NewGuid()}</UserSecretsId></PropertyGroup>
              <ItemGroup><PackageReference Include="securetoken.build" Version="{Version}" PrivateAssets="all" /></ItemGroup>
            </Project>
            """);
        string imported = await ReadAsync(import);
        string path = tool.Write("Api.csproj", Project);
        ToolRun run = (await tool.RunAsync("init", "--yes")).Succeeds();
        Assert.Contains("unchanged", run.Error, StringComparison.Ordinal);
        Assert.Equal(Project, await ReadAsync(path));
        Assert.Equal(imported, await ReadAsync(import));
    }

    [Fact]
    public async Task A_package_that_no_source_has_is_said_with_the_way_to_add_a_source()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        Feed(tool, hasPackage: false);
        string path = tool.Write("Api.csproj", Project);
        ToolRun run = (await tool.RunAsync("init", "--yes")).Succeeds();
        Assert.Equal(["SECTOK184"], run.Warnings);
        Assert.Contains("dotnet nuget add source", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("PackageReference", await ReadAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_that_MSBuild_refuses_is_untouched_and_what_it_said_is_told()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        const string Broken = "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup></Project>";
        string path = tool.Write("Api.csproj", Broken);
        ToolRun run = (await tool.RunAsync("init", "--yes")).Succeeds();
        Assert.Equal(["SECTOK182"], run.Warnings);
        Assert.Contains("MSB4025", run.Error, StringComparison.Ordinal);
        Assert.Equal(Broken, await ReadAsync(path));
    }

    [Fact]
    public async Task A_person_chooses_instance_team_and_project_from_lists()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        string service = tool.Emulator.BaseUrl.ToString().TrimEnd('/');
        Feed(tool, hasPackage: true);
        string path = tool.Write("src/Api.csproj", Project);
        tool.Write("src/Other.csproj", Project);
        tool.Set("SECTOKEN_INSTANCE", null).Set("SECTOKEN_TEAM", null).Set("SECTOKEN_RESOURCE_CONTROLLER", service).Set("TERM", "dumb");
        ToolRun run = await tool.RunAsync(new ToolCall("init") { OnTerminal = true, Input = "1\npayments\n1\ny\n" });
        Assert.True(run.Exit == 0, run.Output);
        Assert.Contains(tool.Emulator.InstanceId, run.Output, StringComparison.Ordinal);
        Assert.Contains("checkout (202)", run.Output, StringComparison.Ordinal);
        string text = await File.ReadAllTextAsync(tool.At("sectoken.json"), TestContext.Current.CancellationToken);
        Assert.Contains($"\"instance\": \"{tool.Emulator.InstanceId}\"", text, StringComparison.Ordinal);
        Assert.Contains("\"team\": \"payments\"", text, StringComparison.Ordinal);
        Assert.Matches("\"id\": \"[0-9a-f-]{36}\"", text);
        Assert.Contains("SecureToken.Build", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_only_project_is_named_and_not_asked_for()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        Feed(tool, hasPackage: true);
        string path = tool.Write("src/Api.csproj", Project);
        ToolRun run = await tool.RunAsync(new ToolCall("init") { OnTerminal = true, Input = "y\n" });
        Assert.True(run.Exit == 0, run.Output);
        Assert.Contains("Project: src/Api.csproj, the only one here.", run.Output, StringComparison.Ordinal);
        Assert.Contains("SecureToken.Build", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_line_is_asked_again_and_the_end_of_the_input_is_said_as_what_it_is()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_INSTANCE", null).Set("TERM", "dumb");
        ToolRun run = await tool.RunAsync(new ToolCall("init", "--dotenv", ".env") { OnTerminal = true, Input = "\n" });
        Assert.Equal(10, run.Exit);
        Assert.Contains("An answer is needed", run.Output, StringComparison.Ordinal);
        Assert.Contains("SECTOK185", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("the the", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(tool.At("sectoken.json")));
    }

    [Fact]
    public async Task After_a_mistake_it_asks_again_with_the_reason_and_a_near_name()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_TEAM", null).Set("TERM", "dumb");
        ToolRun run = await tool.RunAsync(new ToolCall("init", "--dotenv", ".env") { OnTerminal = true, Input = "paymnets\npayments\n" });
        Assert.True(run.Exit == 0, run.Output);
        Assert.Contains("No team 'paymnets' is listed. Did you mean 'payments'?", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"team\": \"payments\"", await ReadAsync(tool.At("sectoken.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_region_that_is_none_is_asked_again_and_capitals_are_taken()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_ENDPOINT", null).Set("TERM", "dumb");

        // No test asks a real host.
        tool.Set("no_proxy", "127.0.0.1").Set("https_proxy", "http://127.0.0.1:9");
        ToolRun run = await tool.RunAsync(new ToolCall("init", "--dotenv", ".env") { OnTerminal = true, Input = "mars\nEU-DE\n" });
        Assert.True(run.Exit == 0, run.Output);
        Assert.Contains("a region looks like eu-de", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"region\": \"eu-de\"", await ReadAsync(tool.At("sectoken.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_terminal_all_that_is_missing_is_told_at_once()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_ENDPOINT", null).Set("SECTOKEN_INSTANCE", null).Set("SECTOKEN_TEAM", null);
        ToolRun run = await tool.FailAsync(10, "SECTOK180", "init");
        Assert.All((string[])["--instance", "--region", "--team", "--project", "--dotenv"], option => Assert.Contains(option, run.Error, StringComparison.Ordinal));
        Assert.Empty(tool.Emulator.Requests);
    }

    [Fact]
    public async Task What_it_names_as_next_is_true_whether_the_project_was_prepared_or_not()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        Feed(tool, hasPackage: true);
        tool.Write("Api.csproj", Project);
        ToolRun declined = (await tool.RunAsync("init")).Succeeds();
        Assert.Contains("Next: prepare the project with the commands above.", declined.Error, StringComparison.Ordinal);
        ToolRun prepared = (await tool.RunAsync("init", "--yes", "--force")).Succeeds();
        Assert.Contains("Next: 'dotnet build' writes the token", prepared.Error, StringComparison.Ordinal);
        (await tool.RunAsync("inject")).Succeeds();
        string text = await ReadAsync(tool.At("sectoken.json"));
        string id = System.Text.RegularExpressions.Regex.Match(text, "\"id\": \"([^\"]+)\"").Groups[1].Value;
        Assert.Equal(tool.Token, InjectTests.ReadJson(tool.UserSecrets(id), ToolFixture.DefaultKey));
    }

    [Fact]
    public async Task A_file_that_git_tracks_is_refused_and_one_that_it_does_not_ignore_gets_a_line()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        (await tool.OtherAsync("git", "init", "-q")).Exits(0);
        tool.Write("tracked.env", "A=1\n");
        (await tool.OtherAsync("git", "add", "tracked.env")).Exits(0);
        await tool.FailAsync(17, "SECTOK511", "init", "--dotenv", "tracked.env");
        Assert.False(File.Exists(tool.At("sectoken.json")));

        ToolRun told = (await tool.RunAsync("init", "--dotenv", "deploy/a[1].env")).Succeeds();
        Assert.Contains("Add this line to .gitignore before the next commit: /deploy/a\\[1].env", told.Error, StringComparison.Ordinal);
        tool.Write(".gitignore", "bin/");
        (await tool.RunAsync("init", "--dotenv", "deploy/a[1].env", "--yes", "--force")).Succeeds();
        Assert.Equal("bin/\n/deploy/a\\[1].env\n", await ReadAsync(tool.At(".gitignore")));
        (await tool.OtherAsync("git", "check-ignore", "deploy/a[1].env")).Exits(0);
        ToolRun again = (await tool.RunAsync("init", "--dotenv", "deploy/a[1].env", "--yes", "--force")).Succeeds();
        Assert.DoesNotContain("ignored ", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task From_the_environment_it_asks_nothing_on_a_terminal_either()
    {
        await using ToolFixture tool = await ToolFixture.StartAsync();
        tool.Set("SECTOKEN_TEAM", null);
        ToolRun run = await tool.RunAsync(new ToolCall("init", "--from-environment", "--dotenv", ".env") { OnTerminal = true });
        Assert.Equal(10, run.Exit);
        Assert.Contains("SECTOK180", run.Output, StringComparison.Ordinal);
        tool.Set("SECTOKEN_TEAM", "payments");
        run = await tool.RunAsync(new ToolCall("init", "--from-environment", "--dotenv", ".env") { OnTerminal = true });
        Assert.True(run.Exit == 0, run.Output);
    }

    private static Task<string> ReadAsync(string path) => File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);

    /// <summary>A package source that has the package, or nothing.</summary>
    private static void Feed(ToolFixture tool, bool hasPackage)
    {
        string feed = tool.At("feed");
        Directory.CreateDirectory(feed);

        // What another test has restored would be found there, feed or none.
        tool.Set("NUGET_PACKAGES", tool.At("packages"));
        tool.Write("NuGet.Config", $"""<configuration><packageSources><clear /><add key="feed" value="{feed}" /></packageSources></configuration>""");
        if (hasPackage)
        {
            using ZipArchive package = ZipFile.Open(Path.Combine(feed, $"SecureToken.Build.{Version}.nupkg"), ZipArchiveMode.Create);
            using var nuspec = new StreamWriter(package.CreateEntry("SecureToken.Build.nuspec").Open());
            nuspec.Write($"""
                <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
                  <metadata>
                    <id>SecureToken.Build</id><version>{Version}</version><authors>tests</authors><description>A stand-in.</description>
                    <developmentDependency>true</developmentDependency>
                  </metadata>
                </package>
                """);
        }
    }
}
