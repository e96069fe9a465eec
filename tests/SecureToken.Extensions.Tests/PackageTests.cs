using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Xml.Linq;
using SecureToken.Extensions.Tests.Support;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Extensions.Tests;

/// <summary>The package as build/pack.sh makes it, in a new project.</summary>
public sealed class PackageTests(ExtensionsPackage package) : IClassFixture<ExtensionsPackage>
{
    private const string Program = """
        using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Diagnostics.HealthChecks;
        using Microsoft.Extensions.Hosting;
        using Microsoft.Extensions.Logging;

        HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
        builder.Logging.ClearProviders();
        builder.Configuration.AddSecureToken();
        builder.Services.AddHttpClient("sysdig", http => http.BaseAddress = new Uri(builder.Configuration["SECTOKEN_ENDPOINT"]!)).AddSecureToken();
        builder.Services.AddSecureTokenRefresh();
        builder.Services.AddHealthChecks().AddSecureTokenHealthCheck();
        using IHost app = builder.Build();
        await app.StartAsync();
        HttpClient client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient("sysdig");
        while (await Console.In.ReadLineAsync() is not null)
        {
            using HttpResponseMessage response = await client.GetAsync(new Uri("/api/users/me", UriKind.Relative));
            HealthReport health = await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
            Console.WriteLine($"{(int)response.StatusCode} {health.Status}");
        }

        await app.StopAsync();
        return 0;
        """;

    [Fact]
    [Trait("Needs", "packages")]
    public async Task The_package_holds_these_entries_and_depends_on_these_packages()
    {
        await package.ReadyAsync();
        using ZipArchive archive = ZipFile.OpenRead(package.File);
        Assert.Equal(
            [
                "README.md",
                "SecureToken.Extensions.nuspec",
                "THIRD-PARTY-NOTICES.txt",
                "icon.png",
                "lib/net10.0/SecureToken.Core.dll",
                "lib/net10.0/SecureToken.Extensions.dll",
                "lib/net10.0/SecureToken.Extensions.xml",
                "ref/net10.0/SecureToken.Extensions.dll",
                "ref/net10.0/SecureToken.Extensions.xml",
            ],
            archive.Entries.Select(entry => entry.FullName).Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal) && name != "[Content_Types].xml").Order(StringComparer.Ordinal));
        using Stream stream = archive.GetEntry("SecureToken.Extensions.nuspec")!.Open();
        Assert.Equal(
            [
                "Microsoft.Extensions.Diagnostics.HealthChecks", "Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.Http", "Polly.Core",
            ],
            XDocument.Load(stream).Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => element.Attribute("id")!.Value));
    }

    [Theory]
    [Trait("Needs", "gcc")]
    [InlineData("PublishAot")]
    [InlineData("PublishTrimmed")]
    public async Task A_new_project_is_published_without_a_warning_and_survives_a_reset(string how)
    {
        await package.ReadyAsync();
        using var directory = new TemporaryDirectory("new-project");
        directory.Write("NuGet.Config", package.Config);
        directory.Write("app/Program.cs", Program);
        directory.Write("app/app.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <{how}>true</{how}>
                {(OperatingSystem.IsLinux() ? "<CppCompilerAndLinker>gcc</CppCompilerAndLinker>" : string.Empty)}
                <InvariantGlobalization>true</InvariantGlobalization>
                <AnalysisLevel>latest-recommended</AnalysisLevel>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <TrimmerSingleWarn>false</TrimmerSingleWarn>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Microsoft.Extensions.Hosting" Version="10.0.15" />
                <PackageReference Include="SecureToken.Extensions" Version="{ExtensionsPackage.Version}" />
              </ItemGroup>
            </Project>
            """);
        await using Site site = await Site.StartAsync();
        Command command = package.Command
            .With("SECTOKEN_ENDPOINT", site.Emulator.BaseUrl.ToString()).With("SECTOKEN_IAM_ENDPOINT", site.Emulator.BaseUrl.ToString())
            .With("SECTOKEN_INSTANCE", site.Emulator.InstanceId).With("SECTOKEN_TEAM", Site.TeamName).With("SECTOKEN_API_KEY", site.Emulator.ApiKey);
        string rid = (await command.RunAsync(directory["app"], "dotnet", "msbuild", "-getProperty:NETCoreSdkPortableRuntimeIdentifier")).Exits(0).Output.Trim();
        CommandResult published = (await command.RunAsync(directory["app"], "dotnet", "publish", "-r", rid, "--self-contained", "-o", directory["out"], "-nologo", "-v", "quiet")).Exits(0);
        Assert.DoesNotContain("warning", published.All, StringComparison.Ordinal);

        using Process program = command.Start(directory["out"], directory["out", OperatingSystem.IsWindows() ? "app.exe" : "app"]);
        Assert.Equal("200 Healthy", await CallAsync(program));
        site.Emulator.ResetToken(Site.Team);
        Assert.Equal("200 Healthy", await CallAsync(program));
        Assert.Equal(2, site.Fetches);
        program.StandardInput.Close();
        Assert.Equal(string.Empty, await program.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, program.ExitCode);
    }

    [Fact]
    [Trait("Needs", "packages")]
    public async Task A_project_cannot_use_a_type_of_the_core()
    {
        await package.ReadyAsync();
        using var directory = new TemporaryDirectory("new-project");
        directory.Write("NuGet.Config", package.Config);
        directory.Write("app/Program.cs", "System.Console.WriteLine(typeof(SecureToken.Core.Secrets.Token));");
        directory.Write("app/app.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><NuGetAudit>false</NuGetAudit></PropertyGroup>
              <ItemGroup><PackageReference Include="SecureToken.Extensions" Version="{ExtensionsPackage.Version}" /></ItemGroup>
            </Project>
            """);
        CommandResult built = (await package.Command.RunAsync(directory["app"], "dotnet", "build", "-nologo", "-v", "quiet")).Exits(1);
        Assert.Contains("CS0234", built.All, StringComparison.Ordinal);
    }

    private static async Task<string?> CallAsync(Process program)
    {
        await program.StandardInput.WriteLineAsync("call");
        await program.StandardInput.FlushAsync();
        return await program.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
    }
}

