using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;

namespace SecureToken.Core.State;

/// <summary>A ledger on this machine.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Record">What it says.</param>
/// <param name="Fault">Why some of what it knew is lost, or null.</param>
public sealed record KeptLedger(string Path, LedgerRecord Record, Failure? Fault);

/// <summary>All that the ledgers of one team's token know; one may be under the team's id and another under its name.</summary>
/// <param name="Record">What they say together.</param>
/// <param name="Paths">Their files.</param>
public sealed record TeamLedger(LedgerRecord Record, IReadOnlyList<string> Paths);

/// <summary>All ledgers of this user on this machine: what reaches the copies in other repositories.</summary>
public static class Ledgers
{
    /// <summary>Reads all of them, in the order of their names. Whatever is in one, it is a value and never an exception.</summary>
    /// <param name="environment">Reads environment variables.</param>
    /// <param name="isLeftOut">Which ones are not read, by their paths; null for none.</param>
    /// <returns>The ledgers; or 108, 514 (no state directory), 504 (it cannot be listed).</returns>
    public static Result<IReadOnlyList<KeptLedger>> All(Func<string, string?> environment, Func<string, bool>? isLeftOut = null)
    {
        if (!StateDirectory.Find(environment).Succeeded(out string? state, out Failure? failure))
        {
            return failure;
        }

        string directory = Path.Combine(state, Ledger.DirectoryName);
        try
        {
            return Directory.Exists(directory)
                ? Directory.EnumerateFileSystemEntries(directory, "*.json").Order(StringComparer.Ordinal)
                    .Where(path => isLeftOut?.Invoke(path) != true)
                    .Select(path => Read(path, environment)).OfType<KeptLedger>().ToArray()
                : Array.Empty<KeptLedger>();
        }
        catch (Exception exception) when (FileErrors.Are(exception))
        {
            return Failure.Of(DiagnosticDescriptors.FileUnreadable, directory, FileErrors.Reason(exception));
        }
    }

    /// <summary>The ledgers, those of one token together, sorted by endpoint, instance and team.</summary>
    public static IReadOnlyList<TeamLedger> ByTeam(IEnumerable<KeptLedger> ledgers) =>
    [
        .. ledgers.Where(ledger => ledger.Record.Endpoint.Length > 0)
            .GroupBy(
                ledger =>
                (ledger.Record.Endpoint, ledger.Record.Instance, Team: ledger.Record.TeamId > 0 ? string.Empty : ledger.Record.Team,
                ledger.Record.TeamId))
            .Select(group => Join([.. group]))
            .OrderBy(team => team.Record.Endpoint, StringComparer.Ordinal)
            .ThenBy(team => team.Record.Instance, StringComparer.Ordinal)
            .ThenBy(team => team.Record.TeamName ?? team.Record.Team, StringComparer.Ordinal),
    ];

    private static KeptLedger? Read(string path, Func<string, string?> environment)
    {
        if (Ledger.Look(path) is not { } reading)
        {
            return null;
        }

        LedgerRecord record = reading.Record;

        // The name of the file is a hash of whose it is; a ledger that says otherwise was put there by someone else.
        string? expected = Ledger.PathOf(record.Endpoint, record.Instance, record.Team, environment).Value;
        if (Path.GetFileName(expected) != Path.GetFileName(path))
        {
            string fault = reading.Fault ?? "it lies under the name of another one";
            return new KeptLedger(path, new LedgerRecord(), Failure.Of(DiagnosticDescriptors.LedgerDamaged, path, fault, 0));
        }

        return new KeptLedger(
            path, record,
            reading.Fault is { } damage ? Failure.Of(DiagnosticDescriptors.LedgerDamaged, path, damage, record.Places.Count) : null);
    }

    private static TeamLedger Join(KeptLedger[] ledgers)
    {
        // The one that was asked last knows the token; the others may know more places.
        LedgerRecord latest = ledgers.MaxBy(ledger => ledger.Record.VerifiedAt ?? DateTimeOffset.MinValue)!.Record;
        return new TeamLedger(
            latest with
            {
                TeamName = latest.TeamName ?? ledgers.Select(ledger => ledger.Record.TeamName).FirstOrDefault(name => name is not null),
                Places =
                [
                    .. Latest([.. ledgers.SelectMany(ledger => ledger.Record.Places)])
                        .OrderBy(place => place.Location, StringComparer.Ordinal).ThenBy(place => place.Slot, StringComparer.Ordinal),
                ],
            },
            [.. ledgers.Select(ledger => ledger.Path)]);
    }

    /// <summary>Of places that are one, the one that was written last. As a rule there are none such, and nothing needs an order.</summary>
    private static IEnumerable<LedgerPlace> Latest(LedgerPlace[] places)
    {
        HashSet<PlaceKey> keys = new(places.Length);
        return Array.TrueForAll(places, place => keys.Add(place.Key)) ? places
            : places.OrderByDescending(place => place.WrittenAt).DistinctBy(place => place.Key);
    }
}
