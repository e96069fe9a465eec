using System.Globalization;
using System.Text.RegularExpressions;

namespace SecureToken.Benchmarks.OfBuild;

/// <summary>What MSBuild's own summary (-clp:PerformanceSummary) says about the targets and the task of the package.</summary>
internal sealed partial record PerformanceSummary(double Targets, bool HasTask, IReadOnlyList<string> Lines)
{
    public static PerformanceSummary Parse(string output)
    {
        string section = string.Empty;
        double targets = 0;
        bool hasTask = false;
        List<string> lines = [];
        foreach (string line in output.Split('\n'))
        {
            if (Heading().Match(line) is { Success: true } heading)
            {
                section = heading.Groups[1].Value;
            }
            else if (Entry().Match(line) is { Success: true } entry && entry.Groups["name"].Value.Contains("SecureToken", StringComparison.Ordinal))
            {
                lines.Add($"{section.ToLowerInvariant()} {string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Trim()}");
                targets += section == "Target" ? double.Parse(entry.Groups["ms"].Value, CultureInfo.InvariantCulture) : 0;
                hasTask |= section == "Task";
            }
        }

        return section.Length > 0 ? new PerformanceSummary(targets, hasTask, lines) : throw new BenchmarkException("There is no summary in:\n" + output);
    }

    [GeneratedRegex(@"^\s*(Project|Target|Task) Performance Summary:")]
    private static partial Regex Heading();

    // A path of a project may have "SecureToken" in it, names of targets and tasks have no separator.
    [GeneratedRegex(@"^\s*(?<ms>\d+) ms\s+(?<name>[\w.]+)\s+\d+ calls")]
    private static partial Regex Entry();
}
