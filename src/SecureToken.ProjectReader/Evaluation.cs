using System.Text;
using System.Text.Json;
using Microsoft.Build.Construction;
using Microsoft.Build.Evaluation;
using Microsoft.Build.Evaluation.Context;
using Microsoft.Build.Exceptions;
using Microsoft.Build.Execution;

namespace SecureToken.ProjectReader;

/// <summary>
/// Evaluates projects; a type of its own, because MSBuild's types may be touched only after the SDK's MSBuild is registered.
/// </summary>
internal static class Evaluation
{
    public static int Run(IReadOnlyList<string> names, IReadOnlyList<string> paths, TextWriter output)
    {
        using var projects = new ProjectCollection();

        // One context for all: SDK resolution and file-existence checks are done once for a hundred projects.
        EvaluationContext context = EvaluationContext.Create(EvaluationContext.SharingPolicy.Shared);
        foreach (string path in paths)
        {
            if (IsSolution(path))
            {
                EvaluateSolution(path, names, projects, context, output);
            }
            else
            {
                output.WriteLine(Answer(path, json => Evaluate(json, path, names, projects, context)));
            }
        }

        return 0;
    }

    private static bool IsSolution(string path) => Path.GetExtension(path).ToUpperInvariant() is ".SLN" or ".SLNX";

    private static void EvaluateSolution(
        string path, IReadOnlyList<string> names, ProjectCollection projects, EvaluationContext context, TextWriter output)
    {
        string[] members;
        try
        {
            // A project that the file system lacks is told when it is evaluated; solution folders are none.
            members =
            [
                .. SolutionFile.Parse(path).ProjectsInOrder
                    .Where(project => project.ProjectType != SolutionProjectType.SolutionFolder)
                    .Select(project => project.AbsolutePath),
            ];
        }
        catch (Exception exception) when (exception is InvalidProjectFileException or IOException or UnauthorizedAccessException)
        {
            output.WriteLine(Answer(path, json => json.WriteString("error", Reason(exception))));
            return;
        }

        foreach (string member in members)
        {
            output.WriteLine(Answer(member, json => Evaluate(json, member, names, projects, context)));
        }
    }

    private static string Answer(string path, Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("path", path);
            members(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Evaluate(
        Utf8JsonWriter json, string path, IReadOnlyList<string> names, ProjectCollection projects, EvaluationContext context)
    {
        try
        {
            var project = ProjectInstance.FromFile(
                path, new Microsoft.Build.Definition.ProjectOptions { ProjectCollection = projects, EvaluationContext = context });
            json.WriteStartObject("properties");
            foreach (string name in names)
            {
                json.WriteString(name, project.GetPropertyValue(name));
            }

            json.WriteEndObject();
        }
        catch (Exception exception) when (exception is InvalidProjectFileException or IOException or UnauthorizedAccessException)
        {
            json.WriteString("error", Reason(exception));
        }
    }

    private static string Reason(Exception exception) => exception is InvalidProjectFileException invalid
        ? $"{invalid.ErrorCode} {invalid.BaseMessage}".Trim()
        : "the file cannot be read.";
}
