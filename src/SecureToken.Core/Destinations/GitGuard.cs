using System.Diagnostics;
using System.Text;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Destinations;

/// <summary>Keeps a secret out of git: a tracked file is refused, one that the next <c>git add</c> would take gets a warning.</summary>
internal static class GitGuard
{
    /// <summary>A command line holds at least 32 KiB on every system; paths are cut into pieces that fit.</summary>
    private const int PathsLimit = 24 * 1024;

    /// <summary>What git thinks of each path; two calls of git for all paths of one work tree, none outside of one.</summary>
    /// <param name="paths">Absolute paths; the files need not exist.</param>
    public static IReadOnlyDictionary<string, GitState> Look(IReadOnlyCollection<string> paths)
    {
        var states = new Dictionary<string, GitState>(StringComparer.Ordinal);
        var roots = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (IGrouping<string?, string> tree in paths.Distinct().GroupBy(path => WorkTreeOf(Path.GetDirectoryName(path), roots)))
        {
            foreach (string[] piece in Pieces(tree))
            {
                if (tree.Key is null)
                {
                    SetAll(piece, GitState.Outside);
                }
                else if (!LookIn(tree.Key, piece, states) && (piece.Length == 1 || !Array.TrueForAll(piece, path => LookIn(tree.Key, [path], states))))
                {
                    // Git could not say of one of them (a path beyond a link, a repository it does not trust, no git at all).
                    SetAll(piece, GitState.Unknown);
                }
            }
        }

        return states;

        void SetAll(string[] piece, GitState state)
        {
            foreach (string path in piece)
            {
                states.TryAdd(path, state);
            }
        }
    }

    /// <summary>Why a file in this state must not hold a token, or null.</summary>
    public static Failure? Refusal(string path, GitState state) => state == GitState.Tracked ? Failure.Of(Known.TrackedByGit, path) : null;

    /// <summary>What the user should know of a file in this state.</summary>
    public static IReadOnlyList<Failure> Warnings(string path, GitState state) =>
        state is GitState.NotIgnored or GitState.Unknown ? [Failure.Of(Known.NotIgnoredByGit, path)] : [];

    private static bool LookIn(string root, string[] paths, Dictionary<string, GitState> states)
    {
        // Literal: a name may hold the characters of a pattern. From the root, so that names come back relative to it.
        if (Git(root, null, ["--literal-pathspecs", "ls-files", "-z", "--", .. paths]) is not { Exit: 0 } listed
            || Git(root, paths, ["check-ignore", "-z", "--stdin"]) is not { Exit: 0 or 1 } ignored)
        {
            return false;
        }

        HashSet<string> tracked = [.. listed.Output.Select(name => Path.Combine(root, name))];
        foreach (string path in paths)
        {
            states[path] = tracked.Contains(path) ? GitState.Tracked : ignored.Output.Contains(path) ? GitState.Ignored : GitState.NotIgnored;
        }

        return true;
    }

    /// <summary>Walks up for <c>.git</c> (a directory, or a file in a linked work tree), so that no process starts outside a work tree.</summary>
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

    private sealed record GitAnswer(int Exit, HashSet<string> Output);

    private static GitAnswer? Git(string directory, string[]? input, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // Inside a git hook these would point git at another repository than the file's.
        start.Environment.Remove("GIT_DIR");
        start.Environment.Remove("GIT_WORK_TREE");
        start.Environment.Remove("GIT_INDEX_FILE");
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> error = process.StandardError.ReadToEndAsync();
            foreach (string path in input ?? [])
            {
                process.StandardInput.Write(path);
                process.StandardInput.Write('\0');
            }

            process.StandardInput.Close();
            if (!process.WaitForExit(TimeSpan.FromSeconds(10)) || !Task.WaitAll([output, error], TimeSpan.FromSeconds(10)))
            {
                process.Kill(entireProcessTree: true);
                return null;
            }

            return new GitAnswer(process.ExitCode, [.. output.Result.Split('\0', StringSplitOptions.RemoveEmptyEntries)]);
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or IOException)
        {
            // No git, or one that ended before it had read.
            return null;
        }
    }
}
