using System.Diagnostics;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Settings;

namespace SecureToken.Tool.Projects;

/// <summary>
/// Finds a project and asks a helper process, with the MSBuild of the SDK that the project would use, what its properties are. Nothing
/// cheaper is certain: a <c>UserSecretsId</c> that stands in the project file can be overridden by any import.
/// </summary>
internal static class ProjectEvaluation
{
    private const string UserSecretsId = "UserSecretsId";
    private const string Key = "SecureTokenKey";
    private const string Enabled = "SecureTokenEnabled";

    private static readonly SettingName[] Settings =
        [SettingName.Region, SettingName.Endpoint, SettingName.Instance, SettingName.Team, SettingName.IamEndpoint, SettingName.ResourceController, SettingName.Private];

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
            return Failure.Of(Known.ProjectNotEvaluated, path, "there is no such file or directory.");
        }

        string[] projects;
        try
        {
            projects = Directory.GetFiles(absolute, "*.*proj");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Failure.Of(Known.ProjectNotEvaluated, path, "the directory cannot be read.");
        }

        return projects.Length switch
        {
            1 => projects[0],
            0 when !isGiven => Failure.Of(Known.NoDestination, absolute),
            0 => Failure.Of(Known.ProjectNotEvaluated, path, "there is no project file in it."),
            _ => Failure.Of(Known.ProjectNotEvaluated, path, $"it holds {projects.Length} project files; name one of them."),
        };
    }

    /// <summary>Evaluates projects in one helper process; a solution stands for its projects.</summary>
    /// <param name="paths">Absolute paths of projects and solutions.</param>
    /// <param name="cancellation">Ends the helper.</param>
    public static async Task<Result<IReadOnlyList<EvaluatedProject>>> ReadAsync(IReadOnlyList<string> paths, CancellationToken cancellation)
    {
        string first = paths[0];
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet")
        {
            WorkingDirectory = Path.GetDirectoryName(first)!,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            ArgumentList = { "exec", Path.Combine(AppContext.BaseDirectory, "projects", "SecureToken.ProjectReader.dll") },
        };
        try
        {
            using Process process = Process.Start(start)!;
            using CancellationTokenRegistration stop = cancellation.Register(() => Stop(process));
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellation);
            Task<string> answers = process.StandardOutput.ReadToEndAsync(cancellation);
            string[] properties = [.. Settings.Select(setting => setting.Property), Key, Enabled, UserSecretsId];
            await process.StandardInput.WriteLineAsync(string.Join(',', properties)).ConfigureAwait(false);
            foreach (string path in paths)
            {
                await process.StandardInput.WriteLineAsync(path).ConfigureAwait(false);
            }

            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            return process.ExitCode == 0
                ? (await answers.ConfigureAwait(false)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse).ToArray()
                : Failure.Of(Known.ProjectNotEvaluated, first, FirstLine(await errors.ConfigureAwait(false)));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return Failure.Of(Known.ProjectNotEvaluated, first, "'dotnet' was not found on PATH.");
        }
        catch (IOException)
        {
            return Failure.Of(Known.ProjectNotEvaluated, first, "the helper that evaluates projects ended early.");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Failure.Of(Known.ProjectNotEvaluated, first, "the helper's answer could not be read.");
        }
        catch (OperationCanceledException)
        {
            return Failure.Of(Known.Cancelled);
        }
    }

    private static void Stop(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended by itself.
        }
    }

    private static EvaluatedProject Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        string path = document.RootElement.GetProperty("path").GetString()!;
        if (document.RootElement.TryGetProperty("error", out JsonElement error))
        {
            return new EvaluatedProject(path, Failure.Of(Known.ProjectNotEvaluated, path, error.GetString()!));
        }

        JsonElement properties = document.RootElement.GetProperty("properties");
        string file = Path.GetFileName(path);
        return new EvaluatedProject(path, new ProjectSettings(
            path,
            Read(UserSecretsId)!,
            Read(Key),
            !string.Equals(Read(Enabled), "false", StringComparison.OrdinalIgnoreCase),
            SettingsLayer.From(setting => Read(setting.Property), setting => new Origin($"{setting.Property} of {file}", IsCommitted: true))));

        string? Read(string name) => properties.GetProperty(name).GetString();
    }

    private static string FirstLine(string text) => text.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? "the helper failed.";
}
