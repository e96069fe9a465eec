using System.Text;
using SecureToken.Benchmarks.Measuring;

namespace SecureToken.Benchmarks.OfBuild;

/// <summary>A solution of tiny class libraries, with or without the package; all share one endpoint, instance and team.</summary>
internal sealed class GeneratedSolution
{
    private readonly Workplace _workplace;
    private readonly string _directory;

    private GeneratedSolution(Workplace workplace, string directory)
    {
        _workplace = workplace;
        _directory = directory;
    }

    /// <summary>Writes the solution.</summary>
    /// <param name="workplace">Where.</param>
    /// <param name="name">The name of its directory.</param>
    /// <param name="projects">How many projects it has.</param>
    /// <param name="feed">The package source; null for a solution without a package.</param>
    /// <param name="package">The package that each project refers to.</param>
    /// <param name="version">Its version.</param>
    public static GeneratedSolution Create(Workplace workplace, string name, int projects, string? feed = null, string package = "", string version = "")
    {
        string directory = Path.Combine(workplace.Work, name);
        Write("NuGet.Config", $"<configuration><packageSources><clear />{Source(feed)}</packageSources></configuration>");

        // All solutions have the same settings, so that the package is the only difference. A compiler server would outlive the build.
        Write("Directory.Build.props", $"""
            <Project>
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <UserSecretsId>$(MSBuildProjectName)</UserSecretsId>
                <UseSharedCompilation>false</UseSharedCompilation>
                <RunAnalyzers>false</RunAnalyzers>
                <SecureTokenEndpoint>{workplace.Emulator.BaseUrl}</SecureTokenEndpoint>
                <SecureTokenIamEndpoint>{workplace.Emulator.BaseUrl}</SecureTokenIamEndpoint>
                <SecureTokenInstance>{workplace.Emulator.InstanceId}</SecureTokenInstance>
                <SecureTokenTeam>{Workplace.Team}</SecureTokenTeam>
              </PropertyGroup>
            </Project>
            """);
        Write("Directory.Build.targets", $"<Project><ItemGroup>{(feed is null ? string.Empty : Reference(package, version))}</ItemGroup></Project>");
        var solution = new StringBuilder("<Solution>\n");
        for (int i = 0; i < projects; i++)
        {
            Write($"Library{i}/Library{i}.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\" />");
            Write($"Library{i}/Class{i}.cs", $"public class Class{i};");
            solution.Append(System.Globalization.CultureInfo.InvariantCulture, $"  <Project Path=\"Library{i}/Library{i}.csproj\" />\n");
        }

        Write("All.slnx", solution.Append("</Solution>\n").ToString());
        return new GeneratedSolution(workplace, directory);

        void Write(string file, string text)
        {
            string path = Path.Combine(directory, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
    }

    public Invocation Restore() => Dotnet("restore", "All.slnx");

    /// <summary>A build of what was restored before.</summary>
    public Invocation Build(params string[] more) => Dotnet(["build", "All.slnx", "--no-restore", "--nologo", "-tl:off", .. more]);

    /// <summary>The same of its first project.</summary>
    public Invocation BuildOne(params string[] more) => Dotnet(["build", ProjectPath(0), "--no-restore", "--nologo", "-tl:off", .. more]);

    public string ProjectPath(int project) => Path.Combine(_directory, $"Library{project}", $"Library{project}.csproj");

    private static string Source(string? feed) => feed is null ? string.Empty : $"<add key=\"feed\" value=\"{feed}\" />";

    private static string Reference(string id, string version) => $"<PackageReference Include=\"{id}\" Version=\"{version}\" PrivateAssets=\"all\" />";

    private Invocation Dotnet(params string[] arguments) =>
        _workplace.Command([new("SECTOKEN_API_KEY", _workplace.Emulator.ApiKey), new("SECTOKEN_TRUST_HOST", "127.0.0.1")], "dotnet", arguments) with { Directory = _directory };
}
