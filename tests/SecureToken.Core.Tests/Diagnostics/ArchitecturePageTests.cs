using System.Text.RegularExpressions;
using SecureToken.Core.Diagnostics;
using SecureToken.TestSupport;
using SecureToken.TestSupport.Architecture;
using Xunit;

namespace SecureToken.Core.Tests.Diagnostics;

/// <summary>docs/architecture.md, and the comments that lead to it.</summary>
public sealed partial class ArchitecturePageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "architecture.md"));

    [Fact]
    public void Every_comment_that_says_measured_names_a_heading_of_the_page_and_every_heading_is_named()
    {
        HashSet<string> headings = [.. HeadingPattern().Matches(Page).Select(match => match.Groups[1].Value)];
        List<string> faults = [];
        HashSet<string> named = [];
        foreach (string file in Sources())
        {
            string[] lines = File.ReadAllLines(file);
            for (int i = 0; i < lines.Length; i++)
            {
                if (!MeasuredPattern().IsMatch(lines[i]))
                {
                    continue;
                }

                string? heading = NamePattern().Match(lines[i]) is { Success: true } match ? match.Groups[1].Value : null;
                named.Add(heading ?? string.Empty);
                if (heading is null || !headings.Contains(heading))
                {
                    faults.Add($"{Path.GetRelativePath(Repository.Root, file)}({i + 1}): {heading ?? "write '(measured: HEADING)' on one line"}");
                }
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
        Assert.NotEmpty(headings);
        Assert.Empty(headings.Except(named));
    }

    [Fact]
    public void Every_folder_that_the_page_names_exists()
    {
        string[] folders = [.. FolderPattern().Matches(Page).Select(match => match.Groups[1].Value).Distinct()];
        Assert.NotEmpty(folders);
        Assert.All(folders, folder => Assert.True(Directory.Exists(Path.Combine(Repository.Root, folder)), folder));
    }

    [Fact]
    public void Every_room_of_the_core_is_on_the_page()
    {
        string core = Path.Combine(Repository.Root, "src", "SecureToken.Core");
        string[] rooms = [.. Sources().Select(file => Path.GetDirectoryName(file)!).Distinct().Where(folder => folder.StartsWith(core + Path.DirectorySeparatorChar, StringComparison.Ordinal))];
        Assert.NotEmpty(rooms);
        Assert.All(rooms, room => Assert.Contains($"`{Path.GetRelativePath(Repository.Root, room).Replace('\\', '/')}/`", Page, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_arrow_between_rooms_in_the_picture_is_a_use_in_the_assembly()
    {
        Dictionary<string, string> labels = LabelPattern().Matches(Page).DistinctBy(match => match.Groups[1].Value).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        RoomGraph graph = RoomGraph.Read(typeof(Failure).Assembly.Location, "SecureToken.Core");
        HashSet<(string From, string To)> uses = [.. graph.Edges.Select(edge => (edge.From, edge.To))];
        (string From, string To)[] arrows =
        [
            .. ArrowPattern().Matches(Page).Select(match => (RoomOf(match.Groups[1].Value), RoomOf(match.Groups[2].Value)))
                .Where(arrow => graph.TypesOfRoom.ContainsKey(arrow.Item1) && graph.TypesOfRoom.ContainsKey(arrow.Item2)),
        ];
        Assert.NotEmpty(arrows);
        Assert.All(arrows, arrow => Assert.Contains(arrow, uses));
        Assert.Empty(graph.TypesOfRoom.Keys.Except(arrows.SelectMany(arrow => new[] { arrow.From, arrow.To })));

        string RoomOf(string id) => labels.GetValueOrDefault(id, id);
    }

    private static IEnumerable<string> Sources() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".cs" or ".targets" or ".props" && !BuildOutputPattern().IsMatch(Path.GetRelativePath(Repository.Root, file)));

    [GeneratedRegex(@"(//|<!--).*\bmeasured\b", RegexOptions.IgnoreCase)]
    private static partial Regex MeasuredPattern();

    [GeneratedRegex(@"\(measured: ([^()]+)\)")]
    private static partial Regex NamePattern();

    [GeneratedRegex("^### (.+?)\r?$", RegexOptions.Multiline)]
    private static partial Regex HeadingPattern();

    [GeneratedRegex(@"\b(\w+)\[([\w.]+)\]")]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"^  (\w+)(?:\[[\w.]+\])? --> (\w+)\r?$", RegexOptions.Multiline)]
    private static partial Regex ArrowPattern();

    [GeneratedRegex("`((?:src|tests)/[^`]*/)`")]
    private static partial Regex FolderPattern();

    [GeneratedRegex(@"[\\/](bin|obj)[\\/]")]
    private static partial Regex BuildOutputPattern();
}
