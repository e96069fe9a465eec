using SecureToken.Core.Diagnostics;
using SecureToken.Core.Settings;
using SecureToken.Tool.Projects;

namespace SecureToken.Tool.Options;

/// <summary>What says where tokens go.</summary>
internal enum PlanSourceKind
{
    /// <summary>A settings file.</summary>
    SettingsFile,

    /// <summary>The projects of a solution.</summary>
    Solution,

    /// <summary>One project, or options alone.</summary>
    Project,
}

/// <summary>The file that says where tokens go.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">Absolute path; null when options alone say it.</param>
internal sealed record PlanSource(PlanSourceKind Kind, string? Path)
{
    /// <summary>
    /// What a path means: the file itself, or what lies in the directory, a settings file before a project before a solution.
    /// </summary>
    public static Result<PlanSource> Of(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(full))
        {
            string settings = System.IO.Path.Combine(full, SettingsFile.Name);
            return File.Exists(settings) ? new PlanSource(PlanSourceKind.SettingsFile, settings)
                : OnlySolution(full) is { } solution ? new PlanSource(PlanSourceKind.Solution, solution)
                : OfProject(path);
        }

        return System.IO.Path.GetExtension(full).ToUpperInvariant() switch
        {
            ".JSON" when !File.Exists(full) => Failure.Of(
                DiagnosticDescriptors.SettingsFileUnreadable, full, "there is no such file" + NearOf(full)),
            ".JSON" => new PlanSource(PlanSourceKind.SettingsFile, full),
            ".SLN" or ".SLNX" => new PlanSource(PlanSourceKind.Solution, full),
            { } extension when extension.EndsWith("PROJ", StringComparison.Ordinal) || File.Exists(full) => OfProject(path),

            // What is no path may be a secret in the wrong place.
            _ => Failure.Of(
                DiagnosticDescriptors.UnknownArgument, "The argument", CommandLineFaults.Shown(path, null),
                $"It is neither a file nor a directory{NearOf(full)}; run 'dotnet sectoken inject --help'."),
        };
    }

    /// <summary>The name beside it that was probably meant.</summary>
    private static string NearOf(string path)
    {
        try
        {
            IEnumerable<string> names = Directory.EnumerateFileSystemEntries(System.IO.Path.GetDirectoryName(path)!)
                .Select(entry => System.IO.Path.GetFileName(entry)!);
            return Suggestion.Nearest(System.IO.Path.GetFileName(path), names) is { } near ? $" (did you mean '{near}'?)" : string.Empty;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }

    /// <summary>A project: its file, or the directory that holds it.</summary>
    public static Result<PlanSource> OfProject(string path) =>
        ProjectEvaluation.Locate(path, isGiven: true).Succeeded(out string? project, out Failure? failure)
            ? new PlanSource(PlanSourceKind.Project, project) : failure;

    /// <summary>
    /// What is meant when nothing is said: the nearest settings file, else the project or the solution in the current directory.
    /// </summary>
    public static Result<PlanSource> Here()
    {
        string here = Environment.CurrentDirectory;
        return SettingsFile.Find(here) is { } settings ? new PlanSource(PlanSourceKind.SettingsFile, settings)
            : OnlySolution(here) is { } solution ? new PlanSource(PlanSourceKind.Solution, solution)
            : ProjectEvaluation.Locate(here, isGiven: false).Succeeded(out string? project, out Failure? failure)
                ? new PlanSource(PlanSourceKind.Project, project)
            : failure;
    }

    /// <summary>The one solution of a directory in which no project lies.</summary>
    private static string? OnlySolution(string directory)
    {
        try
        {
            string[] solutions = [.. Directory.GetFiles(directory, "*.sln"), .. Directory.GetFiles(directory, "*.slnx")];
            return solutions.Length == 1 && Directory.GetFiles(directory, "*.*proj").Length == 0 ? solutions[0] : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
