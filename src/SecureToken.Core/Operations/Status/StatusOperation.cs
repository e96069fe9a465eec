using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Status;

/// <summary>Compares every copy with the current token, by fingerprint. It writes nothing.</summary>
public static class StatusOperation
{
    /// <summary>The copies that plans name.</summary>
    /// <param name="plans">The tokens, with one way to ask and one credential for all of them.</param>
    /// <param name="isOffline">Whether the ledger alone is asked.</param>
    /// <param name="cancellation">Ends the waits.</param>
    public static async Task<StatusRun> RunAsync(IReadOnlyList<InjectPlan> plans, bool isOffline, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plans);
        if (plans.Count == 0)
        {
            return new StatusRun([], []);
        }

        // No ledger is needed: without one, only the service knows.
        LedgerQueries known = LedgerQueries.Find(plans[0].Transport.Environment).Succeeded(out LedgerQueries? found, out _)
            ? found : new LedgerQueries([], []);
        TokenComparison[] tokens = [.. plans.Select(plan => TokenComparison.OfPlan(plan, known))];
        return new StatusRun(await CompareAsync(tokens, plans[0].Credentials, plans[0].Transport, isOffline, cancellation), []);
    }

    /// <summary>All copies that the ledgers of this machine know, also those of other repositories.</summary>
    /// <param name="settings">What the user says now: which hosts may be asked.</param>
    /// <param name="credentials">Who we are.</param>
    /// <param name="transport">How to ask.</param>
    /// <param name="isOffline">Whether the ledgers alone are asked.</param>
    /// <param name="cancellation">Ends the waits.</param>
    /// <returns>The copies; or why the ledgers cannot be read at all.</returns>
    public static async Task<Result<StatusRun>> RunAllAsync(
        RememberedSettings settings, CredentialOptions credentials, TransportOptions transport, bool isOffline,
            CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(transport);
        if (!LedgerQueries.Find(transport.Environment).Succeeded(out LedgerQueries? known, out Failure? failure))
        {
            return failure;
        }

        TokenComparison[] tokens =
            [.. known.Tokens.Where(token => token.Copies.Count > 0)
            .Select(token => TokenComparison.OfLedger(token, settings, credentials, transport))];
        IReadOnlyList<TokenStatus> compared = await CompareAsync(tokens, credentials, transport, isOffline, cancellation);
        return new StatusRun(SharedPlaces.Resolve(compared), known.Faults);
    }

    private static async Task<IReadOnlyList<TokenStatus>> CompareAsync(
        TokenComparison[] tokens, CredentialOptions credentials, TransportOptions transport, bool isOffline, CancellationToken cancellation)
    {
        try
        {
            if (!isOffline)
            {
                using ServiceClient client = ServiceClient.Open(credentials, transport);
                await Task.WhenAll(tokens.Select(token => token.AskAsync(client, cancellation)));
            }

            (TokenComparison Token, int Index)[] work =
                [.. tokens.SelectMany(token => Enumerable.Range(0, token.Count).Select(i => (token, i)))];
            Workers.ForEach(work.Length, i => work[i].Token.Compare(work[i].Index));
            return [.. tokens.Select(token => token.Report(isOffline))];
        }
        finally
        {
            foreach (TokenComparison token in tokens)
            {
                token.Dispose();
            }
        }
    }
}
