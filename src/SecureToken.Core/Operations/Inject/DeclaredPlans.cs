using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Inject;

/// <summary>A token and where it goes.</summary>
/// <param name="Settings">Which token.</param>
/// <param name="Destinations">Where it goes.</param>
public sealed record TokenPlan(TokenSettings Settings, IReadOnlyList<Destination> Destinations);

/// <summary>Turns a settings file, under what the user says now, into the tokens that are wanted.</summary>
public static class DeclaredPlans
{
    /// <summary>Resolves every token of the file. Nothing is requested.</summary>
    /// <param name="file">The file.</param>
    /// <param name="destinations">Makes its destinations.</param>
    /// <param name="options">What the user says now. A team in it picks the entries of that team.</param>
    /// <param name="environment">
    /// What the environment says. Its team is for entries that name none: it must not turn the tokens of three teams into three of one.
    /// </param>
    /// <param name="trust">Which hosts the file may name.</param>
    /// <returns>The plans, tokens of one team together; or the first fault with its place.</returns>
    public static Result<IReadOnlyList<TokenPlan>> Resolve(
        SettingsFile file, DeclaredDestinations destinations, SettingsLayer options, SettingsLayer environment, HostTrust trust)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(destinations);
        ArgumentNullException.ThrowIfNull(options);
        if (!Pick(file, options.Team).Succeeded(out IReadOnlyList<TokenEntry>? entries, out Failure? failure))
        {
            return failure;
        }

        var plans = new List<(TokenSettings Settings, List<Destination> Destinations)>();
        foreach (TokenEntry entry in entries)
        {
            bool namesTeam = entry.Layer.Team is not null;
            SettingsLayer[] layers =
                [namesTeam ? options with { Team = null } : options, namesTeam ? environment with { Team = null } : environment,
                    entry.Layer, file.Layer];
            if (!TokenSettings.Resolve(layers, trust).Succeeded(out TokenSettings? settings, out failure))
            {
                return failure.At(entry.DeclaredAt);
            }

            int known = plans.FindIndex(plan => plan.Settings == settings);
            if (known < 0)
            {
                known = plans.Count;
                plans.Add((settings, []));
            }

            foreach (DestinationEntry declared in entry.Destinations)
            {
                if (!destinations.Make(declared).Succeeded(out Destination? destination, out failure))
                {
                    return failure;
                }

                plans[known].Destinations.Add(destination);
            }
        }

        return Twice(plans.SelectMany(plan => plan.Destinations)) is { } again
            ? again
            : plans.Select(plan => new TokenPlan(plan.Settings, plan.Destinations)).ToArray();
    }

    private static Result<IReadOnlyList<TokenEntry>> Pick(SettingsFile file, SettingValue? team)
    {
        if (team is null || !file.Tokens.Any(token => token.Layer.Team is not null))
        {
            return file.Tokens.ToArray();
        }

        TokenEntry[] picked = [.. file.Tokens.Where(token => token.Layer.Team?.Text.Trim() == team.Text.Trim())];
        return picked.Length > 0
            ? picked
            : Failure.Of(
                DiagnosticDescriptors.TeamNotInSettingsFile, file.Path, team.Text.Trim(),
                string.Join(", ", file.Tokens.Select(token => token.Layer.Team?.Text.Trim()).OfType<string>().Distinct()));
    }

    /// <summary>The fault of the first place that is declared twice.</summary>
    private static Failure? Twice(IEnumerable<Destination> destinations)
    {
        var places = new PlaceSet();
        return destinations.FirstOrDefault(destination => !places.TryAdd(destination)) is { } again
            ? DestinationBuilder.Again(again) : null;
    }
}
