using SecureToken.Core.Destinations;
using SecureToken.Core.Identity;
using SecureToken.Core.Interop;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;
using SecureToken.Core.State;

namespace SecureToken.Core.Operations.Inject;

/// <summary>The ledgers of one token: there is one for each name that its team was given (an id, a name).</summary>
/// <param name="plan">Which token, under which name.</param>
/// <param name="scope">The same, as the service knows it.</param>
internal sealed class LedgerStore(InjectPlan plan, TokenScope scope)
{
    /// <summary>Longer than a build may hold one while it asks the service.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Writes down that the destinations hold the token now. Whoever has read an earlier current token finds this one here, and does not
    /// believe his own. A ledger that cannot be written costs one more request later, and nothing else.
    /// </summary>
    public void Update(FetchedToken currentToken, Credential? credential, IReadOnlyList<DestinationReport> reports)
    {
        if (!Ledger.PathOf(scope.Endpoint.ToString(), scope.Instance.Id, plan.Settings.Team.ToString(), plan.Transport.Environment)
            .Succeeded(out string? own, out _))
        {
            return;
        }

        Write(own, plan, currentToken, credential, _ => reports);
        foreach (KeptLedger other in Ledgers.All(plan.Transport.Environment) is { Failure: null } all ? all.Value : [])
        {
            if (other.Path != own && IsOfScope(other.Record)
                && TeamSelector.Parse(other.Record.Team).Succeeded(out TeamSelector? name, out _))
            {
                // Under another name only the places that it knows already: each place has one ledger that tells of it.
                InjectPlan named = plan with { Settings = plan.Settings with { Team = name } };
                Write(other.Path, named, currentToken, credential, record =>
                {
                    HashSet<PlaceKey> known = [.. record.Places.Select(place => place.Key)];
                    return [.. reports.Where(report => known.Contains(KeyOf(report.Destination)))];
                });
            }
        }
    }

    /// <summary>What tells one place of the ledger from another.</summary>
    public static PlaceKey KeyOf(Destination destination) =>
        LedgerPlace.KeyOf(destination.Kind, destination.Location, destination.Slot, PathRules.Here);

    /// <summary>Whether, by the ledger, a token with this fingerprint was written to a destination, with the same text around it.</summary>
    public static bool HasGot(LedgerPlace place, Destination destination, Fingerprint fingerprint) =>
        place.Key == KeyOf(destination) && place.Fingerprint == fingerprint.Value && place.Value == destination.Template.TextAround;

    private static void Write(
        string path, InjectPlan plan, FetchedToken currentToken, Credential? credential, Func<LedgerRecord,
        IReadOnlyList<DestinationReport>> reports)
    {
        if (Ledger.Open(path, Patience, CancellationToken.None) is { Failure: null } opened)
        {
            using Ledger ledger = opened.Value;
            LedgerRecord record = ledger.Read();
            ledger.Write(
                new TokenCache(plan, ResolvedSettings.Of(plan.Settings)!, credential, record).After(currentToken, reports(record)));
        }
    }

    private bool IsOfScope(LedgerRecord record) =>
        record.Endpoint == scope.Endpoint.ToString() && record.Instance == scope.Instance.Id && record.TeamId == scope.Team.Id;
}
