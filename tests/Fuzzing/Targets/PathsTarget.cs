using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;

namespace SecureToken.Fuzzing.Targets;

/// <summary>
/// What the text of a path means on each platform, and what the system makes of one. An input is two paths, one a line.
/// </summary>
internal static class PathsTarget
{
    private static readonly string[] Roots = [@"C:\", @"c:/", @"\\server\share\", @"\\?\C:\", @"\\?\UNC\server\share\"];

    public static void Run(byte[] input)
    {
        string[] lines = Encoding.UTF8.GetString(input).Split('\n', 2);
        string path = lines[0];
        string other = lines.Length > 1 ? lines[1] : path;
        Rules(PathRules.Linux, "/" + path, "/" + other);
        Rules(PathRules.MacOS, "/" + path, "/" + other);
        Rules(PathRules.Windows, Roots[path.Length % Roots.Length] + path, Roots[other.Length % Roots.Length] + other);
        PathRules.Windows.NoFile(path);
        Claim.That(PathRules.Linux.NoFile(path) is null && PathRules.Linux.Comparable(path) == path, "a name of Linux is what it is");
        if (!OperatingSystem.IsWindows())
        {
            Canonical("/" + path);
        }
    }

    private static void Rules(PathRules rules, string path, string other)
    {
        string comparable = rules.Comparable(path);
        Claim.That(rules.Comparable(comparable) == comparable, $"one text for all spellings: {comparable}");
        Claim.That(rules.AreSame(path, path) && rules.AreSame(path, comparable), "a path is its own");
        Claim.That(rules.AreSame(path, other) == rules.AreSame(other, path), "being the same goes both ways");
        Claim.That(rules.IsWithin(path, path), "a path is within itself");
        string below = path.TrimEnd(rules.Separator) + rules.Separator + "a.env";
        Claim.That(rules.IsWithin(below, path), "a name below a path is within it");
        Claim.That(rules.Relative(below, path) == "a.env", $"the rest of a path below another: {rules.Relative(below, path)}");
        if (rules.IsWithin(path, other) && rules.IsWithin(other, path))
        {
            Claim.That(
                rules.Comparable(path).TrimEnd(rules.Separator) == rules.Comparable(other).TrimEnd(rules.Separator),
                "two paths that are within each other are one");
        }

        string plain = PathRules.Plain(path);
        Claim.That(
            plain.Length <= path.Length && rules.Names(path).Length >= 1 && rules.Slashed(path).Length == path.Length,
            "no name is made up");
        Claim.That(rules.Extended(rules.Extended(path)) == rules.Extended(path), "extending twice is extending once");
        IEnumerable<string> programs = rules.Programs(path, other);
        Claim.That(programs.All(program => program.StartsWith(path, StringComparison.Ordinal)), "a program is found by its name");
    }

    private static void Canonical(string path)
    {
        // Callers refuse control characters, with the place where they stand.
        if (path.Any(char.IsControl))
        {
            return;
        }

        if (!CanonicalPath.Of(path).Succeeded(out string? canonical, out Failure? failure))
        {
            Claim.IsCoded(failure);
            return;
        }

        Claim.That(Path.IsPathFullyQualified(canonical), $"a canonical path is absolute: {canonical}");
        Claim.That(!canonical.Split('/').Skip(1).Any(name => name is "" or "." or ".."), $"a canonical path is one spelling: {canonical}");
        Claim.That(CanonicalPath.Of(canonical) is { Failure: null } again && again.Value == canonical, $"and stays it: {canonical}");
        Claim.That(Path.GetFileName(canonical) == Path.GetFileName(Path.GetFullPath(path)), $"the last name is the file's: {canonical}");
    }
}
