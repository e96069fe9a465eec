using System.Diagnostics;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Destinations;

/// <summary>Keeps a secret out of git: a tracked file is refused, one that the next <c>git add</c> would take gets a warning.</summary>
internal static class GitGuard
{
    public static Result<IReadOnlyList<Failure>> Check(string path)
    {
        string? directory = Path.GetDirectoryName(path);
        while (directory is not null && !Directory.Exists(directory))
        {
            directory = Path.GetDirectoryName(directory);
        }

        if (directory is null || !IsInWorkTree(directory))
        {
            return Array.Empty<Failure>();
        }

        // Exit 0: tracked; 1: not tracked; anything else (no git, a repository it does not trust): unknown.
        return Git(directory, "ls-files", "--error-unmatch", "--", path) switch
        {
            0 => Failure.Of(Known.TrackedByGit, path),
            1 when Git(directory, "check-ignore", "--quiet", "--", path) == 0 => Array.Empty<Failure>(),
            _ => new[] { Failure.Of(Known.NotIgnoredByGit, path) },
        };
    }

    /// <summary>Walks up for <c>.git</c> (a directory, or a file in a linked work tree), so that no process starts outside a work tree.</summary>
    private static bool IsInWorkTree(string directory)
    {
        for (string? at = directory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (Path.Exists(Path.Combine(at, ".git")))
            {
                return true;
            }
        }

        return false;
    }

    private static int? Git(string directory, params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
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
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(TimeSpan.FromSeconds(10)))
            {
                process.Kill(entireProcessTree: true);
                return null;
            }

            _ = (output, error);
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
