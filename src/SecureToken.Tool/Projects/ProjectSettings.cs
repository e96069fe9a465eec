using SecureToken.Core.Settings;

namespace SecureToken.Tool.Projects;

/// <summary>What a project says, as MSBuild evaluates it.</summary>
/// <param name="Path">The project file.</param>
/// <param name="UserSecretsId">Its user-secrets id; empty when it has none.</param>
/// <param name="Key">Its configuration key, or null.</param>
/// <param name="IsEnabled">False when it sets <c>SecureTokenEnabled</c> to false.</param>
/// <param name="Layer">Its settings: a committed file, so it is below options and environment.</param>
internal sealed record ProjectSettings(string Path, string UserSecretsId, string? Key, bool IsEnabled, SettingsLayer Layer)
{
    /// <summary>Whether it says anything of a token.</summary>
    public bool HasSettings => Layer is not { Region: null, Endpoint: null, Instance: null, Team: null };
}

/// <summary>What became of the evaluation of one project.</summary>
/// <param name="Path">The project file.</param>
/// <param name="Settings">What it says, or why that is not known.</param>
internal sealed record EvaluatedProject(string Path, Core.Diagnostics.Result<ProjectSettings> Settings);
