using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Interop;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;
using SecureToken.Core.State;

namespace SecureToken.Core.Operations.Reset;

/// <summary>
/// Finishes a reset that died. The service is asked first: if its token is newer than the one that the dead run knew, the newer one wins;
/// if it was never reset, there is only a look at every destination. Where the service cannot be asked, the token that the dead run saved
/// serves.
/// </summary>
internal sealed class ResetResumption
{
    private readonly ResumePlan _plan;
    private readonly ResetRecord _record;
    private readonly ResetJournal _journal;
    private readonly InjectPlan _token;
    private readonly TokenScope _scope;
    private readonly LedgerPlaces _ledger;

    private ResetResumption(ResumePlan plan, ResetRecord record, ResetJournal journal, TokenSettings settings, TokenScope scope)
    {
        _plan = plan;
        _record = record;
        _journal = journal;
        _scope = scope;
        _ledger = LedgerPlaces.Of(
            LedgerQueries.Find(plan.Transport.Environment).Succeeded(out LedgerQueries? known, out _)
                && known.Of(scope.Endpoint, new InstanceSelector(scope.Instance), new TeamSelector(scope.Team.Id, scope.Team.Name)) is
                { } token ? token.Record.Places : []);
        _token = new InjectPlan(
            settings with { Verify = plan.Verify }, plan.Credentials, [.. record.Places.Select(Rebuild)], plan.Transport);
    }

    public static async Task<ResetReport> RunAsync(ResumePlan plan, CancellationToken cancellation)
    {
        DateTimeOffset began = plan.Transport.Clock.GetUtcNow();
        if (plan.Reset.Record is not { } found || !SettingsOf(found).Succeeded(out TokenSettings? settings, out _))
        {
            return Stopped(Failure.Of(DiagnosticDescriptors.JournalUnreadable, plan.Reset.Path));
        }

        TokenScope scope = ResolvedSettings.Of(settings)!.ScopeOf(new Team(found.TeamId, found.TeamName));
        if (!ResetJournal.Open(found.Endpoint, found.Instance, found.TeamId, scope.ToString(), plan.Transport.Environment, cancellation)
            .Succeeded(out ResetJournal? journal, out Failure? failure))
        {
            return Stopped(failure);
        }

        using (journal)
        {
            // Read again under the lock: another run may have finished it meanwhile.
            Result<ResetRecord?> read = journal.Read();
            return read.Failure is not null ? Stopped(read.Failure)
                : read.Value is { } record ? await new ResetResumption(plan, record, journal, settings, scope).RunAsync(began, cancellation)
                : Stopped(Failure.Of(DiagnosticDescriptors.NothingToResume, $" of {scope}"));
        }

        ResetReport Stopped(Failure failure) =>
            new() { Manner = ResetManner.Resumed, StartedAt = began, EndedAt = plan.Transport.Clock.GetUtcNow(), Failures = [failure] };
    }

    private async Task<ResetReport> RunAsync(DateTimeOffset began, CancellationToken cancellation)
    {
        TransportOptions options = _plan.Transport;
        using ServiceClient client = ServiceClient.OpenForQuestions(_plan.Credentials, options);
        ResolvedSettings settings = ResolvedSettings.Of(_token.Settings)!;
        var team = new TeamSelector(_scope.Team.Id, _scope.Team.Name);
        Result<FetchedToken> asked = await client.FetchAsync(settings with { Team = team }, static (_, _) => null, cancellation);
        ResetReport report = new()
        {
            Manner = ResetManner.Resumed,
            Settings = _token.Settings,
            Scope = _scope,
            CredentialSource = asked.Failure is null ? asked.Value.CredentialSource : client.Credential?.ToString(),
            Identity = client.Identity,
            StartedAt = began,
            EndedAt = options.Clock.GetUtcNow(),
            Before = new Fingerprint(_record.Before),
            Evidence = [.. new[] { client.LastAnswer }.OfType<ResponseEvidence>()],
        };
        if (!asked.Succeeded(out FetchedToken? currentToken, out Failure? unknown))
        {
            if ((currentToken = Saved(unknown)) is null)
            {
                return report with { Failures = [unknown] };
            }

            report = report
                with { Warnings =
                [Failure.Of(DiagnosticDescriptors.ResumedFromRecovery, _scope, currentToken.Fingerprint, unknown.Message)] };
        }

        using (currentToken)
        using (Token? old = OldCopy(currentToken.Fingerprint))
        {
            RevocationProbe? probe = old is null || asked.Failure is not null
                ? null
                : new RevocationProbe(client, settings, old, options.Clock.GetTimestamp(), options.Clock);
            await using (probe)
            {
                IReadOnlyList<Destination> done =
                    [.. _token.Destinations.Where(destination => IsDone(destination, currentToken.Fingerprint))];
                IReadOnlyList<Destination> destinations = [.. _token.Destinations.Except(done)];
                report = report with
                {
                    Todo = _record.Before == currentToken.Fingerprint.Value
                        ? [] : [.. done.Select(destination => destination.AfterReset).OfType<string>()],
                };
                var completion = new ResetCompletion(_token, destinations, Preflight.Look(destinations), _journal, _plan.Times);
                return await completion.RunAsync(report, _record, currentToken, client.Credential, null, probe, cancellation);
            }
        }
    }

