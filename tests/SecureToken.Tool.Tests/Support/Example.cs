using System.Text.RegularExpressions;
using SecureToken.TestSupport;

namespace SecureToken.Tool.Tests.Support;

/// <summary>A command of the documentation, and what it is said to print.</summary>
/// <param name="Command">The command, on one line.</param>
/// <param name="Output">What is shown below it; empty when nothing is.</param>
public sealed record Example(string Command, string Output)
{
    /// <summary>Whether it runs the tool.</summary>
    public bool RunsTool => Regex.IsMatch(Command, @"(dotnet sectoken|dotnet-sectoken) (?!--yes)\w") && !Command.StartsWith("dotnet tool", StringComparison.Ordinal);
}

/// <summary>The console blocks of a page.</summary>
public static partial class Examples
{
    /// <summary>The pages that people read.</summary>
    public static IEnumerable<string> Pages =>
        Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(path => "docs/" + Path.GetFileName(path)).Order(StringComparer.Ordinal).Prepend("README.md");

    /// <summary>The blocks of a page that run the tool.</summary>
    public static IEnumerable<IReadOnlyList<Example>> OfPage(string page) =>
        Block().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))).Select(block => Parse(block.Groups[1].Value)).Where(block => block.Any(example => example.RunsTool));

    /// <summary>The examples of a help text.</summary>
    public static IEnumerable<string> OfHelp(string help) =>
        Continuation().Replace(help, " ").Split('\n').Where(line => line.StartsWith("  ", StringComparison.Ordinal)).Select(line => line.Trim())
            .Where(line => !line.StartsWith('#') && Regex.IsMatch(line, @"(^|\| |\()dotnet[ -]sectoken "));

    private static List<Example> Parse(string block)
    {
        List<Example> examples = [];
        foreach (string line in Continuation().Replace(block, " ").Split('\n'))
        {
            if (line.StartsWith("$ ", StringComparison.Ordinal))
            {
                examples.Add(new Example(Comment().Replace(line[2..], string.Empty), string.Empty));
            }
            else if (examples.Count > 0)
            {
                examples[^1] = examples[^1] with { Output = examples[^1].Output + line + "\n" };
            }
        }

        return examples;
    }

    [GeneratedRegex(@"^```console\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@" \\\n\s+")]
    private static partial Regex Continuation();

    [GeneratedRegex(@"\s+# .*$")]
    private static partial Regex Comment();
}
