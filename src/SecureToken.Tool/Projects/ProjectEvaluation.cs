using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Processes;
using SecureToken.Core.Settings;
using SecureToken.Core.State;

namespace SecureToken.Tool.Projects;

/// <summary>
/// Finds a project and asks a helper process, with the MSBuild of the SDK that the project would use, what its properties are. Nothing
/// cheaper is certain: a <c>UserSecretsId</c> that is in the project file can be overridden by any import. What was found is kept (<see
/// cref="ProjectRecord"/>). To evaluate a project is to
/// do what its author says, down to the download of an SDK from where he says: the helper has no credential that he could ask for.
/// </summary>
internal static class ProjectEvaluation
{
    /// <summary>The project file that a path means: itself, or the only one in a directory.</summary>
    public static Result<string> Locate(string path, bool isGiven)
    {
        string absolute = Path.GetFullPath(path);
        if (File.Exists(absolute))
        {
            return absolute;
        }

        if (!Directory.Exists(absolute))
        {
            return Failure.Of(DiagnosticDescriptors.ProjectNotEvaluated, path, "there is no such file or directory.");
        }

        string[] projects;
        try
        {
            projects = Directory.GetFiles(absolute, "*.*proj");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Failure.Of(DiagnosticDescriptors.ProjectNotEvaluated, path, "the directory cannot be read.");
        }

        return projects.Length switch
        {
            1 => projects[0],
            0 when !isGiven => Failure.Of(DiagnosticDescriptors.NoDestination, absolute),
            0 => Failure.Of(DiagnosticDescriptors.ProjectNotEvaluated, path, "there is no project file in it."),
            _ => Failure.Of(
                DiagnosticDescriptors.ProjectNotEvaluated, path, $"it holds {projects.Length} project files; name one of them."),
        };
    }

    /// <summary>Evaluates projects in one helper process; a solution stands for its projects.</summary>
    /// <param name="paths">Absolute paths of projects and solutions.</param>
    /// <param name="isKept">Whether the answer is kept for the next time.</param>
    /// <param name="cancellation">Ends the helper.</param>
    public static Task<Result<IReadOnlyList<EvaluatedProject>>> ReadAsync(
        IReadOnlyList<string> paths, bool isKept, CancellationToken cancellation) =>
        Task.Run(() => Read(paths, isKept, cancellation), CancellationToken.None);

    private static Result<IReadOnlyList<EvaluatedProject>> Read(IReadOnlyList<string> paths, bool isKept, CancellationToken cancellation)
    {
        string first = paths[0];
        IReadOnlyList<string> properties = ProjectProperties.All;
        if (FromRecords(paths, properties) is { } known)
        {
            return known;
        }

        if (!FindHost().Succeeded(out string? host, out _))
        {
            return Failure.Of(DiagnosticDescriptors.ProjectNotEvaluated, first, "'dotnet' was not found on PATH.");
        }

        string question = string.Concat(((string[])[string.Join(',', properties), .. paths]).Select(line => line + '\n'));
        Result<HelperAnswer> asked = HelperProgram.Run(
            host,
            ["exec", Path.Combine(AppContext.BaseDirectory, "projects", "SecureToken.ProjectReader.dll")],
            Path.GetDirectoryName(first)!,
            question,
            Timeout.InfiniteTimeSpan,
            cancellation: cancellation);
        if (!asked.Succeeded(out HelperAnswer? answer, out Failure? failure))
        {
            return failure.Descriptor == DiagnosticDescriptors.Cancelled
                ? failure : Failure.Of(DiagnosticDescriptors.ProjectNotEvaluated, first, failure.Message);
        }

        try
        {
            return answer.Exit == 0
                ? answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Parse(line, isKept)).ToArray()
                : Failure.Of(DiagnosticDescriptors.ProjectNotEvaluated, first, FirstLine(answer.Error));
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Failure.Of(DiagnosticDescriptors.ProjectNotEvaluated, first, "the helper's answer could not be read.");
        }
    }

    /// <summary>The dotnet that started us, or else the one on PATH.</summary>
    private static Result<string> FindHost() =>
        ((string?[])[Environment.GetEnvironmentVariable("DOTNET_HOST_PATH"), Environment.ProcessPath]).FirstOrDefault(IsHost) is { } host
            ? host : HelperProgram.Find("dotnet");

    private static bool IsHost(string? path) =>
        Path.IsPathFullyQualified(path ?? string.Empty) && Path.GetFileNameWithoutExtension(path) == "dotnet" && File.Exists(path);

    private static EvaluatedProject Parse(string line, bool isKept)
    {
        using var document = JsonDocument.Parse(line);
        string path = document.RootElement.GetProperty("path").GetString()!;
        if (document.RootElement.TryGetProperty("error", out JsonElement error))
        {
            return new EvaluatedProject(path, Failure.Of(DiagnosticDescriptors.ProjectNotEvaluated, path, error.GetString()!));
        }

        var properties = document.RootElement.GetProperty("properties").EnumerateObject()
            .ToDictionary(property => property.Name, property => property.Value.GetString()!, StringComparer.Ordinal);
        if (isKept)
        {
            ProjectRecord.Keep(path, properties, Environment.GetEnvironmentVariable);
        }

        return Of(path, properties);
    }

    /// <summary>What is known of all the projects from a build or an earlier question; null when one is missing.</summary>
    private static EvaluatedProject[]? FromRecords(IReadOnlyList<string> paths, IReadOnlyList<string> properties)
    {
        List<EvaluatedProject> all = [];
        foreach (string path in paths)
        {
            if (ProjectRecord.Find(path, properties, Environment.GetEnvironmentVariable) is not { } record)
            {
                return null;
            }

            all.Add(Of(path, record));
        }

        return [.. all];
    }

    private static EvaluatedProject Of(string path, IReadOnlyDictionary<string, string> properties)
    {
        string file = Path.GetFileName(path);
        return new EvaluatedProject(path, new ProjectSettings(
            path,
            string.Equals(properties[ProjectProperties.UserSecrets], "false", StringComparison.OrdinalIgnoreCase)
                ? string.Empty : properties[ProjectProperties.UserSecretsId],
            properties[ProjectProperties.Key],
            !string.Equals(properties[ProjectProperties.Enabled], "false", StringComparison.OrdinalIgnoreCase),
            SettingsLayer.From(
                setting => properties.GetValueOrDefault(setting.Property),
                setting => new SettingSource($"{setting.Property} of {file}", IsCommitted: true))));
    }

    private static string FirstLine(string text) =>
        text.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? "the helper failed.";
}
