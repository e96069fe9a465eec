using SecureToken.Core.Settings;

namespace SecureToken.Tool.Projects;

/// <summary>What a project says, as MSBuild evaluates it.</summary>
/// <param name="Path">The project file.</param>
/// <param name="UserSecretsId">Its user-secrets id.</param>
/// <param name="Key">Its configuration key, or null.</param>
/// <param name="Layer">Its settings: a committed file, so it stands below options and environment.</param>
internal sealed record ProjectSettings(string Path, string UserSecretsId, string? Key, SettingsLayer Layer);
