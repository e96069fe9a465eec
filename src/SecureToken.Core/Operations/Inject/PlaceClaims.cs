using System.Globalization;
using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.State;

namespace SecureToken.Core.Operations.Inject;

/// <summary>
/// Who else writes to a place. Two projects that want the tokens of two teams there would take turns, each build with a success, so the
/// first one keeps the place. A project that changes its team takes the place along.
/// </summary>
internal sealed class PlaceClaims(Func<string, string?> environment)
{
    /// <summary>Longer than a build writes a ledger, and short: a ledger that is held knows the place until the next run.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lazy<KeptLedger[]> _ledgers = new(() => Ledgers.All(environment) is { Failure: null } all ? [.. all.Value] : []);

    /// <summary>Why a destination belongs to another team's token, or null.</summary>
    public Failure? Refusal(Destination destination, TokenScope scope)
    {
        foreach ((KeptLedger ledger, LedgerPlace place) in OfOtherTeams(destination, scope))
        {
            // Nobody defends what was written by hand, or by a project that is gone.
            if (place.DeclaredBy is { } rival && rival != destination.DeclaredBy && File.Exists(rival))
            {
                return Failure.Of(
                    DiagnosticDescriptors.PlaceOfOtherTeam, destination.Location, TeamOf(ledger.Record), rival,
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
            if (Ledger.Open(taken.Key, Patience, CancellationToken.None).Succeeded(out Ledger? ledger, out _))
            {
                using (ledger)
                {
                    HashSet<(string Kind, string Location, string Slot)> keys = [.. taken.Select(place => place.Key)];
                    LedgerRecord record = ledger.Read();
                    ledger.Write(record with { Places = [.. record.Places.Where(place => !keys.Contains(place.Key))] });
                }
            }
        }
    }

    private IEnumerable<(KeptLedger Ledger, LedgerPlace Place)> OfOtherTeams(Destination destination, TokenScope scope)
    {
        if (!destination.IsPersistent || destination.GuardedPath is not { } path)
        {
            yield break;
        }

        // The name of a file is the same however its path is spelled; only those of that name are worth a look at the disk.
        string name = Path.GetFileName(path);
        foreach (KeptLedger ledger in _ledgers.Value.Where(ledger => ledger.Record.Endpoint.Length > 0 && !IsOfScope(ledger.Record, scope)))
        {
            foreach (LedgerPlace place in ledger.Record.Places)
            {
                if (place.Location.EndsWith(name, StringComparison.OrdinalIgnoreCase)
                    && DestinationBuilder.Remembered(place, environment).Succeeded(out Destination? other, out _)
                    && DestinationBuilder.IsSamePlace(destination, other))
                {
                    yield return (ledger, place);
                }
            }
        }
    }

    private static bool IsOfScope(LedgerRecord record, TokenScope scope) =>
        record.Endpoint == scope.Endpoint.ToString() && record.Instance == scope.Instance.Id
        && (record.TeamId > 0 ? record.TeamId == scope.Team.Id : record.Team == scope.Team.Id.ToString(CultureInfo.InvariantCulture)
            || record.Team == scope.Team.Name);

    private static string TeamOf(LedgerRecord record) =>
        $"team {record.TeamName ?? record.Team} of instance {record.Instance} at {record.Endpoint}";
}
