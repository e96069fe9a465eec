using System.Globalization;
using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.State;

namespace SecureToken.Core.Operations.Inject;

/// <summary>
/// Who else writes to a place. Two projects that want the tokens of two teams there would take turns, each build with a success, so the
/// first one keeps the place. A project that changes its team takes the place along.
/// </summary>
internal sealed class PlaceClaims
{
    /// <summary>Longer than a build writes a ledger, and short: a ledger that is held knows the place until the next run.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lazy<ILookup<string, Claim>> _claims;

    /// <summary>What the ledgers say of the files that a run writes. They are read when the first destination is asked about.</summary>
    /// <param name="plans">All tokens of the run.</param>
    public PlaceClaims(IReadOnlyList<InjectPlan> plans) => _claims = new Lazy<ILookup<string, Claim>>(() => Find(plans));

    /// <summary>Why a destination belongs to another team's token, or null.</summary>
    public Failure? Refusal(Destination destination, TokenScope scope)
    {
        foreach (Claim claim in OfOtherTeams(destination, scope))
        {
            // Nobody defends what was written by hand, or by a project that is gone.
            if (claim.Place.DeclaredBy is { } rival && !IsDeclaredBy(destination, rival) && File.Exists(rival))
            {
                return Failure.Of(
                    DiagnosticDescriptors.PlaceOfOtherTeam, destination.Location, TeamOf(claim.Ledger.Record), rival,
                    destination.DeclaredBy ?? "this command line", scope);
            }
        }

        return null;
    }

    /// <summary>Takes places out of the ledgers of the teams whose tokens stood there before.</summary>
    public void TakeOver(IEnumerable<Destination> written, TokenScope scope)
    {
        foreach (IGrouping<string, LedgerPlace> taken in written.SelectMany(destination => OfOtherTeams(destination, scope))
            .GroupBy(claim => claim.Ledger.Path, claim => claim.Place))
        {
            HashSet<PlaceKey> keys = [.. taken.Select(place => place.Key)];
            LedgerErasure.Remove(taken.Key, place => keys.Contains(place.Key), Patience, CancellationToken.None);
        }
    }

    private IEnumerable<Claim> OfOtherTeams(Destination destination, TokenScope scope) =>
        destination is FileDestination { IsPersistent: true } file
            ? _claims.Value[file.Identity].Where(claim =>
                !IsOfScope(claim.Ledger.Record, scope) && DestinationBuilder.IsSamePlace(file, claim.File!))
            : [];

    /// <summary>
    /// The name of a file is the same however its path is spelled; only those of the names that are written are worth a look at the disk.
    /// </summary>
    private static ILookup<string, Claim> Find(IReadOnlyList<InjectPlan> plans)
    {
        Func<string, string?> environment = plans[0].Transport.Environment;
        HashSet<string?> names = new(
            plans.SelectMany(plan => plan.Destinations).Select(destination => Path.GetFileName(destination.GuardedPath)),
            StringComparer.OrdinalIgnoreCase);
        string? own = plans is [var only] ? LedgerOf(only) : null;
        var directories = new KnownDirectories();
        IEnumerable<KeptLedger> ledgers = Ledgers.All(environment, path => path == own) is { Failure: null } all ? all.Value : [];
        return ledgers.Where(ledger => ledger.Record.Endpoint.Length > 0)
            .SelectMany(ledger => ledger.Record.Places.Where(place => names.Contains(Path.GetFileName(place.Location)))
                .Select(place => new Claim(ledger, place, Remembered(place, environment, directories))))
            .Where(claim => claim.File is not null)
            .ToLookup(claim => claim.File!.Identity);
    }

    /// <summary>The largest one as a rule, and in a run for one token no ledger of another one.</summary>
    private static string? LedgerOf(InjectPlan plan) =>
        ResolvedSettings.Of(plan.Settings) is { } settings
        && Ledger.PathOf(settings.Endpoint.ToString(), settings.Instance.Id, settings.Team.ToString(), plan.Transport.Environment)
            .Succeeded(out string? path, out _) ? path : null;

    private static FileDestination? Remembered(LedgerPlace place, Func<string, string?> environment, KnownDirectories directories) =>
        DestinationBuilder.Remembered(place, environment, directories).Succeeded(out Destination? made, out _)
            ? made as FileDestination : null;

    private static bool IsDeclaredBy(Destination destination, string rival) =>
        destination.DeclaredBy is { } own && PathRules.Here.AreSame(own, rival);

    private static bool IsOfScope(LedgerRecord record, TokenScope scope) =>
        record.Endpoint == scope.Endpoint.ToString() && record.Instance == scope.Instance.Id
        && (record.TeamId > 0 ? record.TeamId == scope.Team.Id : record.Team == scope.Team.Id.ToString(CultureInfo.InvariantCulture)
            || record.Team == scope.Team.Name);

    private static string TeamOf(LedgerRecord record) =>
        $"team {record.TeamName ?? record.Team} of instance {record.Instance} at {record.Endpoint}";

    /// <summary>A place that a ledger knows, and the file that it names; null where it names none.</summary>
    private sealed record Claim(KeptLedger Ledger, LedgerPlace Place, FileDestination? File);
}
