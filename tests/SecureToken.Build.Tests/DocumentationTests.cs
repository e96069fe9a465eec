using System.Text.RegularExpressions;
using System.Xml.Linq;
using SecureToken.Core.Diagnostics;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Build.Tests;

public sealed partial class DocumentationTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "msbuild.md"));
    private static readonly string Targets = string.Concat(
        Directory.GetFiles(Path.Combine(Repository.Root, "src", "SecureToken.Build", "build")).Select(File.ReadAllText));

    [Fact]
    public void Every_property_that_the_targets_read_is_on_the_page_and_no_other()
    {
        string[] read = [.. PropertyPattern().Matches(Targets).Select(match => match.Groups[1].Value).Distinct().Order()];
        string[] listed = [.. RowPattern().Matches(Page).Select(match => match.Groups[1].Value).Where(name => name.StartsWith("SecureToken", StringComparison.Ordinal)).Order()];
        Assert.Equal(read, listed);
    }

    [Fact]
    public void Every_default_on_the_page_is_the_one_in_the_targets()
    {
        foreach (Match match in DefaultPattern().Matches(Targets))
        {
            string name = match.Groups[1].Value;
            string value = match.Groups[2].Value;
            if (name != "SecureTokenTaskAssembly")
            {
                Assert.Contains($"| `{name}` | `{value}` |", Page, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Every_metadata_that_is_read_is_on_the_page_and_no_other()
    {
        string plan = File.ReadAllText(Path.Combine(Repository.Root, "src", "SecureToken.Build", "TaskPlan.cs"));
        string[] read = [.. TaskMetadataPattern().Matches(plan).Concat(TargetMetadataPattern().Matches(Targets)).Select(match => match.Groups[1].Value).Distinct().Order()];
        string[] listed = [.. RowPattern().Matches(Page).Select(match => match.Groups[1].Value).Where(name => !name.StartsWith("SecureToken", StringComparison.Ordinal)).Order()];
        Assert.Equal(read, listed);
    }

    [Fact]
    public void What_the_targets_say_by_themselves_is_what_the_catalogue_says()
    {
        string path = Path.Combine(Repository.Root, "src", "SecureToken.Build", "build", "SecretFiles.targets");
        XElement warning = Assert.Single(XDocument.Load(path).Descendants("Warning"), element => element.Attribute("Code")!.Value == "SECTOK007");
        DiagnosticDescriptor known = DiagnosticDescriptors.ReferenceIsPublic;
        Assert.Equal($"{known.Message("$(MSBuildProjectFile)")} {known.NextStep()}", warning.Attribute("Text")!.Value);
        Assert.Equal(known.HelpLink, warning.Attribute("HelpLink")!.Value);
    }

    [GeneratedRegex(@"GetMetadata\(""(\w+)""\)")]
    private static partial Regex TaskMetadataPattern();

    [GeneratedRegex(@"%\(SecureTokenDestination\.(\w+)\)")]
    private static partial Regex TargetMetadataPattern();

    [GeneratedRegex(@"\$\((SecureToken\w+)\)")]
    private static partial Regex PropertyPattern();

    [GeneratedRegex(@"^\| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex RowPattern();

    [GeneratedRegex(@"<(SecureToken\w+) Condition=""'\$\(\1\)' == ''"">([^<]*)<")]
    private static partial Regex DefaultPattern();
}
