using System.IO.Compression;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SecureToken.Build.Tests.Support;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Build.Tests;

/// <summary>What is in the package, entry by entry. A change here is a change for every consumer.</summary>
[Trait("Needs", "packages")]
public sealed class PackageContentsTests(PackageFixture package) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await package.ReadyAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void The_package_holds_these_entries_and_no_other()
    {
        using ZipArchive archive = ZipFile.OpenRead(package.File);
        Assert.Equal(
            [
                "README.md",
                "SecureToken.Build.nuspec",
                "THIRD-PARTY-NOTICES.txt",
                "build/SecretFiles.targets",
                "build/SecureToken.Build.targets",
                "buildMultiTargeting/SecureToken.Build.targets",
                "icon.png",
                "tasks/net10.0/Polly.Core.dll",
                "tasks/net10.0/SecureToken.Build.deps.json",
                "tasks/net10.0/SecureToken.Build.dll",
                "tasks/net10.0/SecureToken.Core.dll",
                "tasks/net10.0/linux-x64/Polly.Core.dll",
                "tasks/net10.0/linux-x64/SecureToken.Build.deps.json",
                "tasks/net10.0/linux-x64/SecureToken.Build.dll",
                "tasks/net10.0/linux-x64/SecureToken.Core.dll",
                "tasks/net10.0/win-x64/Polly.Core.dll",
                "tasks/net10.0/win-x64/SecureToken.Build.deps.json",
                "tasks/net10.0/win-x64/SecureToken.Build.dll",
                "tasks/net10.0/win-x64/SecureToken.Core.dll",
            ],
            archive.Entries.Select(entry => entry.FullName).Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal) && name != "[Content_Types].xml").Order(StringComparer.Ordinal));
        Assert.True(new FileInfo(package.File).Length < 4 * 1024 * 1024, "The package is larger than 4 MiB.");
    }

    [Theory]
    [InlineData("linux-x64", "linux-x64/")]
    [InlineData("win-x64", "win-x64/")]
    [InlineData("linux-musl-x64", "")]
    [InlineData("osx-arm64", "")]
    [InlineData("", "")]
    public void Each_platform_of_an_SDK_gets_the_task_that_was_compiled_for_it_or_the_one_for_all(string platform, string expected)
    {
        using var directory = new TemporaryDirectory("platform");
        string project = directory.Write("platform.proj", $"""
            <Project>
              <PropertyGroup><NETCoreSdkPortableRuntimeIdentifier>{platform}</NETCoreSdkPortableRuntimeIdentifier></PropertyGroup>
              <Import Project="{package.Unpacked}/build/SecureToken.Build.targets" />
            </Project>
            """);
        using var collection = new Microsoft.Build.Evaluation.ProjectCollection();
        string assembly = collection.LoadProject(project).GetPropertyValue("SecureTokenTaskAssembly");
        Assert.Equal(Path.GetFullPath($"{package.Unpacked}/tasks/net10.0/{expected}SecureToken.Build.dll"), Path.GetFullPath(assembly));

        // Compiled ahead of time, or not.
        foreach (string name in new[] { "SecureToken.Build.dll", "SecureToken.Core.dll" })
        {
            using var reader = new System.Reflection.PortableExecutable.PEReader(File.OpenRead(Path.Combine(Path.GetDirectoryName(assembly)!, name)));
            Assert.Equal(expected.Length > 0, reader.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0);
        }
    }

    [Fact]
    public void The_package_is_a_development_dependency_that_brings_no_other()
    {
        using ZipArchive archive = ZipFile.OpenRead(package.File);
        using Stream stream = archive.GetEntry("SecureToken.Build.nuspec")!.Open();
        XElement metadata = XDocument.Load(stream).Root!.Elements().Single();
        Assert.Equal("true", Value("developmentDependency"));
        Assert.DoesNotContain(metadata.Descendants(), element => element.Name.LocalName == "dependency");
        Assert.Equal("MIT", Value("license"));
        Assert.Equal("README.md", Value("readme"));
        Assert.Equal("icon.png", Value("icon"));

        string? Value(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;
    }

    [Fact]
    public void The_readme_leads_to_the_repository_also_from_elsewhere()
    {
        string packed = File.ReadAllText(Path.Combine(package.Unpacked, "README.md"));
        Assert.DoesNotMatch(@"\]\((?!https?:|#)", packed);

        // A gallery shows no HTML.
        string readme = Regex.Replace(File.ReadAllText(Path.Combine(Repository.Root, "README.md")), "(?s)<picture>.*?</picture>\r?\n\r?\n?", string.Empty);
        Assert.DoesNotContain("<", Regex.Replace(packed, "(?s)```.*?```|`[^`]*`", string.Empty), StringComparison.Ordinal);
        Assert.Equal(readme, packed.Replace("](https://github.com/securetoken-build/securetoken-build/blob/main/", "](", StringComparison.Ordinal));
    }

    [Fact]
    public void The_dependencies_of_the_task_are_its_own_and_nothing_of_MSBuild()
    {
        string deps = File.ReadAllText(Path.Combine(package.Unpacked, "tasks", "net10.0", "SecureToken.Build.deps.json"));
        Assert.Contains("Polly.Core", deps, StringComparison.Ordinal);
        Assert.DoesNotContain("Microsoft.Build", deps, StringComparison.Ordinal);
    }

    [Fact]
    public void The_public_surface_is_one_task_with_these_parameters()
    {
        Type task = Assert.Single(typeof(InjectSecureToken).Assembly.GetExportedTypes());
        const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        Assert.Equal(
            [
                "Consumer : String", "Destinations : ITaskItem[]", "DueAt : String (out)", "FailIfNotIncremental : Boolean", "IsContinuousIntegration : Boolean",
                "Project : String", "ProjectFiles : String[]", "Settings : ITaskItem[]", "UserSecretsId : String",
            ],
            task.GetProperties(Own).Select(property => $"{property.Name} : {property.PropertyType.Name}{(property.SetMethod?.IsPublic == true ? string.Empty : " (out)")}").Order(StringComparer.Ordinal));
        Assert.Equal(["Cancel", "Dispose", "Execute"], task.GetMethods(Own).Where(method => !method.IsSpecialName).Select(method => method.Name).Order(StringComparer.Ordinal));
        Assert.Empty(task.GetFields(Own));
        Assert.Contains(task.CustomAttributes, attribute => attribute.AttributeType.FullName == "Microsoft.Build.Framework.MSBuildMultiThreadableTaskAttribute");
    }
}
