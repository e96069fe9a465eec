using System.Text.RegularExpressions;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Identity;

/// <summary>docs/authentication.md says what the code does.</summary>
public sealed partial class AuthenticationPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "authentication.md"));

    [Fact]
    public void It_has_every_kind_in_the_order_in_which_they_are_tried_each_with_an_example()
    {
        Assert.Equal(CredentialFinder.SourceNames, Row().Matches(Page).Select(match => match.Groups[1].Value));
        Assert.Equal(CredentialFinder.SourceNames, Section().Matches(Page).Select(match => match.Groups[1].Value).Where(CredentialFinder.SourceNames.Contains));
        foreach (string kind in CredentialFinder.SourceNames)
        {
            string section = Page.Split($"\n## {kind}\n")[1].Split("\n## ")[0];
            Assert.Contains("```console\n$ ", section, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void It_names_every_variable_and_every_place_that_is_looked_at()
    {
        IEnumerable<string> names = [.. CredentialVariables.All, CredentialFinder.ForcingVariable, .. TrustedProfile.Variables.Take(3), .. ComputeResourceSource.DefaultPaths, VpcInstanceSource.UrlVariable, CredentialsFileSource.PathVariable];
        Assert.All(names, name => Assert.Contains($"`{name}`", Page, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^\| \d \| \[`([a-z-]+)`\]", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("^## ([a-z-]+)$", RegexOptions.Multiline)]
    private static partial Regex Section();
}
