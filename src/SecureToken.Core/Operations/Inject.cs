using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Secrets;
using SecureToken.Core.Service;
using SecureToken.Core.Storage;

namespace SecureToken.Core.Operations;

/// <summary>Brings destinations to the current token: look, read the truth once, compare, write what differs, read back, report.</summary>
public static class Inject
{
    /// <summary>Injects. Nothing is requested when a destination may not be written, and nothing is written when the truth is not known.</summary>
    public static async Task<InjectReport> RunAsync(InjectPlan plan, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        IReadOnlyList<PreflightFinding> checks = Preflight.Look(plan.Destinations);
        if (checks.FirstOrDefault(check => check.Refusal is not null)?.Refusal is { } refused)
        {
            return WithoutTruth(plan, refused, checks, destination => Judge(destination, null));
        }

        Credential? credential = null;
        try
        {
            // What the ledger still knows needs no credential, so that none is there is told only when one is needed.
            Result<Credential> found = CredentialFinder.Find(plan.Credentials, plan.Transport.Environment, plan.Transport.Clock);
            if (!found.Succeeded(out credential, out Failure? noCredential) && noCredential.Diagnostic != Known.CredentialMissing)
            {
                return WithoutTruth(plan, noCredential, checks, destination => Judge(destination, null));
            }

            // Who shares answers holds the ledger meanwhile, so that one asks and the others wait; who does not, only looks.
            using Ledger? ledger = plan.Sharing is null ? null : Open(plan, cancellation);
            var shared = new SharedTruth(plan, credential, ledger?.Read() ?? Peek(plan));
            if (shared.Recall() is { } recalled)
            {
                using (recalled)
                {
                    return Write(plan, recalled, checks, update => Keep(plan, credential, ledger, shared, update), cancellation);
                }
            }

            if (shared.RecallFailure() is { } known)
            {
                Keep(plan, credential, ledger, shared, truth => truth.After(known, isShared: true));
                return WithoutTruth(plan, known, checks, destination => Judge(destination, shared));
            }

            using var transport = new Transport(plan.Transport);
            Result<FetchedToken> fetched = await FetchAsync(plan, credential, noCredential, shared, transport, cancellation).ConfigureAwait(false);
            if (fetched.Succeeded(out FetchedToken? truth, out Failure? failure))
            {
                using (truth)
                {
                    return Write(plan, truth, checks, update => Keep(plan, credential, ledger, shared, update), cancellation);
                }
            }

            if (failure.Diagnostic != Known.Cancelled)
            {
                Keep(plan, credential, ledger, shared, truth => truth.After(failure, isShared: false));
            }

            InjectReport report = WithoutTruth(plan, failure, checks, destination => Judge(destination, shared));
            List<string> dead = [];
            report = await MarkDeadAsync(report, plan, shared, transport, dead, cancellation).ConfigureAwait(false);
            if (dead.Count > 0)
            {
                Keep(plan, credential, ledger, shared, truth => truth.After(failure, isShared: false, dead));
            }

            return report;
        }
        finally
        {
            credential?.Dispose();
        }
    }

    private static async Task<Result<FetchedToken>> FetchAsync(
        InjectPlan plan, Credential? credential, Failure? noCredential, SharedTruth shared, Transport transport, CancellationToken cancellation)
    {
        if (credential is null)
        {
            return noCredential!;
        }

        using var session = new IamSession(credential, plan.Settings.IamEndpoint, plan.Transport.Clock);
        return await Fetch.RunAsync(plan.Settings, session, transport, shared.HasProven, cancellation).ConfigureAwait(false);
    }

    /// <summary>The ledger makes one process at a time ask; where there can be none (no home, a full disk), each asks for itself.</summary>
    private static Ledger? Open(InjectPlan plan, CancellationToken cancellation) =>
        PathOf(plan) is { } path && Ledger.Open(path, plan.Transport.Deadline + TimeSpan.FromSeconds(20), cancellation).Succeeded(out Ledger? ledger, out _)
            ? ledger
            : null;

    private static LedgerRecord Peek(InjectPlan plan) => PathOf(plan) is { } path ? Ledger.Peek(path) : new LedgerRecord();

    /// <summary>Writes what is known now. A ledger that cannot be written costs one more request later, and nothing else.</summary>
    private static void Keep(InjectPlan plan, Credential? credential, Ledger? held, SharedTruth shared, Func<SharedTruth, LedgerRecord> update)
    {
        if (held is not null)
        {
            held.Write(update(shared));
            return;
        }

        // Others may have written since it was looked at: what they wrote stays.
        using Ledger? taken = Open(plan, CancellationToken.None);
        taken?.Write(update(new SharedTruth(plan, credential, taken.Read())));
    }

