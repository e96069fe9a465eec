using SecureToken.Build.Tests.Support;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Build.Tests;

/// <summary>Shapes of solutions and pipelines as teams have them, restored from a feed.</summary>
public sealed class AsTeamsUseItTests(PackageFixture package) : PackageTest(package)
{
    private const string Two = "<TargetFrameworks>net10.0;net10.0-browser</TargetFrameworks>";
    private const string One = "<TargetFramework>net10.0</TargetFramework>";
    private const string NoCredential = "";
    private const string BrokenKey = "wrong-key-0000000000000000000000000000000000";

    private const string FileItem = """<ItemGroup><SecureTokenDestination Include="x.env" Kind="dotenv" /></ItemGroup>""";

    [Theory]
    [InlineData("global")]
    [InlineData("props")]
    public async Task A_reference_for_a_whole_solution_is_silent_where_nothing_of_ours_is_named_and_gives_the_token_where_a_project_has_a_place(string way)
    {
        WriteCentral(way, Site.Settings);
        string library = Write("library", Two, "");
        string other = Write("other", One, "<Description>Has nothing to do with it.</Description>");
        string api = Write("api", One, "<UserSecretsId>api</UserSecretsId>");
        string forgetful = Write("forgetful", Two, "<SecureTokenKey>Mine:Token</SecureTokenKey>");
        foreach (string ci in new[] { "false", "true" })
        {
            Site.With("CI", ci);
            foreach (string project in new[] { library, other })
            {
                CommandResult silent = (await BuildAsync(project, "-v:d")).Exits(0);
                Assert.DoesNotContain("SECTOK", silent.All, StringComparison.Ordinal);
                Assert.DoesNotContain("\"SecureTokenInject\"", silent.All, StringComparison.Ordinal);
            }

            CommandResult told = (await BuildAsync(forgetful)).Exits(ci == "true" ? 1 : 0);
            string line = Assert.Single(told.Output.Split('\n').Where(line => line.Contains("SECTOK", StringComparison.Ordinal)).Select(line => line.Split("::")[0].Trim()).Distinct());
            Assert.Matches($"{(ci == "true" ? "error" : "warning")} SECTOK001: forgetful.csproj", line);
        }

        (await BuildAsync(api)).Exits(0);
        Assert.True(Site.HasToken(Site.SecretsOf("api")));
        Assert.Equal(Requests.Once, Site.Requests);
    }

    [Fact]
    public async Task A_user_secrets_id_without_any_setting_is_not_ours_and_one_with_some_of_them_is_told_what_is_missing()
    {
        WriteCentral("global", string.Empty);
        string foreign = Write("foreign", One, "<UserSecretsId>foreign</UserSecretsId>");
        string half = Write("half", One, $"<UserSecretsId>half</UserSecretsId><SecureTokenTeam>42</SecureTokenTeam>");
        Site.With("CI", "true");
        Assert.DoesNotContain("SECTOK", (await BuildAsync(foreign)).Exits(0).All, StringComparison.Ordinal);
        CommandResult told = (await BuildAsync(half)).Exits(1);
        Assert.Matches("error SECTOK1.*SecureTokenInstance", told.Output);
        Assert.Equal(Requests.None, Site.Requests);

        // What is set in the environment is a setting too.
        Site.With("SECTOKEN_ENDPOINT", Site.Endpoint).With("SECTOKEN_IAM_ENDPOINT", Site.Endpoint).With("SECTOKEN_INSTANCE", Site.Emulator.InstanceId).With("SECTOKEN_TEAM", "42");
        (await BuildAsync(foreign)).Exits(0);
        Assert.True(Site.HasToken(Site.SecretsOf("foreign")));
    }

    [Fact]
    public async Task A_project_that_references_the_package_itself_and_has_no_place_is_told_once_for_all_its_frameworks()
    {
        string project = await Site.SdkProjectAsync("app", "<UserSecretsId></UserSecretsId>", frameworks: "net10.0;net10.0-browser");
        CommandResult told = (await Site.RunAsync("build", project)).Exits(0);
        Assert.Single(told.Output.Split('\n').Where(line => line.Contains("warning SECTOK001", StringComparison.Ordinal)).Select(line => line.Split("::")[0].Trim()).Distinct());
    }

    [Fact]
    public async Task Publish_leaves_user_secrets_alone_unless_asked_and_writes_the_files()
    {
        string project = await Site.SdkProjectAsync("app");
        CommandResult silent = (await Site.RunAsync("publish", project, "-v:m")).Exits(0);
        Assert.DoesNotContain("SECTOK", silent.All, StringComparison.Ordinal);
        Assert.Equal(Requests.None, Site.Requests);
        Assert.False(Directory.Exists(Path.Combine(Site.Home, ".microsoft")));

        (await Site.RunAsync("publish", project, "-p:SecureTokenUserSecrets=true")).Exits(0);
        Assert.True(Site.HasToken(Site.SecretsOf("app")));
    }