/// <summary>The package, under a version of its own in a feed of its own. What it depends on comes from this machine's packages if it is there.</summary>
public sealed class ExtensionsPackage : IDisposable
{
    private readonly TemporaryDirectory _directory = new("extensions-package");
    private readonly Lazy<Task> _made;

    public ExtensionsPackage() => _made = new Lazy<Task>(MakeAsync);

    public static string Version { get; } = string.Create(CultureInfo.InvariantCulture, $"0.0.0-t{Stopwatch.GetTimestamp()}");

    public string File => Path.Combine(Feed, $"SecureToken.Extensions.{Version}.nupkg");

    public string Config => $"""
        <configuration>
          <packageSources><add key="feed" value="{Feed}" /></packageSources>
          <fallbackPackageFolders><add key="machine" value="{Cache}" /></fallbackPackageFolders>
        </configuration>
        """;

    /// <summary>A command of this person, whose packages go into a folder of their own.</summary>
    public Command Command => new Command(Profile).With("NUGET_PACKAGES", _directory["packages"]);

    private static string Profile => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    private static string Cache => Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Profile, ".nuget", "packages");

    private string Feed => _directory.Create("feed");

    /// <summary>Waits for the package. It is made for the first test that asks.</summary>
    public Task ReadyAsync() => _made.Value;

    public void Dispose() => _directory.Dispose();

    private async Task MakeAsync()
    {
        if (Environment.GetEnvironmentVariable("SECTOKEN_TEST_PACKAGES") is { Length: > 0 } packages)
        {
            System.IO.File.Copy(Assert.Single(Directory.GetFiles(packages, "SecureToken.Extensions.*.nupkg")), File);
            await using ZipArchive archive = await ZipFile.OpenAsync(File, ZipArchiveMode.Update);
            await using Stream stream = await archive.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).OpenAsync();
            XDocument manifest = await XDocument.LoadAsync(stream, LoadOptions.None, default);
            manifest.Descendants().Single(element => element.Name.LocalName == "version").Value = Version;
            stream.SetLength(0);
            await manifest.SaveAsync(stream, SaveOptions.None, default);
            return;
        }

        (await new Command(Profile).RunAsync(
            Repository.Root, "dotnet",
            "pack", Path.Combine("src", "SecureToken.Extensions"), "-c", "Release", "-o", Feed, $"-p:Version={Version}", "--artifacts-path", _directory["artifacts"],
            "-p:RunAnalyzers=false", "-p:UseSharedCompilation=false", "--nologo", "-v", "quiet")).Exits(0);
    }
}
