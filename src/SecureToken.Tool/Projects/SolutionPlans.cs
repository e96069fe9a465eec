using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Settings;

namespace SecureToken.Tool.Projects;

/// <summary>The tokens that the projects of a solution want.</summary>
internal static class SolutionPlans
{
    /// <summary>
    /// A project takes part when it has a user-secrets id and says anything of a token; when none says anything, all with an id take part,
    /// for what options and environment say. As in a settings file, an option's team picks projects, and the environment's team is for
    /// projects that name none.
    /// </summary>
    public static Result<IReadOnlyList<TokenPlan>> Resolve(
        string solution, IReadOnlyList<ProjectSettings> all, Func<string, string?> environmentVariable, SettingsLayer options,
            SettingsLayer environment, HostTrust trust)
    {
        ProjectSettings[] projects = [.. all.Where(project => project is { UserSecretsId.Length: > 0, IsEnabled: true })];
        if (Array.Exists(projects, project => project.HasSettings))
        {
            projects = [.. projects.Where(project => project.HasSettings)];
        }

        if (projects.Length == 0)
        {
            return Failure.Of(DiagnosticDescriptors.SolutionHasNoDestination, solution);
        }

        if (options.Team is { } team && Array.Exists(projects, project => project.Layer.Team is not null))
        {
            ProjectSettings[] picked = [.. projects.Where(project => project.Layer.Team?.Text.Trim() == team.Text.Trim())];
            if (picked.Length == 0)
            {
                string teams = string.Join(", ", projects.Select(project => project.Layer.Team?.Text.Trim()).OfType<string>().Distinct());
                return Failure.Of(DiagnosticDescriptors.TeamNotInSettingsFile, solution, team.Text.Trim(), teams);
            }

            projects = picked;
        }

        var plans = new Dictionary<TokenSettings, List<Destination>>();
        foreach (ProjectSettings project in projects)
        {
            bool namesTeam = project.Layer.Team is not null;
            SettingsLayer[] layers =
                [namesTeam ? options with { Team = null } : options, namesTeam ? environment with { Team = null } : environment,
                project.Layer];
            ConfigurationKey? key = ConfigurationKey.Default;
            Failure? failure = null;
            if (!TokenSettings.Resolve(layers, trust).Succeeded(out TokenSettings? settings, out failure)
                || (project.Key is { Length: > 0 } text && !ConfigurationKey.Parse(text).Succeeded(out key, out failure))
                || !new DestinationBuilder(environmentVariable, Path.GetDirectoryName(project.Path)!) { Key = key }
                    .UserSecrets(project.UserSecretsId).Succeeded(out Destination? destination, out failure))
            {
                return failure!.At(Path.GetFileName(project.Path));
            }

            if (plans.FirstOrDefault(
                plan => plan.Key != settings
                && plan.Value.Exists(other => DestinationBuilder.IsSamePlace(other, destination))) is { Key: { } rival })
            {
                return Failure.Of(
                    DiagnosticDescriptors.SettingsConflict, $"{destination.Kind} {destination.Location} for {Named(rival)}",
                    $"the same place for {Named(settings)}").At(Path.GetFileName(project.Path));
            }

            if (!plans.TryGetValue(settings, out List<Destination>? destinations))
            {
                plans.Add(settings, destinations = []);
            }

            destination.DeclaredBy = project.Path;

            // Projects of one application often share one store.
            if (!destinations.Exists(other => DestinationBuilder.IsSamePlace(other, destination)))
            {
                destinations.Add(destination);
            }
        }

        return plans.Select(plan => new TokenPlan(plan.Key, plan.Value)).ToArray();

        static string Named(TokenSettings settings) => $"team {settings.Team} of instance {settings.Instance} at {settings.Endpoint}";
    }
}
