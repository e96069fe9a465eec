using System.Security.Cryptography;
using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;

namespace SecureToken.Core.State;

/// <summary>
/// Where this user's own state lives: locks, ledger, receipts, and the journal of an unfinished reset. There is no secret in it, but for
/// the saved token of such a reset.
/// </summary>
public static class StateDirectory
{
    /// <summary>
    /// <c>$SECTOKEN_STATE_DIR</c>, else <c>$XDG_STATE_HOME/sectoken</c>, else <c>~/.local/state/sectoken</c>; on Windows
    /// <c>%LOCALAPPDATA%\sectoken</c> instead of the last two. Without HOME it is the home that the system knows, as for user-secrets. It
    /// need not exist.
    /// </summary>
    /// <param name="environment">Looks up an environment variable; a build node has one environment per build, not per process.</param>
    /// <returns>An absolute path; or 514 (no home), 108 (<c>SECTOKEN_STATE_DIR</c> is relative).</returns>
    public static Result<string> Find(Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        if (environment("SECTOKEN_STATE_DIR") is { Length: > 0 } own)
        {
            return Path.IsPathFullyQualified(own) ? own
                : Failure.Of(DiagnosticDescriptors.SettingInvalid, "SECTOKEN_STATE_DIR", own, "it is not an absolute path");
        }

        if (OperatingSystem.IsWindows())
        {
            return Absolute(environment("LOCALAPPDATA")) is { } local
                ? Path.Combine(local, "sectoken") : Failure.Of(DiagnosticDescriptors.HomeMissing);
        }

        // The XDG specification: a relative path is to be ignored.
        return Absolute(environment("XDG_STATE_HOME")) is { } state ? Path.Combine(state, "sectoken")
            : (Absolute(environment("HOME")) ?? Absolute(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile))) is { } home
                ? Path.Combine(home, ".local", "state", "sectoken")
            : Failure.Of(DiagnosticDescriptors.HomeMissing);
    }

    /// <summary>
    /// The lock file of a target that lies in a repository or any other place where no new file of ours should appear. All spellings of
    /// one path lead to one lock.
    /// </summary>
    /// <param name="target">Absolute path of the file to lock; it need not exist.</param>
    /// <param name="environment">Looks up an environment variable.</param>
    /// <param name="directories">Directories that were resolved a moment ago, see <see cref="CanonicalPath"/>.</param>
    /// <returns>An absolute path; or what <see cref="Find"/> says; or 504 when a directory on the way cannot be looked into.</returns>
    public static Result<string> LockFileFor(
        string target, Func<string, string?> environment, Dictionary<string, string>? directories = null)
    {
        Result<string> state = Find(environment);
        if (state.Failure is not null)
        {
            return state;
        }

        Result<string> canonical = CanonicalPath.Of(target, directories);
        if (canonical.Failure is not null)
        {
            return canonical;
        }

        return LockFile(state.Value, canonical.Value);
    }

    /// <summary>The same, of a canonical path, below a state directory that was found.</summary>
    internal static string LockFile(string state, string canonical)
    {
        // Where the file system usually ignores case, so do we: a lock shared by two files too many does no harm.
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(PathRules.Here.Comparable(canonical))));
        return Path.Combine(state, "locks", hash + ".lock");
    }

    private static string? Absolute(string? path) => Path.IsPathFullyQualified(path ?? string.Empty) ? path : null;
}
