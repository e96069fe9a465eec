using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;
using SecureToken.Core.State;

namespace SecureToken.Core.Operations.Inject;

/// <summary>A copy that the ledger remembers.</summary>
/// <param name="Place">What the ledger says of it.</param>
/// <param name="Destination">The destination; null when only the settings that made it can describe it.</param>
public sealed record KnownCopy(LedgerPlace Place, Destination? Destination)
{
    /// <summary>The copy of a ledger's entry.</summary>
    public static KnownCopy Of(LedgerPlace place, Func<string, string?> environment) => Of(place, environment, new KnownDirectories());

    /// <summary>The same, of one entry of many.</summary>
    internal static KnownCopy Of(LedgerPlace place, Func<string, string?> environment, KnownDirectories directories) =>
        new(
            place,
            DestinationBuilder.Remembered(place, environment, directories).Succeeded(out Destination? destination, out _)
                ? destination : null);

    /// <summary>Whether it is still there: its file, and a value in it. What is no file is taken to be there.</summary>
    public FilePresence Look()
    {
        FilePresence sight = DestinationBuilder.IsOfFile(Place.Kind) ? FileSearch.For(Place.Location) : FilePresence.Exists;
        return sight == FilePresence.Exists && Destination is { IsReadable: true }
            && Destination.IsOccupied() is { Failure: null, Value: false } ? FilePresence.Deleted : sight;
    }
}

/// <summary>A token of which this machine knows copies, wherever they are.</summary>
/// <param name="Scope">Where it belongs; the id is 0 when the service has never told it.</param>
/// <param name="Record">What all ledgers of the token say together.</param>
/// <param name="Copies">Its copies.</param>
public sealed record KnownToken(TokenScope Scope, LedgerRecord Record, IReadOnlyList<KnownCopy> Copies)
{
    /// <summary>The team, as it is asked for.</summary>
    public TeamSelector Team =>
        Scope.Team.Id > 0 ? new TeamSelector(Scope.Team.Id, Scope.Team.Name) : new TeamSelector(null, Scope.Team.Name);

    /// <summary>
    /// The copies that hold, now, the very token that the ledger says. Only these are proven to be ours: a ledger can be forged, and
    /// what it names may be any file of the user's.
    /// </summary>
    public IReadOnlyList<Destination> Proven() => [.. Copies.Where(IsProven).Select(copy => copy.Destination!)];

    private bool IsProven(KnownCopy copy)
    {
        if (copy.Destination is not { IsReadable: true } destination || destination.ReadToken() is not { Failure: null } read)
        {
            return false;
        }

        using Token? token = read.Value;
        return token is not null && Scope.FingerprintOf(token.Utf8).Value == copy.Place.Fingerprint;
    }
}

/// <summary>What the ledgers of this machine know.</summary>
/// <param name="Tokens">The tokens, sorted by endpoint, instance and team.</param>
/// <param name="Faults">The ledgers that are not whole.</param>
public sealed record LedgerQueries(IReadOnlyList<KnownToken> Tokens, IReadOnlyList<Failure> Faults)
{
    /// <summary>Reads all ledgers. Nothing is asked and nothing is written.</summary>
    /// <param name="environment">Reads environment variables.</param>
    /// <returns>What they know; or why they cannot be read at all.</returns>
    public static Result<LedgerQueries> Find(Func<string, string?> environment)
    {
        if (!Ledgers.All(environment).Succeeded(out IReadOnlyList<KeptLedger>? ledgers, out Failure? failure))
        {
            return failure;
        }

        List<Failure> faults = [.. ledgers.Select(ledger => ledger.Fault).OfType<Failure>()];
        List<KnownToken> tokens = [];
        var directories = new KnownDirectories();
        foreach (TeamLedger team in Ledgers.ByTeam(ledgers).Where(HasToken))
        {
            if (ScopeOf(team.Record).Succeeded(out TokenScope? scope, out Failure? fault))
            {
                KnownCopy[] copies = [.. team.Record.Places.Select(place => KnownCopy.Of(place, environment, directories))];
                tokens.Add(new KnownToken(scope, team.Record, copies));
            }
            else
            {
                faults.Add(Failure.Of(DiagnosticDescriptors.LedgerDamaged, team.Paths[0], fault.Message.TrimEnd('.'), 0));
            }
        }

        return new LedgerQueries(tokens, faults);
    }

    /// <summary>What is known of one token, under whichever name of its team, or null. The ledgers know instances by their GUID.</summary>
    public KnownToken? Of(Endpoint endpoint, InstanceSelector instance, TeamSelector team)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(team);

        // Which instance a name means, only the resource controller knows.
        return instance.Known is not { } known ? null : Tokens.FirstOrDefault(token =>
            token.Scope.Endpoint.ToString() == endpoint.ToString() && token.Scope.Instance.Id == known.Id
                && (team.Id is { } id ? token.Scope.Team.Id == id : token.Scope.Team.Name == team.Name));
    }

    /// <summary>Of a team whose token was never got, a ledger remembers a failure only: perhaps the team's name was mistyped.</summary>
    private static bool HasToken(TeamLedger team) => team.Record.Fingerprint is not null || team.Record.Places.Count > 0;

    /// <summary>A ledger is checked as settings are: what it says may come from anybody.</summary>
    private static Result<TokenScope> ScopeOf(LedgerRecord record)
    {
        if (!Endpoint.Parse(record.Endpoint).Succeeded(out Endpoint? endpoint, out Failure? failure)
            || !InstanceSelector.Parse(record.Instance).Succeeded(out InstanceSelector? instance, out failure)
            || !TeamSelector.Parse(record.Team).Succeeded(out TeamSelector? team, out failure)
            || (record.TeamName is { } given && !TeamSelector.Parse(given).Succeeded(out _, out failure)))
        {
            return failure;
        }

        if (instance.Known is not { } known)
        {
            return Failure.Of(DiagnosticDescriptors.InstanceInvalid, record.Instance, "it is not a GUID");
        }

        return new TokenScope(endpoint, known, new Team(team.Id ?? Math.Max(record.TeamId, 0), record.TeamName ?? team.Name));
    }
}