    [Theory]
    [InlineData("Release", "true", false)]
    [InlineData("Debug", "true", true)]
    [InlineData("Release", "false", true)]
    public async Task A_Release_build_in_a_container_leaves_user_secrets_alone(string configuration, string container, bool isWritten)
    {
        string project = Site.BareProject(body: FileItem);
        Site.With("DOTNET_RUNNING_IN_CONTAINER", container);
        (await Site.MSBuildAsync(project, $"-p:Configuration={configuration}")).Exits(0);
        Assert.Equal(isWritten, Site.HasToken(Site.SecretsOf("bare")));
        Assert.True(Site.HasToken(Path.Combine(Site.Work, "bare", "x.env")));

        // What was left out is not taken for fresh by the next build that wants it.
        (await Site.MSBuildAsync(project, "-p:Configuration=Debug")).Exits(0);
        Assert.True(Site.HasToken(Site.SecretsOf("bare")));
        Assert.Equal(Requests.Once, Site.Requests);
    }

    [Theory]
    [InlineData("Auto", NoCredential, "", 0, "message SECTOK008", false)]
    [InlineData("Auto", "key", "", 0, "written to", true)]
    [InlineData("Auto", BrokenKey, "", 1, "error SECTOK204", false)]
    [InlineData("Auto", NoCredential, FileItem, 1, "error SECTOK201", false)]
    [InlineData("Skip", NoCredential, "", 0, "message SECTOK008", false)]
    [InlineData("Skip", "key", "", 0, "message SECTOK008", false)]
    [InlineData("Skip", BrokenKey, "", 0, "message SECTOK008", false)]
    [InlineData("Skip", "key", FileItem, 0, "written to dotenv", false)]
    [InlineData("Skip", NoCredential, FileItem, 1, "error SECTOK201", false)]
    [InlineData("Inject", NoCredential, "", 1, "error SECTOK201", false)]
    [InlineData("Inject", "key", "", 0, "written to", true)]
    [InlineData("Inject", BrokenKey, "", 1, "error SECTOK204", false)]
    [InlineData("Maybe", "key", "", 1, "error SECTOK108", false)]
    public async Task Continuous_integration_needs_a_credential_for_user_secrets_as_SecureTokenInCI_says(string inCI, string key, string body, int exit, string says, bool isWritten)
    {
        Site.With("CI", "true").With("SECTOKEN_API_KEY", key == "key" ? Site.Emulator.ApiKey : key);
        string project = Site.BareProject(properties: $"<SecureTokenInCI>{inCI}</SecureTokenInCI>", body: body);
        CommandResult result = (await Site.MSBuildAsync(project, "-v:m")).Exits(exit);
        Assert.Contains(says, result.Output, StringComparison.Ordinal);
        if (says == "message SECTOK008")
        {
            Assert.Single(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }

        Assert.Equal(isWritten, File.Exists(Site.SecretsOf("bare")));
        Assert.Equal(body.Length > 0 && exit == 0, Site.HasToken(Path.Combine(Site.Work, "bare", "x.env")));
    }

    [Fact]
    public async Task A_machine_of_a_person_without_a_credential_is_warned_as_ever()
    {
        Site.With("SECTOKEN_API_KEY", NoCredential);
        CommandResult result = (await Site.MSBuildAsync(Site.BareProject(), "-v:m")).Exits(0);
        Assert.Contains("warning SECTOK201", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-t:Pack", "", false)]
    [InlineData("-t:Build", "<GeneratePackageOnBuild>true</GeneratePackageOnBuild>", false)]
    [InlineData("-t:Build", "<GeneratePackageOnBuild>true</GeneratePackageOnBuild><SecureTokenInCI>Inject</SecureTokenInCI>", true)]
    public async Task A_package_needs_no_credential_in_continuous_integration_even_with_a_file(string target, string properties, bool isWritten)
    {
        Site.With("CI", "true").With("SECTOKEN_API_KEY", isWritten ? Site.Emulator.ApiKey : NoCredential);
        string project = await Site.SdkProjectAsync("app", properties, FileItem);
        CommandResult result = (await Site.MSBuildAsync(project, target)).Exits(0);
        Assert.DoesNotContain("SECTOK", result.All, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(Path.GetDirectoryName(project)!, "*.nupkg", SearchOption.AllDirectories));
        Assert.Equal(isWritten ? Requests.Once : Requests.None, Site.Requests);
    }

    [Fact]
    public async Task A_person_whose_project_makes_a_package_in_each_build_gets_the_token()
    {
        string project = await Site.SdkProjectAsync("app", "<GeneratePackageOnBuild>true</GeneratePackageOnBuild>");
        (await Site.RunAsync("build", project)).Exits(0);
        Assert.True(Site.HasToken(Site.SecretsOf("app")));
    }

    [Fact]
    public async Task Clean_removes_the_stamps_and_no_token()
    {
        string project = await Site.SdkProjectAsync("app");
        string stamps = Path.Combine(Site.Work, "app", "obj", "SecureToken");
        (await Site.RunAsync("build", project)).Exits(0);
        Assert.Single(Directory.GetFiles(stamps));
        (await Site.RunAsync("clean", project)).Exits(0);
        Assert.Empty(Directory.GetFiles(stamps));
        Assert.True(Site.HasToken(Site.SecretsOf("app")));
        (await Site.RunAsync("build", project)).Exits(0);
        Assert.Single(Directory.GetFiles(stamps));
        Assert.Equal(Requests.Once, Site.Requests);
    }

    [Theory]
    [InlineData("""PrivateAssets="all" """, "net10.0", false)]
    [InlineData("""PrivateAssets="All" """, "net10.0;net10.0-browser", false)]
    [InlineData("""PrivateAssets="none; all" """, "net10.0", false)]
    [InlineData("""PrivateAssets="compile" """, "net10.0", true)]
    [InlineData("", "net10.0;net10.0-browser", true)]
    public async Task A_package_that_would_depend_on_ours_is_warned_of(string assets, string frameworks, bool isWarned)
    {
        string project = await Site.SdkProjectAsync("app", frameworks: frameworks);
        await File.WriteAllTextAsync(project, (await File.ReadAllTextAsync(project, Stop)).Replace("PrivateAssets=\"all\" ", assets, StringComparison.Ordinal), Stop);
        CommandResult result = (await Site.RunAsync("pack", project)).Exits(0);
        Assert.Equal(isWarned, result.Output.Contains("warning SECTOK007", StringComparison.Ordinal));
        (await Site.RunAsync("pack", project, "-p:NoWarn=SECTOK007", "-p:TreatWarningsAsErrors=true")).Exits(0);
    }

    /// <summary>The terminal logger shows no message of a package. A terminal without a size has another logger.</summary>
    [Trait("System", "Unix")]
    [Theory]
    [InlineData("", false)]
    [InlineData("-v:detailed", true)]
    [InlineData("-tl:off", true)]
    public async Task A_terminal_shows_the_line_of_success_as_the_page_says(string option, bool isShown)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The program 'script' has other options elsewhere.");
        string project = await Site.SdkProjectAsync("app");
        CommandResult result = (await Site.Command.With("TERM", "xterm-256color").RunAsync(
            Path.GetDirectoryName(project)!, "script", "-qec", $"stty cols 160 rows 40; dotnet build --no-restore {option}", "/dev/null")).Exits(0);
        Assert.Equal(option == "-tl:off", result.Output.Contains("Warning(s)", StringComparison.Ordinal));
        Assert.True(Site.HasToken(Site.SecretsOf("app")));
        Assert.Equal(isShown, result.Output.Contains(": token ", StringComparison.Ordinal));
    }

    private string Write(string name, string frameworks, string properties)
    {
        string path = Site.Write(Path.Combine(name, name + ".csproj"), $"""<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup>{frameworks}{properties}</PropertyGroup></Project>""");
        Site.Write(Path.Combine(name, "Nothing.cs"), string.Empty);
        return path;
    }

    /// <summary>One reference for all projects below, and the settings beside it.</summary>
    private void WriteCentral(string way, string settings)
    {
        string compiler = $"<CustomAfterMicrosoftCommonTargets>{Site.Write("no-compiler.targets", Project.WithoutCompiler(Package.Unpacked))}</CustomAfterMicrosoftCommonTargets><ProduceReferenceAssembly>false</ProduceReferenceAssembly>";
        string reference = $"""<ItemGroup><PackageReference Include="SecureToken.Build" Version="{PackageFixture.Version}" PrivateAssets="all" /></ItemGroup>""";
        Site.Write("Directory.Build.props", $"<Project><PropertyGroup>{settings}{compiler}</PropertyGroup>{(way == "props" ? reference : string.Empty)}</Project>");
        if (way == "global")
        {
            Site.Write("Directory.Packages.props", $"""
                <Project>
                  <PropertyGroup><ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally></PropertyGroup>
                  <ItemGroup><GlobalPackageReference Include="SecureToken.Build" Version="{PackageFixture.Version}" /></ItemGroup>
                </Project>
                """);
        }
    }

    private async Task<CommandResult> BuildAsync(string project, params string[] arguments)
    {
        if (!Directory.Exists(Path.Combine(Path.GetDirectoryName(project)!, "obj")))
        {
            (await Site.RunAsync("restore", project)).Exits(0);
        }

        return await Site.RunAsync("build", project, arguments);
    }
}
