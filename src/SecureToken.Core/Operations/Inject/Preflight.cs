using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Session;

namespace SecureToken.Core.Operations.Inject;

/// <summary>What was found out about a destination before anything was requested.</summary>
/// <param name="Refusal">Why the token cannot go there, or null.</param>
/// <param name="Warnings">What the user should know.</param>
/// <param name="Git">What git thinks of its file; null for one that is no file.</param>
public sealed record PreflightFinding(Failure? Refusal, IReadOnlyList<Failure> Warnings, GitState? Git);

/// <summary>Looks at all destinations before anything irreversible, or anything at all, is done.</summary>
public static class Preflight
{
    /// <summary>One finding for each destination, in the given order. Nothing is requested and nothing is written.</summary>
    public static IReadOnlyList<PreflightFinding> Look(IReadOnlyList<Destination> destinations)
    {
        ArgumentNullException.ThrowIfNull(destinations);
        var refusals = new Failure?[destinations.Count];
        Workers.ForEach(destinations.Count, i => refusals[i] = destinations[i].Check());
        string[] files =
            [.. destinations.Where((destination, i) => refusals[i] is null && destination.GuardedPath is not null)
            .Select(destination => destination.GuardedPath!)];
        IReadOnlyDictionary<string, GitState> git = files.Length == 0 ? new Dictionary<string, GitState>() : GitGuard.Look(files);
        var findings = new PreflightFinding[destinations.Count];
        for (int i = 0; i < findings.Length; i++)
        {
            string? path = destinations[i].GuardedPath;
            GitState? state = path is not null && git.TryGetValue(path, out GitState found) ? found : null;
            findings[i] = new PreflightFinding(
                (refusals[i] ?? (state is { } known ? GitGuard.Refusal(path!, known) : null))?.At(destinations[i].DeclaredAt),
                refusals[i] is not null
                    ? [] : [.. destinations[i].Warnings(), .. state is { } loose ? GitGuard.Warnings(path!, loose) : []],
                state);
        }

        return findings;
    }
}
