using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;

namespace SecureToken.Core.Files;

/// <summary>
/// What a path is: one spelling for one file, as the system itself has it. Links among its directories are resolved, and on Windows
/// junctions, 8.3 names and drives that stand for a directory. What its text means says <see cref="PathRules"/>.
/// </summary>
/// <remarks>A link at its end is not followed, because it is refused.</remarks>
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
        if (PathRules.Here.NoFile(full) is { } what)
        {
            return Failure.Of(DiagnosticDescriptors.NotARegularFile, path, what);
        }

        string? parent = Path.GetDirectoryName(full);
        string name = Path.GetFileName(full);
        if (parent is null || name.Length == 0)
        {
            return Failure.Of(DiagnosticDescriptors.NotARegularFile, path, "a directory");
        }

        if (directories?.TryGetValue(parent, out string? resolved) == true)
        {
            return Named(resolved, name);
        }

        Result<string> real = Directory(parent, path);
        if (real.Failure is null)
        {
            directories?.Add(parent, real.Value);
        }

        return real.Failure is null ? Named(real.Value, name) : real;
    }

    /// <summary>A file of Windows may have a second, short name, and other letters than it is called by.</summary>
    private static string Named(string directory, string name)
    {
        string path = Path.Combine(directory, name);
        return OperatingSystem.IsWindows() && WindowsFile.FinalPath(path, followsLast: false, out string real) == 0 ? real : path;
    }

    private static Result<string> Directory(string directory, string path)
    {
        // A directory that does not exist yet is named by its nearest ancestor that does: the same before and after it is made.
        int error = OperatingSystem.IsWindows()
            ? WindowsFile.FinalPath(directory, followsLast: true, out string real) : Posix.RealPath(directory, out real);
        if (error == 0)
        {
            return real;
        }

        bool isMissing = OperatingSystem.IsWindows() ? WindowsFile.MeansMissing(error) : error == Posix.NoEntry;
        if (!isMissing || Path.GetDirectoryName(directory) is not { } parent)
        {
            return Failure.Of(
                DiagnosticDescriptors.FileUnreadable, path,
                OperatingSystem.IsWindows() ? WindowsFile.Reason(error) : Posix.Reason(error));
        }

        Result<string> above = Directory(parent, path);
        return above.Failure is null ? Path.Combine(above.Value, Path.GetFileName(directory)) : above;
    }
}
