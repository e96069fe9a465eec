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

    /// <summary>What git is told of each beside its name: how to read it, a space, and the quotes that Windows needs.</summary>
    private const int AroundPath = 20;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// What a repository may not decide: which program watches its files, which hooks run, and, in a container that runs as another user
    /// than the one who cloned, whether git answers at all.
    /// </summary>
    private static string[] Obeying => ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "safe.directory=*"];

    /// <summary>What git thinks of each path; two calls of git for all paths of one work tree, none outside of one.</summary>
    /// <param name="paths">Absolute paths; the files need not exist.</param>
    /// <returns>One state for each path, in their order.</returns>
    public static GitState[] Look(IReadOnlyList<string> paths) => Look(paths, PathRules.Here);

    /// <summary>The same, where paths mean what <paramref name="rules"/> say.</summary>
    internal static GitState[] Look(IReadOnlyList<string> paths, PathRules rules)
    {
        // A file has one name in git's eyes, and a link among its directories is no way around it.
        var files = new Dictionary<string, GuardedFile>(StringComparer.Ordinal);
        var directories = new Dictionary<string, string>(StringComparer.Ordinal);
        var named = new GuardedFile?[paths.Count];
        for (int i = 0; i < named.Length; i++)
        {
            if (CanonicalPath.Of(paths[i], directories).Succeeded(out string? canonical, out _)
                && !files.TryGetValue(canonical, out named[i]))
            {
                files.Add(canonical, named[i] = new GuardedFile(canonical));
            }
        }

        LookAt(files.Values, rules);
        var states = new GitState[named.Length];
        for (int i = 0; i < states.Length; i++)
        {
            states[i] = named[i]?.State ?? GitState.Unknown;
        }

        return states;
    }

    private static void LookAt(IReadOnlyCollection<GuardedFile> files, PathRules rules)
    {
        // Found once, and not at all outside of work trees.
        var git = new Lazy<string?>(() => HelperProgram.Find("git").Succeeded(out string? program, out _) ? program : null);
        var roots = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (IGrouping<string?, GuardedFile> tree in files.GroupBy(file => WorkTreeOf(Path.GetDirectoryName(file.Path), roots)))
        {
            foreach (GuardedFile[] piece in Pieces(tree))
            {
                if (tree.Key is null)
                {
                    SetRest(piece, GitState.Outside);
                }
                else if (git.Value is not { } program)
                {
                    SetRest(piece, GitState.Unknown);
                }
                else if (LookIn(program, tree.Key, piece, rules) != true && !LookAtEach(program, tree.Key, piece, rules))
                {
                    // Git could not say of one of them. Where it finds no repository at all, nothing can be tracked in it.
                    bool isRepository = Git(program, tree.Key, [], ["rev-parse", "--git-dir"]) is not { Exit: not 0 };
                    SetRest(piece, isRepository ? GitState.Failed : GitState.Unknown);
                }
            }
        }

        static void SetRest(GuardedFile[] piece, GitState state)
        {
            foreach (GuardedFile file in piece)
            {
                file.State ??= state;
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

    /// <summary>
    /// Asks for one file after another, until all are known or git does not answer for one, which takes long when it hangs.
    /// </summary>
    private static bool LookAtEach(string git, string root, GuardedFile[] files, PathRules rules)
    {
        if (files.Length == 1)
        {
            return false;
        }

        bool areAllKnown = true;
        foreach (GuardedFile file in files)
        {
            if (LookIn(git, root, [file], rules) is not { } isKnown)
            {
                return false;
            }

            areAllKnown &= isKnown;
        }

        return areAllKnown;
    }

    /// <summary>False when git could not say of one of them what it ignores, null when it could say nothing.</summary>
    private static bool? LookIn(string git, string root, GuardedFile[] files, PathRules rules)
    {
        // From the root and relative to it, with slashes: so git prints them on every platform. Literal: a name may hold the characters
        // of a pattern. Git itself compares names by letter case, so it is told where the file system does not.
        string[] names = Array.ConvertAll(files, file => rules.Relative(file.Path, root));
        string magic = rules.IgnoresCase ? ":(icase,literal)" : ":(literal)";
        if (Git(git, root, [], ["ls-files", "-z", "--", .. names.Select(name => magic + name)]) is not { Exit: 0 } listed
            || Git(git, root, [.. names.Select(name => "./" + name)], ["check-ignore", "-z", "--stdin"]) is not { } ignored)
        {
            return null;
        }

        if (ignored.Exit is not (0 or 1))
        {
            return false;
        }

        HashSet<string> tracked = new(listed.Output, rules.Comparer);
        for (int i = 0; i < files.Length; i++)
        {
            files[i].State = tracked.Contains(names[i])
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

    /// <summary>The files, of which there is one at least, in as many pieces as it takes.</summary>
    private static IEnumerable<GuardedFile[]> Pieces(IEnumerable<GuardedFile> files)
    {
        List<GuardedFile> piece = [];
        int length = 0;
        foreach (GuardedFile file in files)
        {
            int own = Encoding.UTF8.GetByteCount(file.Path) + AroundPath;
            if (length + own > PathsLimit && piece.Count > 0)
            {
                yield return [.. piece];
                piece.Clear();
                length = 0;
            }

            length += own;
            piece.Add(file);
        }

        yield return [.. piece];
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

    /// <summary>A file under the name that git knows.</summary>
    private sealed class GuardedFile(string path)
    {
        public string Path => path;

        public GitState? State { get; set; }
    }
}
