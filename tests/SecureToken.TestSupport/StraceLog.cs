using System.Text.RegularExpressions;

namespace SecureToken.TestSupport;

/// <summary>What strace has written of several threads or processes.</summary>
public static partial class StraceLog
{
    private const string Unfinished = " <unfinished ...>";

    /// <summary>
    /// Its lines, each after the id of the process. A call during which another thread does something stands there in two halves; they are
    /// joined where it begins.
    /// </summary>
    public static IReadOnlyList<string> Lines(string log)
    {
        List<string> lines = [];
        Dictionary<string, int> begun = [];
        foreach (string line in log.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string process = line.Split(' ')[0];
            Match end = SecondHalf().Match(line);
            if (end.Success && begun.Remove(process, out int at))
            {
                lines[at] = lines[at][..^Unfinished.Length] + line[end.Length..];
                continue;
            }

            if (line.EndsWith(Unfinished, StringComparison.Ordinal))
            {
                begun[process] = lines.Count;
            }

            lines.Add(line);
        }

        return lines;
    }

    [GeneratedRegex(@"^\d+\s+<\.\.\. \w+ resumed>")]
    private static partial Regex SecondHalf();
}
