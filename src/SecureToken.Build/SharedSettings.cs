using SecureToken.Core.Settings;

namespace SecureToken.Build;

/// <summary>
/// The settings file of the repository, as a project of it reads it: below the project's own properties and the environment.
/// </summary>
/// <param name="File">The file; null when there is none.</param>
/// <param name="Entry">What it says of this project, or null.</param>
internal sealed record SharedSettings(SettingsFile? File, ProjectEntry? Entry)
{
    /// <summary>The destination that names this project, or null.</summary>
    public DestinationEntry? Destination => Entry?.Destination;

    /// <summary>All layers, the strongest first.</summary>
    public IReadOnlyList<SettingsLayer> Under(SettingsLayer project, SettingsLayer environment)
    {
        if (File is null)
        {
            return [project, environment];
        }

        // A team of the environment is for entries that name none, as in the tool.
        return Entry is { Token.Layer: { Team: not null } named } && project.Team is null
            ? [project, environment with { Team = null }, named, File.Layer]
            : [project, environment, .. File.LayersFor(project.Team ?? environment.Team)];
    }
}
