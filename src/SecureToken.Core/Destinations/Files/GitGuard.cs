using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;
using SecureToken.Core.Processes;

namespace SecureToken.Core.Destinations.Files;

/// <summary>Keeps a secret out of git: a tracked file is refused, one that the next <c>git add</c> would take gets a warning.</summary>
internal static class GitGuard
{
    /// <summary>A command line holds at least 32 KiB on every system; paths are cut into pieces that fit.</summary>
    private const int PathsLimit = 24 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// What a repository may not decide: which program watches its files, which hooks run, and, in a container that runs as another user
    /// than the one who cloned, whether git answers at all.
    /// </summary>
    private static readonly string[] Obeying = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "safe.directory=*"];

    /// <summary>What git thinks of each path; two calls of git for all paths of one work tree, none outside of one.</summary>
    /// <param name="paths">Absolute paths; the files need not exist.</param>
    public static IReadOnlyDictionary<string, GitState> Look(IReadOnlyCollection<string> paths) => Look(paths, PathRules.Here);

    /// <summary>The same, where paths mean what <paramref name="rules"/> say.</summary>
    internal static IReadOnlyDictionary<string, GitState> Look(IReadOnlyCollection<string> paths, PathRules rules)
    {
        // A file has one name in git's eyes, and a link among its directories is no way around it.
        var states = new Dictionary<string, GitState>(StringComparer.Ordinal);
        var directories = new Dictionary<string, string>(StringComparer.Ordinal);
        ILookup<string?, string> spellings = paths.Distinct()
            .ToLookup(path => CanonicalPath.Of(path, directories).Succeeded(out string? canonical, out _) ? canonical : null);
        var known = new Dictionary<string, GitState>(StringComparer.Ordinal);
        LookAt([.. spellings.Select(spelling => spelling.Key).OfType<string>()], rules, known);
        foreach (IGrouping<string?, string> spelling in spellings)
        {
            foreach (string path in spelling)
            {
                states[path] = spelling.Key is { } canonical ? known[canonical] : GitState.Unknown;
            }
        }

        return states;
    }

    private static void LookAt(IReadOnlyCollection<string> paths, PathRules rules, Dictionary<string, GitState> states)
    {
        // Found once, and not at all outside of work trees.
        var git = new Lazy<string?>(() => HelperProgram.Find("git").Succeeded(out string? program, out _) ? program : null);
        var roots = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (IGrouping<string?, string> tree in paths.GroupBy(path => WorkTreeOf(Path.GetDirectoryName(path), roots)))
        {
            foreach (string[] piece in Pieces(tree))
            {
                if (tree.Key is null)
                {
                    SetAll(piece, GitState.Outside);
                }
                else if (git.Value is not { } program)
                {
                    SetAll(piece, GitState.Unknown);
                }
                else if (!LookIn(program, tree.Key, piece, rules, states)
                    && (piece.Length == 1 || !Array.TrueForAll(piece, path => LookIn(program, tree.Key, [path], rules, states))))
                {
                    // Git could not say of one of them. Where it finds no repository at all, nothing can be tracked in it.
                    bool isRepository = Git(program, tree.Key, [], ["rev-parse", "--git-dir"]) is not { Exit: not 0 };
                    SetAll(piece, isRepository ? GitState.Failed : GitState.Unknown);
                }
            }
        }

        void SetAll(string[] piece, GitState state)
        {
            foreach (string path in piece)
            {
                states.TryAdd(path, state);
            }
        }
    }

    /// <summary>Why a file in this state must not hold a token, or null.</summary>
    public static Failure? Refusal(string path, GitState state) =>
        state == GitState.Tracked ? Failure.Of(DiagnosticDescriptors.TrackedByGit, path)
        : state == GitState.Failed ? Failure.Of(DiagnosticDescriptors.GitFailed, path)
        : null;

    /// <summary>What the user should know of a file in this state.</summary>
    public static IReadOnlyList<Failure> Warnings(string path, GitState state) =>
        state is GitState.NotIgnored ? [Failure.Of(DiagnosticDescriptors.NotIgnoredByGit, path)]
        : state is GitState.Unknown ? [Failure.Of(DiagnosticDescriptors.GitSilent, path)] : [];

    private static bool LookIn(string git, string root, string[] paths, PathRules rules, Dictionary<string, GitState> states)
    {
        // From the root and relative to it, with slashes: so git prints them on every platform. Literal: a name may hold the characters
        // of a pattern. Git itself compares names by letter case, so it is told where the file system does not.
        string[] names = [.. paths.Select(path => rules.Relative(path, root))];
        string magic = rules.IgnoresCase ? ":(icase,literal)" : ":(literal)";
        if (Git(git, root, [], ["ls-files", "-z", "--", .. names.Select(name => magic + name)]) is not { Exit: 0 } listed
            || Git(git, root, [.. names.Select(name => "./" + name)], ["check-ignore", "-z", "--stdin"]) is not { Exit: 0 or 1 } ignored)
        {
            return false;
        }

        HashSet<string> tracked = new(listed.Output, rules.Comparer);
        for (int i = 0; i < paths.Length; i++)
        {
            states[paths[i]] = tracked.Contains(names[i])
                ? GitState.Tracked : ignored.Output.Contains("./" + names[i]) ? GitState.Ignored : GitState.NotIgnored;
        }

        return true;
    }

    /// <summary>
    /// Walks up for <c>.git</c> (a directory, or a file in a linked work tree), so that no process starts outside a work tree.
    /// </summary>
    private static string? WorkTreeOf(string? directory, Dictionary<string, string?> known)
    {
        if (directory is null)
        {
            return null;
        }

        if (!known.TryGetValue(directory, out string? root))
        {
            root = Path.Exists(Path.Combine(directory, ".git")) ? directory : WorkTreeOf(Path.GetDirectoryName(directory), known);
            known.Add(directory, root);
        }

        return root;
    }

    private static IEnumerable<string[]> Pieces(IEnumerable<string> paths)
    {
        List<string> piece = [];
        int length = 0;
        foreach (string path in paths)
        {
            length += Encoding.UTF8.GetByteCount(path) + 1;
            if (length > PathsLimit && piece.Count > 0)
            {
                yield return [.. piece];
                piece.Clear();
                length = 0;
            }

            piece.Add(path);
        }

        if (piece.Count > 0)
        {
            yield return [.. piece];
        }
    }

    /// <summary>What git printed, and whether it succeeded; null when it could not be asked.</summary>
    private static (int Exit, HashSet<string> Output)? Git(string git, string root, string[] input, IReadOnlyList<string> arguments) =>
        HelperProgram.Run(git, [.. Obeying, .. arguments], root, string.Concat(input.Select(path => path + '\0')), Limit, Prepare)
            .Succeeded(out HelperAnswer? answer, out _)
            ? (answer.Exit, [.. answer.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries)])
            : null;

    private static void Prepare(ChildEnvironment environment)
    {
        // Inside a git hook these would point git at another repository than the file's.
        environment.Remove("GIT_DIR");
        environment.Remove("GIT_WORK_TREE");
        environment.Remove("GIT_INDEX_FILE");

        // These would make another pattern of what we ask for.
        environment.Remove("GIT_LITERAL_PATHSPECS");
        environment.Remove("GIT_GLOB_PATHSPECS");
        environment.Remove("GIT_NOGLOB_PATHSPECS");
        environment.Remove("GIT_ICASE_PATHSPECS");
        environment.Set("GIT_NO_LAZY_FETCH", "1"u8);
        environment.Set("GIT_OPTIONAL_LOCKS", "0"u8);
    }
}
