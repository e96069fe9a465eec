using System.Globalization;
using System.Text.RegularExpressions;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Diagnostics;

/// <summary>docs/reliability.md: a promise without the test that shows it is only a sentence.</summary>
public sealed partial class ReliabilityPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reliability.md"));

    /// <summary>The rows of the checks: number, promise, what shows it, figure, when it runs.</summary>
    private static readonly string[][] Rows = [.. RowPattern().Matches(Page).Select(match => match.Value.Trim().Trim('|').Split(" | ").Select(cell => cell.Trim()).ToArray())];

    [Fact]
    public void Every_check_is_there_once_and_in_order()
    {
        Assert.All(Rows, row => Assert.Equal(5, row.Length));
        Assert.Equal(Enumerable.Range(1, Rows.Length), Rows.Select(row => int.Parse(row[0], CultureInfo.InvariantCulture)));
        Assert.InRange(Rows.Length, 40, 42);
    }

    [Fact]
    public void Every_class_method_and_script_that_the_table_names_exists()
    {
        Dictionary<string, string> classes = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !OutputPattern().IsMatch(path))
            .SelectMany(path => ClassPattern().Matches(File.ReadAllText(path)).Select(match => (Name: match.Groups[1].Value, Path: path)))
            .GroupBy(one => one.Name).ToDictionary(group => group.Key, group => string.Concat(group.Select(one => File.ReadAllText(one.Path))), StringComparer.Ordinal);
        List<string> faults = [];
        foreach (string[] row in Rows)
        {
            string[] names = [.. CodePattern().Matches(row[2]).Select(match => match.Groups[1].Value)];
            if (names.Length == 0)
            {
                faults.Add($"{row[0]}: nothing shows it");
            }

            faults.AddRange(names.Where(name => !Exists(name, classes)).Select(name => $"{row[0]}: {name}"));
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public void Every_row_says_when_it_runs() =>
        Assert.All(Rows, row => Assert.Contains(row[4], (string[])["every push", "nightly", "both"]));

    private static bool Exists(string name, Dictionary<string, string> classes)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            string path = Path.Combine(Repository.Root, name.Split(' ')[0]);
            return File.Exists(path) || Directory.Exists(path);
        }

        string[] parts = name.Split('.');
        return classes.TryGetValue(parts[0], out string? text) && (parts.Length == 1 || text.Contains($" {parts[1]}(", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^\| \d+ \|.*\|\r?$", RegexOptions.Multiline)]
    private static partial Regex RowPattern();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodePattern();

    [GeneratedRegex(@"\bclass (\w+)")]
    private static partial Regex ClassPattern();

    [GeneratedRegex(@"[\\/](bin|obj)[\\/]")]
    private static partial Regex OutputPattern();
}
