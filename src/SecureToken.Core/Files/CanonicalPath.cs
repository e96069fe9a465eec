using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;

namespace SecureToken.Core.Files;

/// <summary>One spelling for one file: links among its directories resolved, its own name left as it is.</summary>
/// <remarks>The last name is not resolved because a link there is refused, not followed.</remarks>
internal static class CanonicalPath
{
    /// <summary>The canonical spelling of an absolute path, whether it exists or not.</summary>
    /// <param name="path">The path.</param>
    /// <param name="directories">Directories resolved a moment ago, which this adds to: many files lie in few of them.</param>
    public static Result<string> Of(string path, Dictionary<string, string>? directories = null)
    {
        if (!Path.IsPathFullyQualified(path))
        {
            throw new ArgumentException($"'{path}' is not an absolute path.", nameof(path));
        }

        string full = Path.GetFullPath(path);
        string? parent = Path.GetDirectoryName(full);
        string name = Path.GetFileName(full);
        if (parent is null || name.Length == 0)
        {
            return Failure.Of(DiagnosticDescriptors.NotARegularFile, path, "a directory");
        }

        if (directories?.TryGetValue(parent, out string? resolved) == true)
        {
            return Path.Combine(resolved, name);
        }

        Result<string> real = Directory(parent, path);
        if (real.Failure is null)
        {
            directories?.Add(parent, real.Value);
        }

        return real.Failure is null ? Path.Combine(real.Value, name) : real;
    }

    private static Result<string> Directory(string directory, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return directory;
        }

        // A directory that does not exist yet is named by its nearest ancestor that does: the same before and after it is made.
        int error = Posix.RealPath(directory, out string real);
        if (error == 0)
        {
            return real;
        }

        if (error != Posix.NoEntry || Path.GetDirectoryName(directory) is not { } parent)
        {
            return Failure.Of(DiagnosticDescriptors.FileUnreadable, path, Posix.Reason(error));
        }

        Result<string> above = Directory(parent, path);
        return above.Failure is null ? Path.Combine(above.Value, Path.GetFileName(directory)) : above;
    }
}