    private static string? PathOf(InjectPlan plan) =>
        Ledger.PathOf(plan.Settings.Endpoint.ToString(), plan.Settings.Instance.Id, plan.Settings.Team.ToString(), plan.Transport.Environment)
            .Succeeded(out string? path, out _) ? path : null;

    /// <summary>Writes while the ledger is held: whoever waits for it then finds the token in these destinations.</summary>
    private static InjectReport Write(
        InjectPlan plan, FetchedToken truth, IReadOnlyList<PreflightFinding> checks, Action<Func<SharedTruth, LedgerRecord>> keep, CancellationToken cancellation)
    {
        var reports = new DestinationReport[plan.Destinations.Count];
        Workers.ForEach(reports.Length, i =>
        {
            Destination destination = plan.Destinations[i];
            Result<bool> written = destination.Inject(truth, cancellation);
            InjectOutcome outcome = written.Failure is not null ? InjectOutcome.Failed : written.Value ? InjectOutcome.Written : InjectOutcome.Unchanged;
            reports[i] = new DestinationReport(destination, outcome, Preflight.At(destination, written.Failure), checks[i].Warnings);
        });

        keep(shared => shared.After(truth, reports.Where(report => report.Outcome != InjectOutcome.Failed).Select(report => report.Destination)));
        return new InjectReport
        {
            Scope = truth.Scope,
            Fingerprint = truth.Fingerprint,
            CredentialSource = truth.CredentialSource,
            VerifiedAt = truth.VerifiedAt,
            Warnings = truth.Warnings,
            Destinations = reports,
        };
    }

    private static InjectReport WithoutTruth(
        InjectPlan plan, Failure failure, IReadOnlyList<PreflightFinding> checks, Func<Destination, DestinationReport> judge) => new()
    {
        Failure = failure,
        Destinations =
        [
            .. plan.Destinations.Select((destination, i) => checks[i].Refusal is { } fault
                ? new DestinationReport(destination, InjectOutcome.Failed, fault, [])
                : judge(destination) with { Warnings = checks[i].Warnings }),
        ],
    };

    private static DestinationReport Judge(Destination destination, SharedTruth? shared)
    {
        Result<Token?> read = destination.ReadToken();
        if (read.Failure is not null)
        {
            return new DestinationReport(destination, InjectOutcome.Failed, read.Failure, []);
        }

        if (read.Value is not { } copy)
        {
            return new DestinationReport(destination, InjectOutcome.Missing, null, []);
        }

        using (copy)
        {
            return shared?.IsKnownDead(copy) == true
                ? new DestinationReport(destination, InjectOutcome.Dead, null, [])
                : new DestinationReport(destination, InjectOutcome.Kept, null, []) { KnownSince = shared?.KnownSince(destination, copy) };
        }
    }

    /// <summary>
    /// A copy that the service refuses must not be reported as kept. IAM can fail while the service answers, so the copies are asked
    /// who they are, within what is left of the deadline.
    /// </summary>
    private static async Task<InjectReport> MarkDeadAsync(
        InjectReport report, InjectPlan plan, SharedTruth shared, Transport transport, List<string> dead, CancellationToken cancellation)
    {
        if (shared.Scope is not { } scope || report.Failure!.Diagnostic.Exit == ExitStatus.Usage)
        {
            return report;
        }

        var api = new SecureApi(transport, plan.Settings.Endpoint, plan.Settings.Instance);
        DestinationReport[] judged = [.. report.Destinations];
        for (int i = 0; i < judged.Length; i++)
        {
            if (judged[i].Outcome == InjectOutcome.Kept && judged[i].Destination.ReadToken() is { Failure: null } read && read.Value is { } copy)
            {
                using (copy)
                {
                    Result<bool> verified = await api.VerifyAsync(copy, scope, cancellation, isProbe: true).ConfigureAwait(false);
                    if (verified.Failure?.Diagnostic == Known.TokenRefused || verified.Failure?.Diagnostic == Known.WrongTeam)
                    {
                        judged[i] = judged[i] with { Outcome = InjectOutcome.Dead };
                        dead.Add(shared.MarkOf(copy));
                    }
                    else if (verified.Failure is not null)
                    {
                        // The service cannot be asked; the other copies would wait for the same silence.
                        break;
                    }
                }
            }
        }

        return report with { Destinations = judged };
    }
}
