using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.State;

/// <summary>A place that a ledger knew.</summary>
/// <param name="Ledger">What the ledger said of its token.</param>
/// <param name="Place">The place.</param>
public sealed record ForgottenPlace(LedgerRecord Ledger, LedgerPlace Place);

/// <summary>What was taken out of the ledgers.</summary>
/// <param name="Places">The places.</param>
/// <param name="Failures">Why some ledger knows them still.</param>
public sealed record LedgerErasure(IReadOnlyList<ForgottenPlace> Places, IReadOnlyList<Failure> Failures)
{
    /// <summary>Longer than a build may hold a ledger while it asks the service.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Takes places out of all ledgers of this machine. No destination is touched.</summary>
    /// <param name="isMeant">Which places.</param>
    /// <param name="environment">Reads environment variables.</param>
    /// <param name="cancellation">Ends the wait for a ledger that is held.</param>
    /// <returns>What was forgotten; or why the ledgers cannot be read at all.</returns>
    public static Result<LedgerErasure> Run(
        Func<LedgerPlace, bool> isMeant, Func<string, string?> environment, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(isMeant);
        if (!Ledgers.All(environment).Succeeded(out IReadOnlyList<KeptLedger>? ledgers, out Failure? failure))
        {
            return failure;
        }

        List<ForgottenPlace> forgotten = [];
        List<Failure> failures = [];
        foreach (KeptLedger kept in ledgers.Where(ledger => ledger.Record.Places.Any(isMeant)))
        {
            if (Remove(kept.Path, isMeant, Patience, cancellation).Succeeded(out IReadOnlyList<ForgottenPlace>? removed, out failure))
            {
                forgotten.AddRange(removed);
            }
            else
            {
                failures.Add(failure);
            }
        }

        return new LedgerErasure(forgotten, failures);
    }

    /// <summary>Takes places out of one ledger.</summary>
    /// <param name="path">The ledger.</param>
    /// <param name="isMeant">Which places.</param>
    /// <param name="limit">How long a holder of it is waited for.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>What was forgotten; or why it knows them still.</returns>
    internal static Result<IReadOnlyList<ForgottenPlace>> Remove(
        string path, Func<LedgerPlace, bool> isMeant, TimeSpan limit, CancellationToken cancellation)
    {
        if (!Ledger.Open(path, limit, cancellation).Succeeded(out Ledger? ledger, out Failure? failure))
        {
            return failure;
        }

        using (ledger)
        {
            // Someone may have written since it was looked at.
            LedgerRecord record = ledger.Read();
            List<ForgottenPlace> meant = [];
            LedgerPlaces left = LedgerPlaces.Of(record.Places).Without(isLeftOut: place =>
            {
                bool isForgotten = isMeant(place);
                if (isForgotten)
                {
                    meant.Add(new ForgottenPlace(record, place));
                }

                return isForgotten;
            });
            return ledger.Write(record with { Places = left }).Failure is { } unwritten ? unwritten : meant;
        }
    }
}