    /// <summary>Every value was checked when the journal was written; what does not pass again was written by someone else.</summary>
    private static Result<TokenSettings> SettingsOf(ResetRecord record) =>
        !Endpoint.Parse(record.Endpoint).Succeeded(out Endpoint? endpoint, out Failure? failure)
        || !Endpoint.Parse(record.IamEndpoint).Succeeded(out Endpoint? iam, out failure)
        || !InstanceSelector.Parse(record.Instance).Succeeded(out InstanceSelector? instance, out failure)
        || !TeamSelector.Parse(record.Team).Succeeded(out TeamSelector? team, out failure)
            ? failure
            : new TokenSettings(endpoint, iam, instance, team);

    private Destination Rebuild(ResetPlace place)
    {
        if (_plan.Given.FirstOrDefault(
            given => LedgerStore.KeyOf(given) == LedgerPlace.KeyOf(place.Kind, place.Location, place.Slot, PathRules.Here)) is
                { } described)
        {
            return described;
        }

        var remembered = new LedgerPlace(place.Kind, place.Location, place.Slot, _record.Before, _record.StartedAt)
        {
            Value = place.Value,
            Reloads = place.Reloads,
        };
        return DestinationBuilder.Remembered(remembered, _plan.Transport.Environment)
            .Succeeded(out Destination? rebuilt, out Failure? reason)
            ? rebuilt
            : new LostDestination(place.Kind, place.Location, place.Slot, reason);
    }

    /// <summary>
    /// The token that the dead run saved, if it is the one that its journal names. What the service refuses for good is not replaced by it.
    /// </summary>
    private FetchedToken? Saved(Failure unknown)
    {
        if (unknown.Descriptor == DiagnosticDescriptors.Cancelled
            || unknown.Descriptor.Exit is not (ExitStatus.Unavailable or ExitStatus.NotAuthenticated) || _record.After is null)
        {
            return null;
        }

        Token? saved = _journal.Recover();
        if (saved is not null && _scope.FingerprintOf(saved.Utf8).Value == _record.After)
        {
            return new FetchedToken(saved, _scope, null) { VerifiedAt = _record.LastAliveAt };
        }

        saved?.Dispose();
        return null;
    }

    /// <summary>The old token, from a destination that still holds it: only it can tell that it is dead.</summary>
    private Token? OldCopy(Fingerprint current)
    {
        if (_record.Before == current.Value)
        {
            return null;
        }

        foreach (Destination destination in _token.Destinations)
        {
            Result<Token?> read = destination.ReadToken();
            if (read.Failure is null && read.Value is { } copy)
            {
                if (_scope.FingerprintOf(copy.Utf8).Value == _record.Before)
                {
                    return copy;
                }

                copy.Dispose();
            }
        }

        return null;
    }

    /// <summary>
    /// What cannot be read back is done when the ledger says that the current token was sent there. That the token is the one of before the
    /// reset proves nothing: it may have been reset just before the dead run looked.
    /// </summary>
    private bool IsDone(Destination destination, Fingerprint current) =>
        !destination.IsReadable
        && _ledger.Find(LedgerStore.KeyOf(destination)) is { } place && LedgerStore.HasGot(place, destination, current);
}
