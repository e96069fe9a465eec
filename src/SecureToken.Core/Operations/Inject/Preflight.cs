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
        List<string> files = [];
        for (int i = 0; i < refusals.Length; i++)
        {
            if (refusals[i] is null && destinations[i].GuardedPath is { } path)
            {
                files.Add(path);
            }
        }

        GitState[] git = GitGuard.Look(files);
        int guarded = 0;
        var findings = new PreflightFinding[destinations.Count];
        for (int i = 0; i < findings.Length; i++)
        {
            string? path = destinations[i].GuardedPath;
            GitState? state = refusals[i] is null && path is not null ? git[guarded++] : null;
            findings[i] = new PreflightFinding(
                (refusals[i] ?? (state is { } known ? GitGuard.Refusal(path!, known) : null))?.At(destinations[i].DeclaredAt),
                refusals[i] is not null
                    ? [] : [.. destinations[i].Warnings(), .. state is { } loose ? GitGuard.Warnings(path!, loose) : []],
                state);
        }

        return findings;
    }
}
