using System.Runtime.CompilerServices;
using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;
using SecureToken.Core.Operations.Session;

namespace SecureToken.Core.Operations.Inject;

/// <summary>Updates destinations: check, fetch the current token once, compare, write what differs, read back, report.</summary>
public static class InjectOperation
{
    /// <summary>How often a token may be reset while it is injected.</summary>
    private const int Repairs = 3;

    /// <summary>Injects one token.</summary>
    [AsyncMethodBuilder(typeof(ReadyTaskBuilder<>))]
    public static async Task<InjectReport> RunAsync(InjectPlan plan, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return (await RunAsync([plan], cancellation)).Reports[0];
    }

    /// <summary>
    /// Injects several tokens. Nothing is requested when one destination of any may not be written. A token whose current token is not
    /// known leaves its destinations as they are; the others are updated.
    /// </summary>
    /// <param name="plans">The tokens, with one way to ask and one credential for all of them.</param>
    /// <param name="cancellation">Ends the waits; what is being written is finished.</param>
    public static Task<InjectRun> RunAsync(IReadOnlyList<InjectPlan> plans, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plans);
        return RunAsync(plans, null, cancellation);
    }

    /// <summary>The same, with a client that is the caller's; null opens one.</summary>
    [AsyncMethodBuilder(typeof(ReadyTaskBuilder<>))]
    internal static async Task<InjectRun> RunAsync(IReadOnlyList<InjectPlan> plans, ServiceClient? shared, CancellationToken cancellation)
    {
        if (plans.Count == 0)
        {
            return new InjectRun([]);
        }

        Destination[] destinations = [.. plans.SelectMany(plan => plan.Destinations)];
        IReadOnlyList<PreflightFinding> findings = Preflight.Look(destinations);
        var claims = new PlaceClaims(plans);
        var parts = new TokenInjection[plans.Count];
        for (int i = 0, first = 0; i < parts.Length; first += plans[i].Destinations.Count, i++)
        {
            parts[i] = new TokenInjection(plans[i], [.. findings.Skip(first).Take(plans[i].Destinations.Count)], claims);
        }

        if (findings.FirstOrDefault(finding => finding.Refusal is not null)?.Refusal is { } refused)
        {
            return new InjectRun([.. parts.Select(part => part.Unresolved(refused))]);
        }

        ServiceClient? own = shared is null ? ServiceClient.Open(plans[0].Credentials, plans[0].Transport) : null;
        try
        {
            ServiceClient client = shared ?? own!;

            // What the ledger still knows needs no credential, so a missing credential is reported only when it is needed.
            if (own?.NoCredential is { } wrong && wrong.Descriptor != DiagnosticDescriptors.CredentialMissing)
            {
                return new InjectRun([.. parts.Select(part => part.Unresolved(wrong))]);
            }

            await Task.WhenAll(parts.Select(part => part.ResolveAsync(client, cancellation)));
            Write(parts, cancellation);
            await RepairAsync(parts, client, cancellation);
            return new InjectRun([.. parts.Select(part => part.Report())]);
        }
        finally
        {
            own?.Dispose();
            foreach (TokenInjection part in parts)
            {
                part.Dispose();
            }
        }
    }

    /// <summary>
    /// A run that fetched the token just before a reset and wrote just after it has written the old token again. The ledger shows it,
    /// because a reset writes the ledger before it checks its destinations for the last time. The run fetches the token again.
    /// </summary>
    private static async Task RepairAsync(TokenInjection[] parts, ServiceClient client, CancellationToken cancellation)
    {
        for (int round = 0; round < Repairs; round++)
        {
            TokenInjection[] overtaken = [.. parts.Where(part => part.IsOvertaken())];
            if (overtaken.Length == 0)
            {
                return;
            }

            await Task.WhenAll(overtaken.Select(part => part.ResolveAgainAsync(client, cancellation)));
            Write(overtaken, cancellation);
        }
    }

    /// <summary>All destinations of all tokens together: each waits for its disk or its program, not for the others.</summary>
    private static void Write(TokenInjection[] parts, CancellationToken cancellation)
    {
        List<Action> work = [];
        foreach (TokenInjection part in parts.Where(part => part.IsResolved))
        {
            for (int i = 0; i < part.Plan.Destinations.Count; i++)
            {
                int index = i;
                work.Add(() => part.Bring(index, cancellation));
            }
        }

        Workers.ForEach(work.Count, i => work[i]());
    }
}
