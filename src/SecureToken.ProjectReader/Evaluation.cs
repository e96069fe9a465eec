using System.Text;
using System.Text.Json;
using Microsoft.Build.Evaluation;
using Microsoft.Build.Evaluation.Context;
using Microsoft.Build.Exceptions;
using Microsoft.Build.Execution;

namespace SecureToken.ProjectReader;

/// <summary>Evaluates projects; a type of its own, because MSBuild's types may be touched only after the SDK's MSBuild is registered.</summary>
internal static class Evaluation
{
    public static int Run(IReadOnlyList<string> names, IReadOnlyList<string> paths, TextWriter output)
    {
        using var projects = new ProjectCollection();

        // One context for all: SDK resolution and file-existence checks are done once for a hundred projects.
        EvaluationContext context = EvaluationContext.Create(EvaluationContext.SharingPolicy.Shared);
        foreach (string path in paths)
        {
            output.WriteLine(Evaluate(path, names, projects, context));
        }

        return 0;
    }

    private static string Evaluate(string path, IReadOnlyList<string> names, ProjectCollection projects, EvaluationContext context)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("path", path);
            try
            {
                var project = ProjectInstance.FromFile(path, new Microsoft.Build.Definition.ProjectOptions { ProjectCollection = projects, EvaluationContext = context });
                json.WriteStartObject("properties");
                foreach (string name in names)
                {
                    json.WriteString(name, project.GetPropertyValue(name));
                }

                json.WriteEndObject();
            }
            catch (InvalidProjectFileException exception)
            {
                json.WriteString("error", $"{exception.ErrorCode} {exception.BaseMessage}".Trim());
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                json.WriteString("error", "the project file cannot be read.");
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
