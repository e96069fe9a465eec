using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.State;

namespace SecureToken.Core.Operations.Reset;

/// <summary>The copies of a token that the ledger knows beyond those that the user has named: in other projects and repositories.</summary>
internal sealed class OtherRepositories
{
    private OtherRepositories(IReadOnlyList<Destination> found, IReadOnlyList<LedgerPlace> lost)
    {
        Found = found;
        Lost = lost;
    }

    /// <summary>Those that hold what the ledger says. It can be forged, so only these are written.</summary>
    public IReadOnlyList<Destination> Found { get; }

    /// <summary>Those that nobody can read back, or that only the settings which made them can describe.</summary>
    public IReadOnlyList<LedgerPlace> Lost { get; }

    /// <summary>Where all of them are, for a message.</summary>
    public IReadOnlyList<string> Locations =>
        [.. Found.Select(destination => destination.Location), .. Lost.Select(place => place.Location)];

    /// <summary>Looks for them.</summary>
    public static OtherRepositories Beyond(IReadOnlyList<Destination> given, TokenScope scope, Func<string, string?> environment)
    {
        if (!LedgerQueries.Find(environment).Succeeded(out LedgerQueries? all, out _)
            || all.Of(
                scope.Endpoint, new InstanceSelector(scope.Instance), new TeamSelector(scope.Team.Id, scope.Team.Name)) is not { } known)
        {
            return new OtherRepositories([], []);
        }

        HashSet<PlaceKey> named = [.. given.Select(LedgerStore.KeyOf)];

        // Under another key of the same place it would be written twice.
        var places = new PlaceSet();
        foreach (Destination destination in given)
        {
            places.TryAdd(destination);
        }

        return new OtherRepositories(
            [.. known.Proven().Where(copy => !named.Contains(LedgerStore.KeyOf(copy)) && places.TryAdd(copy))],
            [.. known.Copies.Where(copy => copy.Destination is not { IsReadable: true } && !named.Contains(copy.Place.Key))
            .Select(copy => copy.Place)]);
    }
}
