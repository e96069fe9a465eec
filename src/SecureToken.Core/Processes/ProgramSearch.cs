using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;

namespace SecureToken.Core.Processes;

/// <summary>Finds the file of a program.</summary>
public static class ProgramSearch
{
    /// <summary>
    /// The file of a program: a name is looked for in the directories of PATH, anything with a separator is a path. The current
    /// directory is no place for programs: an entry of PATH that is empty or relative is passed over, since a cloned repository could
    /// bring a program of any name.
    /// </summary>
    /// <param name="program">The name or path.</param>
    /// <param name="environment">Reads environment variables.</param>
    /// <param name="baseDirectory">What a relative path starts from.</param>
    /// <returns>An absolute path; or 601 (not found), 602 (no permission to execute it).</returns>
    public static Result<string> Find(string program, Func<string, string?> environment, string baseDirectory)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(environment);
        bool isPath = program.AsSpan().IndexOfAny(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar) >= 0;
        IEnumerable<string> directories = isPath
            ? [baseDirectory]
            : (environment("PATH") ?? string.Empty).Split(Path.PathSeparator).Where(Path.IsPathFullyQualified);
        string? refused = null;
        foreach (string candidate in directories.SelectMany(
            directory => PathRules.Here.Programs(Path.Combine(directory, program), environment("PATHEXT")))
            .Where(File.Exists))
        {
            if (OperatingSystem.IsWindows() || Posix.MayExecute(candidate))
            {
                return Path.GetFullPath(candidate);
            }

            // As the shells do it: a later directory may have one that can be executed.
            refused ??= candidate;
        }

        return refused is null
            ? Failure.Of(DiagnosticDescriptors.ProgramNotFound, program)
            : Failure.Of(DiagnosticDescriptors.ProgramNotExecutable, refused, "permission denied");
    }
}
