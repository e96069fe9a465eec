using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.State;

namespace SecureToken.Core.Operations.Reset;

/// <summary>What follows a reset, whoever made it: save, update, record, read back, verify, write the receipt.</summary>
internal sealed class ResetCompletion
{
    private readonly InjectPlan _plan;
    private readonly ResetJournal _journal;
    private readonly ResetTimes _times;
    private readonly DestinationUpdater _updater;
    private readonly List<Failure> _warnings = [];

    public ResetCompletion(
        InjectPlan plan, IReadOnlyList<Destination> destinations, IReadOnlyList<PreflightFinding> findings, ResetJournal journal,
        ResetTimes times)
    {
        _plan = plan;
        _journal = journal;
        _times = times;
        _updater = new DestinationUpdater(destinations, findings, times.Lock, plan.Transport.Clock);
    }

    private TimeProvider Clock => _plan.Transport.Clock;

    /// <summary>Updates every destination to the new token, and reports the result.</summary>
    /// <param name="report">What is known of the reset so far.</param>
    /// <param name="record">The journal's record of it.</param>
    /// <param name="currentToken">The new token, proven to be the team's.</param>
    /// <param name="credential">Who asked for it.</param>
    /// <param name="held">The locks of the destinations, if they are held; given back here.</param>
    /// <param name="probe">Who asks the old token meanwhile; null when nobody has it.</param>
    /// <param name="cancellation">Ends only the wait for the old token's end.</param>
    public async Task<ResetReport> RunAsync(
        ResetReport report, ResetRecord record, FetchedToken currentToken, Credential? credential, DestinationLocks? held,
            RevocationProbe? probe, CancellationToken cancellation)
    {
        long known = Clock.GetTimestamp();

        // Neither stops us when it fails: the service has the token too, and every moment counts now.
        Warn(_journal.Write(record with { Stage = ResetStage.Converging, After = currentToken.Fingerprint.Value }).Failure);
        Warn(_journal.Save(currentToken.Token).Failure);
        _updater.Bring(currentToken, held);

        // Given back before the ledger is taken: a build holds the ledger while it waits for these.
        held?.Dispose();

        // First the ledger, then the look back. A build that asked before the reset may write the old token after us: either it has done
        // so before this look, and we repair it; or it writes later, finds the ledger ahead of itself, and repairs it itself.
        new LedgerStore(_plan, currentToken.Scope).Update(currentToken, credential, _updater.Reports);
        _updater.ReadBack(currentToken);
        bool? isRefused = probe is null ? null : await probe.WaitAsync(Left(known), cancellation);
        return Finish(report, record, currentToken, probe, isRefused, known);
    }

    private ResetReport Finish(
        ResetReport report, ResetRecord record, FetchedToken currentToken, RevocationProbe? probe, bool? isRefused, long known)
    {
        List<Failure> failures = [];
        if (_updater.Stale > 0)
        {
            failures.Add(
                Failure.Of(
                DiagnosticDescriptors.DestinationsStale, _updater.Stale, _updater.Results.Count, currentToken.Scope,
                currentToken.Fingerprint));
        }

        if (isRefused == false)
        {
            failures.Add(
                Failure.Of(
                DiagnosticDescriptors.OldTokenAccepted, currentToken.Scope, record.Before, DurationText.Of(Clock.GetElapsedTime(known))));
        }
        else if (isRefused is null && probe is not null)
        {
            _warnings.Add(Failure.Of(DiagnosticDescriptors.OldTokenUnproven, currentToken.Scope, probe.Trouble!.Message));
        }

        ResetReport whole = report with
        {
            EndedAt = Clock.GetUtcNow(),
            After = currentToken.Fingerprint,
            Destinations = _updater.Results,
            Todo = [.. report.Todo, .. _updater.Todo(isNew: report.Before != currentToken.Fingerprint)],
            IsOldTokenRefused = isRefused,
            Outage = OutageOf(record, report.Manner == ResetManner.Resumed ? null : probe, isRefused),
            Evidence = [.. report.Evidence, .. new[] { probe?.Evidence }.OfType<ResponseEvidence>()],
            Failures = failures,
            Warnings = [.. report.Warnings, .. currentToken.Warnings, .. _warnings],
        };

        // The receipt first: one too many, by who resumes, is better than none.
        Failure? lost = whole.WasReset ? ResetReceipt.Keep(whole, _plan.Transport.Environment) : null;
        Failure? lasting = _updater.Stale == 0 ? _journal.Close() : null;
        return whole with { Warnings = [.. whole.Warnings, .. new[] { lost, lasting }.OfType<Failure>()] };
    }

    /// <summary>
    /// An outage that goes on has no length yet. Of a resumed reset only the journal knows when the token was last seen alive.
    /// </summary>
    private ResetOutage? OutageOf(ResetRecord record, RevocationProbe? probe, bool? isRefused)
    {
        if (_updater.Stale > 0 || isRefused == false)
        {
            return null;
        }

        if (probe is not { FirstRefused: { } refused })
        {
            return new ResetOutage(Seconds(Clock.GetUtcNow() - Clock.GetElapsedTime(_updater.LastDone) - record.LastAliveAt), null);
        }

        return new ResetOutage(
            Seconds(Clock.GetElapsedTime(probe.LastAlive, _updater.LastDone)), Seconds(Clock.GetElapsedTime(refused, _updater.LastDone)));

        static double Seconds(TimeSpan span) => Math.Max(0, span.TotalSeconds);
    }

    private TimeSpan Left(long known) => _times.Proof - Clock.GetElapsedTime(known) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    private void Warn(Failure? failure)
    {
        if (failure is not null)
        {
            _warnings.Add(failure);
        }
    }
}
