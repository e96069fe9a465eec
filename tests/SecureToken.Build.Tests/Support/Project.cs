namespace SecureToken.Build.Tests.Support;

/// <summary>The texts of generated projects.</summary>
internal static class Project
{
    public const string Foot = "</Project>\n";

    /// <summary>A program that ends with 0 when the token stands in the file that the build should have written.</summary>
    public const string Program = """
        string[] expected = System.IO.File.ReadAllLines(System.IO.Path.Combine(System.AppContext.BaseDirectory, "../../../expected"));
        bool isThere = System.IO.File.Exists(expected[0]) && System.IO.File.ReadAllText(expected[0]).Contains(expected[1]);
        System.IO.File.AppendAllText(expected[2], isThere ? "there\n" : "missing\n");
        return isThere ? 0 : 3;
        """;

    public static string Head(string frameworks) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <{(frameworks.Contains(';', StringComparison.Ordinal) ? "TargetFrameworks" : "TargetFramework")}>{frameworks}</{(frameworks.Contains(';', StringComparison.Ordinal) ? "TargetFrameworks" : "TargetFramework")}>
            <UseSharedCompilation>false</UseSharedCompilation>
            <ProduceReferenceAssembly>false</ProduceReferenceAssembly>
            <DebugType>none</DebugType>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="SecureToken.Build" Version="{PackageFixture.Version}" PrivateAssets="all" />
          </ItemGroup>

        """;

    /// <summary>A project of the SDK that references the package.</summary>
    public static string Sdk(string properties, string body = "", string frameworks = "net10.0") =>
        $"{Head(frameworks)}  <PropertyGroup>{properties}</PropertyGroup>\n{body}\n{Foot}";

    /// <summary>A project without an SDK that has the package's own files: what the targets and the task do, without a compilation.</summary>
    public static string Bare(string package, string properties, string body = "") => $"""
        <Project DefaultTargets="Build">
          <PropertyGroup>
            <BaseIntermediateOutputPath>obj/</BaseIntermediateOutputPath>
            {properties}
          </PropertyGroup>
          {body}
          <Target Name="BeforeBuild" />
          <Target Name="PrepareForPublish" />
          <Target Name="Build" DependsOnTargets="BeforeBuild" />
          <Target Name="Publish" DependsOnTargets="PrepareForPublish" />
          <Import Project="{package}/build/SecureToken.Build.targets" />
        </Project>
        """;

    /// <summary>Some assembly is as good as any other where nothing runs it, and the compiler is the dearest part of a small build.</summary>
    public static string WithoutCompiler(string package) => $"""
        <Project><Target Name="CoreCompile">
          <Copy SourceFiles="{package}/tasks/net10.0/Polly.Core.dll" DestinationFiles="@(IntermediateAssembly)" SkipUnchangedFiles="true" />
        </Target></Project>
        """;

    public static string Solution(IEnumerable<string> projects)
    {
        var text = new System.Text.StringBuilder("Microsoft Visual Studio Solution File, Format Version 12.00\n");
        List<string> ids = [];
        foreach (string project in projects)
        {
            string id = Guid.NewGuid().ToString("B").ToUpperInvariant();
            ids.Add(id);
            text.Append($"Project(\"{{9A19103F-16F7-4668-BE54-9A1E7A4F7556}}\") = \"{Path.GetFileNameWithoutExtension(project)}\", \"{project}\", \"{id}\"\nEndProject\n");
        }

        text.Append("Global\n\tGlobalSection(SolutionConfigurationPlatforms) = preSolution\n\t\tDebug|Any CPU = Debug|Any CPU\n\tEndGlobalSection\n");
        text.Append("\tGlobalSection(ProjectConfigurationPlatforms) = postSolution\n");
        foreach (string id in ids)
        {
            text.Append($"\t\t{id}.Debug|Any CPU.ActiveCfg = Debug|Any CPU\n\t\t{id}.Debug|Any CPU.Build.0 = Debug|Any CPU\n");
        }

        return text.Append("\tEndGlobalSection\nEndGlobal\n").ToString();
    }
}
