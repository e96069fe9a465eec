using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.State;

namespace SecureToken.Core.Operations.Forget;

/// <summary>
/// Takes our copies out of local destinations and out of the ledger. First it is found out which values are ours; then, when the user has
/// said yes, they are removed. No file is ever deleted.
/// </summary>
public sealed class ForgetOperation
{
    private readonly IReadOnlyList<InjectPlan> _plans;
    private readonly ForgetLine[] _lines;

    private ForgetOperation(IReadOnlyList<InjectPlan> plans, ForgetLine[] lines)
    {
        _plans = plans;
        _lines = lines;
    }

    /// <summary>What will become of each destination.</summary>
    public IReadOnlyList<ForgetLine> Lines => _lines;

    /// <summary>
    /// Finds out which values are ours: those whose mark the ledger knows, and the current token. The service is asked only when the ledger
    /// does not know a value.
    /// </summary>
    /// <param name="plans">The tokens, with one way to ask and one credential for all of them.</param>
    /// <param name="isForced">Whether any value is taken for ours.</param>
    /// <param name="cancellation">Ends the waits.</param>
    public static async Task<ForgetOperation> LookAsync(IReadOnlyList<InjectPlan> plans, bool isForced, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plans);
        if (plans.Count == 0)
        {
            return new ForgetOperation(plans, []);
        }

        TransportOptions options = plans[0].Transport;
        LedgerQueries known = LedgerQueries.Find(options.Environment).Succeeded(out LedgerQueries? found, out _)
            ? found : new LedgerQueries([], []);
        RecognizedCopies[] tokens = [.. plans.Select(plan => new RecognizedCopies(plan, known, isForced))];
        (RecognizedCopies Token, int Index)[] work =
            [.. tokens.SelectMany(token => Enumerable.Range(0, token.Lines.Count).Select(i => (token, i)))];
        Workers.ForEach(work.Length, i => work[i].Token.Look(work[i].Index));
        if (tokens.Any(token => token.IsInDoubt))
        {
            using ServiceClient client = ServiceClient.Open(plans[0].Credentials, options);
            await Task.WhenAll(tokens.Where(token => token.IsInDoubt).Select(token => token.AskAsync(client, cancellation)));
        }

        return new ForgetOperation(plans, [.. tokens.SelectMany(token => token.Lines)]);
    }

    /// <summary>Takes out what is due, and takes what is not there any more out of the ledgers.</summary>
    public ForgetReport Run(CancellationToken cancellation)
    {
        int[] due = [.. Enumerable.Range(0, _lines.Length).Where(i => _lines[i].Outcome == ForgetOutcome.Due)];
        Workers.ForEach(due.Length, i => _lines[due[i]] = Remove(_lines[due[i]], cancellation));
        HashSet<PlaceKey> gone =
            [.. _lines.Where(line => line.Outcome is ForgetOutcome.Removed or ForgetOutcome.Missing)
                .Select(line => LedgerStore.KeyOf(line.Destination))];

        // Whatever token a ledger calls it: nothing stands there now.
        Result<LedgerErasure> forgotten = _plans.Count == 0
            ? new LedgerErasure([], [])
            : LedgerErasure.Run(place => gone.Contains(place.Key), _plans[0].Transport.Environment, cancellation);
        return new ForgetReport(_lines, forgotten.Failure is { } failure ? [failure] : forgotten.Value.Failures);
    }

    private static ForgetLine Remove(ForgetLine line, CancellationToken cancellation)
    {
        Result<bool> removed = line.Destination.Remove(cancellation);
        return removed.Failure is { } failure
            ? line with { Outcome = ForgetOutcome.Failed, Reason = failure.At(line.Destination.DeclaredAt) }
            : line with
            {
                Outcome = removed.Value ? ForgetOutcome.Removed : ForgetOutcome.Missing,
                LeavesEmptyFile = line.Destination.GuardedPath is { } path && new FileInfo(path) is { Exists: true, Length: 0 },
            };
    }
}
