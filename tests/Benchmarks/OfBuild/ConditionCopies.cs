using System.Globalization;
using System.IO.Compression;
using System.Xml.Linq;
using SecureToken.Benchmarks.Measuring;

namespace SecureToken.Benchmarks.OfBuild;

/// <summary>
/// A project that evaluates the conditions of the package's targets a thousand times: what is fresh is decided by conditions, and
/// MSBuild's summary shows only targets that run. The peer has the same targets with the condition <c>false</c>.
/// </summary>
internal sealed class ConditionCopies
{
    public const int Count = 1000;
    private const string Hook = "BeforeBuild";

    /// <summary>What an ordinary build does of that which our targets are hooked to; the rest belongs to publishing and packing.</summary>
    private static readonly string[] HooksOfABuild = [Hook, "AssignTargetPaths"];

    private readonly Workplace _workplace;
    private readonly string _directory;

    private ConditionCopies(Workplace workplace, string directory)
    {
        _workplace = workplace;
        _directory = directory;
    }

    public static ConditionCopies Create(Workplace workplace, Packages packages)
    {
        string directory = Path.Combine(workplace.Work, "conditions");
        string package = Path.Combine(directory, "package");
        ZipFile.ExtractToDirectory(Directory.GetFiles(packages.Directory, "SecureToken.Build.*.nupkg").Single(), package);
        XElement[] targets = [.. XDocument.Load(Path.Combine(package, "build", "SecureToken.Build.targets")).Root!.Elements("Target")
            .Where(target => target.Attribute("BeforeTargets")?.Value.Split(';').Intersect(HooksOfABuild).Any() == true)];
        WriteCopies("ours", targets, target => target.Attribute("Condition")!.Value);
        WriteCopies("false", targets, _ => "false");
        File.WriteAllText(Path.Combine(directory, "Conditions.proj"), $"""
            <Project DefaultTargets="Build">
              <PropertyGroup>
                <UserSecretsId>Conditions</UserSecretsId>
                <SecureTokenEndpoint>{workplace.Emulator.BaseUrl}</SecureTokenEndpoint>
                <SecureTokenIamEndpoint>{workplace.Emulator.BaseUrl}</SecureTokenIamEndpoint>
                <SecureTokenInstance>{workplace.Emulator.InstanceId}</SecureTokenInstance>
                <SecureTokenTeam>{Workplace.Team}</SecureTokenTeam>
              </PropertyGroup>
              <Target Name="{Hook}" />
              <Target Name="Build" DependsOnTargets="{Hook}" />
              <Import Project="package/build/SecureToken.Build.targets" />
              <Import Project="$(Copies).targets" Condition="'$(Copies)' != ''" />
            </Project>
            """);
        var copies = new ConditionCopies(workplace, directory);

        // Once, so that everything is fresh.
        Child.Run(copies.Build(string.Empty));
        return copies;

        void WriteCopies(string name, XElement[] targets, Func<XElement, string> condition) => new XDocument(new XElement(
            "Project",
            from i in Enumerable.Range(0, Count)
            from target in targets
            select new XElement(
                "Target",
                new XAttribute("Name", string.Create(CultureInfo.InvariantCulture, $"{target.Attribute("Name")!.Value}{i}")),
                new XAttribute("BeforeTargets", Hook),
                new XAttribute("Condition", condition(target))))).Save(Path.Combine(directory, name + ".targets"));
    }

    /// <summary>A build with <c>ours</c> or <c>false</c> conditions.</summary>
    public Invocation Build(string copies) => _workplace.Command(
        [new("SECTOKEN_API_KEY", _workplace.Emulator.ApiKey), new("SECTOKEN_TRUST_HOST", "127.0.0.1")], "dotnet", "msbuild", "Conditions.proj", "-nologo", "-m:1", "-v:quiet", $"-p:Copies={copies}") with { Directory = _directory };
}
