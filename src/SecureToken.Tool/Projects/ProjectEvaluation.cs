using System.Diagnostics;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Settings;

namespace SecureToken.Tool.Projects;

/// <summary>Finds a project and asks the SDK's own MSBuild what its properties are.</summary>
internal static class ProjectEvaluation
{
    private const string UserSecretsId = "UserSecretsId";
    private const string Key = "SecureTokenKey";

    private static readonly SettingName[] Settings =
        [SettingName.Region, SettingName.Endpoint, SettingName.Instance, SettingName.Team, SettingName.IamEndpoint];

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

        string[] projects = Directory.GetFiles(absolute, "*.*proj");
        return projects.Length switch
        {
            1 => projects[0],
            0 when !isGiven => Failure.Of(Known.NoDestination, absolute),
            0 => Failure.Of(Known.ProjectNotEvaluated, path, "there is no project file in it."),
            _ => Failure.Of(Known.ProjectNotEvaluated, path, $"it holds {projects.Length} project files; name one of them."),
        };
    }

    /// <summary>Evaluates a project.</summary>
    public static async Task<Result<ProjectSettings>> ReadAsync(string path, CancellationToken cancellation)
    {
        string names = string.Join(',', Settings.Select(setting => setting.Property).Prepend(Key).Prepend(UserSecretsId));
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet")
        {
            WorkingDirectory = Path.GetDirectoryName(path)!,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            ArgumentList = { "msbuild", path, "-nologo", "-nodeReuse:false", "-getProperty:" + names },
        };
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            Task<string> error = process.StandardError.ReadToEndAsync(cancellation);
            string output = await process.StandardOutput.ReadToEndAsync(cancellation).ConfigureAwait(false);
            string errors = await error.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            return process.ExitCode == 0 ? Parse(path, output) : Failure.Of(Known.ProjectNotEvaluated, path, FirstError(output + "\n" + errors));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return Failure.Of(Known.ProjectNotEvaluated, path, "'dotnet' was not found on PATH.");
        }
        catch (OperationCanceledException)
        {
            return Failure.Of(Known.Cancelled);
        }
    }

    private static Result<ProjectSettings> Parse(string path, string output)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            JsonElement properties = document.RootElement.GetProperty("Properties");
            string id = Read(UserSecretsId) ?? string.Empty;
            if (id.Length == 0)
            {
                return Failure.Of(Known.ProjectHasNoUserSecrets, path);
            }

            string file = Path.GetFileName(path);
            return new ProjectSettings(
                path,
                id,
                Read(Key),
                SettingsLayer.From(setting => Read(setting.Property), setting => new Origin($"{setting.Property} of {file}", IsCommitted: true)));

            string? Read(string name) => properties.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Failure.Of(Known.ProjectNotEvaluated, path, "MSBuild's answer could not be read.");
        }
    }

    private static string FirstError(string output) =>
        output.Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase))?.Trim() ?? "MSBuild failed.";
}
