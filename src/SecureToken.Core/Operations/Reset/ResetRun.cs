using System.Globalization;
using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;
using SecureToken.Core.State;

namespace SecureToken.Core.Operations.Reset;

/// <summary>One reset, from the first look to the receipt.</summary>
internal sealed partial class ResetRun : IDisposable
{
    private readonly ResetPlan _plan;
    private readonly IResetGuide _guide;
    private readonly ServiceClient _client;
    private readonly ResolvedSettings _settings;
    private readonly TransportOptions _options;
    private readonly List<ResponseEvidence> _evidence = [];
    private readonly List<Failure> _warnings = [];
    private readonly DateTimeOffset _began;
    private readonly GivenTokens? _given;
    private TokenScope? _scope;
    private ResetJournal? _journal;
    private FetchedToken? _before;
    private IReadOnlyList<Destination> _destinations = [];
    private IReadOnlyList<PreflightFinding> _findings = [];
    private ResetDestination[] _looked = [];
    private DestinationLocks? _locks;
    private ResetRecord? _record;
    private TokenPoller? _poller;
    private OtherTeamWatch? _others;
    private bool _isOpen;

    public ResetRun(ResetPlan plan, IResetGuide guide, ServiceClient client, ResolvedSettings settings, DateTimeOffset began)
    {
        _plan = plan;
        _guide = guide;
        _client = client;
        _settings = settings;
        _options = plan.Token.Transport;
        _began = began;
        _given = plan.Token.Credentials.OpenToken is null ? null : new GivenTokens(plan.Token, client, settings, guide);
    }

    private TimeProvider Clock => _options.Clock;

    public async Task<ResetReport> RunAsync(CancellationToken cancellation)
    {
        if ((await LookAsync(cancellation) ?? Prove(cancellation)) is { } refusal)
        {
            return Report(refusal);
        }

        if (_plan.IsRehearsal)
        {
            return Rehearse();
        }

        if (_plan.Request is null && StaleCopies() is { } stale && await _guide.ConfirmUpdateAsync(stale, cancellation))
        {
            return Update();
        }

        if (_given is not null)
        {
            return await FollowGivenAsync(_given, cancellation);
        }

        Result<Token> reset = _plan.Request is { } request
            ? await RequestAsync(request, cancellation)
            : await GuideAsync(cancellation);
        return reset.Succeeded(out Token? token, out Failure? failure) ? await FollowAsync(token, cancellation) : Report(failure);
    }

    public void Dispose()
    {
        _locks?.Dispose();
        _before?.Dispose();
        _journal?.Dispose();
    }

    /// <summary>Which token it is, that nobody else resets it, and what it is now.</summary>
    private async Task<Failure?> LookAsync(CancellationToken cancellation)
    {
        if (!(await FindTeamAsync(cancellation)).Succeeded(out Team? team, out Failure? failure))
        {
            return failure;
        }

        _scope = _settings.ScopeOf(team);

        // The journal before the token: a reset that ended between the two would make the token of before an old one.
        if (!ResetJournal.Open(
            _scope.Endpoint.ToString(), _scope.Instance.Id, team.Id, _scope.ToString(), _options.Environment, cancellation)
            .Succeeded(out _journal, out failure)
            || !(_given is not null ? await _given.FindOldAsync(cancellation)
                : await _client.FetchAsync(
                    _settings with { Team = new TeamSelector(team.Id, team.Name) }, static (_, _) => null, cancellation))
                .Succeeded(out _before, out failure))
        {
            return failure;
        }

        if (_plan is { Request: null, IsRehearsal: false, AssumesBrowserUser: false } && _before.Identity is { HasLogin: false } identity)
        {
            return Failure.Of(DiagnosticDescriptors.ResetNeedsLogin, _scope, identity);
        }

        Result<ResetRecord?> left = _journal.Read();
        if (left.Failure is not null)
        {
            return left.Failure;
        }

        // One that was only waiting, and whose token is still the same, has left nothing to finish.
        if (left.Value is { } earlier && (earlier.Stage == ResetStage.Converging || earlier.Before != _before.Fingerprint.Value))
        {
            return Unfinished(earlier.StartedAt);
        }

        _destinations = ChooseDestinations();
        return null;
    }

    private async Task<Result<Team>> FindTeamAsync(CancellationToken cancellation)
    {
        if (_given is null)
        {
            return await _client.FindTeamAsync(_settings, cancellation);
        }

        Result<FetchedToken> old = await _given.FindOldAsync(cancellation);
        using FetchedToken? copy = old.Failure is null ? old.Value : null;
        return copy is not null ? copy.Scope.Team : old.Failure!;
    }

    /// <summary>Takes the locks of all destinations and finds out that each can be written. Nothing irreversible is done before.</summary>
    private Failure? Prove(CancellationToken cancellation)
    {
        _findings = Preflight.Look(_destinations);
        Failure?[] refusals = [.. _findings.Select(finding => finding.Refusal)];
        _locks = DestinationLocks.Take(_destinations, _plan.Times.Lock, cancellation);
        Workers.ForEach(_locks.Groups.Count, g =>
        {
            foreach (int index in _locks.Groups[g])
            {
                refusals[index] ??= _locks.Rehearse(index)?.At(_destinations[index].DeclaredAt);
            }
        });
        _looked = [.. _destinations.Select((destination, i) => new ResetDestination(
            new DestinationReport(
                destination, refusals[i] is null ? InjectOutcome.Due : InjectOutcome.Failed, refusals[i], _findings[i].Warnings), null))];
        int refused = refusals.Count(refusal => refusal is not null);
        return cancellation.IsCancellationRequested ? Failure.Of(DiagnosticDescriptors.Cancelled)
            : refused > 0 ? Failure.Of(DiagnosticDescriptors.ResetNotStarted, refused, _destinations.Count, _scope!)
            : _journal!.Rehearse();
    }

    private IReadOnlyList<Destination> ChooseDestinations()
    {
        OtherRepositories copies = OtherRepositories.Beyond(_plan.Token.Destinations, _scope!, _options.Environment);
        if (_plan.IncludesKnown)
        {
            _warnings.AddRange(
                copies.Lost.Select(place => Failure.Of(DiagnosticDescriptors.DestinationNotRebuilt, place.Kind, place.Location)));
        }
        else if (copies.Locations.Count > 0)
        {
            _warnings.Add(
                Failure.Of(DiagnosticDescriptors.OtherCopiesKnown, copies.Locations.Count, _scope!.Team, Listed(copies.Locations)));
        }

        _warnings.ForEach(_guide.Warn);
        return _plan.IncludesKnown ? [.. _plan.Token.Destinations, .. copies.Found] : _plan.Token.Destinations;
    }

    /// <summary>There is a new token: proves it, and updates everything to it.</summary>
    private async Task<ResetReport> FollowAsync(Token token, CancellationToken cancellation)
    {
        await using var probe = new RevocationProbe(_client, _settings, _before!.Token, _poller!.LastAlive, Clock);
        Fingerprint after = _scope!.FingerprintOf(token.Utf8);
        _evidence.AddRange(new[] { _client.LastAnswer }.OfType<ResponseEvidence>());
        Record(after, _poller.LastAlive);
        _guide.Noticed(after);
        var proof = new TokenVerifier(_client, _settings, _scope, _plan.Times, Clock);
        Result<FetchedToken> proven = await proof.TryAsync(token, cancellation);
        if (proven.Failure?.Descriptor == DiagnosticDescriptors.NewTokenRefused)
        {
            // It can take a while, and builds wait for the locks.
            Release();
            proven = await proof.RepeatAsync(cancellation);
        }

        if (!proven.Succeeded(out FetchedToken? currentToken, out Failure? failure))
        {
            // The token was reset all the same, and that is what a receipt tells.
            _journal!.Write(_record!);
            ResetReport unfollowed = Report(failure) with { After = after };
            return ResetReceipt.Keep(unfollowed, _options.Environment) is { } lost
                ? unfollowed with { Warnings = [.. unfollowed.Warnings, lost] } : unfollowed;
        }

        using (currentToken)
        {
            return await CompleteAsync(currentToken, probe, cancellation);
        }
    }

    private Task<ResetReport> CompleteAsync(FetchedToken currentToken, RevocationProbe probe, CancellationToken cancellation)
    {
        _evidence.AddRange(new[] { _client.LastAnswer }.OfType<ResponseEvidence>());
        Record(currentToken.Fingerprint, _poller!.LastAlive > probe.LastAlive ? _poller.LastAlive : probe.LastAlive);
        var completion = new ResetCompletion(_plan.Token, _destinations, _findings, _journal!, _plan.Times);
        return completion.RunAsync(Report(null), _record!, currentToken, _client.Credential, Take(), probe, cancellation);
    }

    private void Record(Fingerprint after, long lastAlive) =>
        _record = _record! with
        {
            Stage = ResetStage.Converging,
            After = after.Value,
            LastAliveAt = Clock.GetUtcNow() - Clock.GetElapsedTime(lastAlive),
        };

    private ResetReport Rehearse()
    {
        long began = Clock.GetTimestamp();
        var updater = new DestinationUpdater(_destinations, _findings, _plan.Times.Lock, Clock);
        updater.Rehearse(_before!, _locks!);
        double seconds = Clock.GetElapsedTime(began).TotalSeconds;
        Release();
        new LedgerStore(_plan.Token, _scope!).Update(_before!, _client.Credential, updater.Reports);
        return Report(
            updater.Stale == 0 ? null : Failure.Of(DiagnosticDescriptors.ResetNotStarted, updater.Stale, _destinations.Count, _scope!)) with
        {
            After = _before!.Fingerprint,
            Destinations = updater.Results,
            Outage = new ResetOutage(seconds + (_plan.Request is null ? _plan.Times.LongestPause.TotalSeconds : 0), seconds),
        };
    }

    /// <summary>That copies hold an earlier token: then they are dead already, and another reset would not help them sooner.</summary>
    private Failure? StaleCopies()
    {
        int stale = _destinations.Count(destination =>
        {
            Result<Token?> read = destination.IsReadable ? destination.ReadToken() : (Token?)null;
            using Token? copy = read.Failure is null ? read.Value : null;
            return copy is not null && !copy.Matches(_before!.Token.Utf8);
        });
        return stale == 0 ? null : Failure.Of(DiagnosticDescriptors.CopiesStaleAtStart, stale, _destinations.Count, _scope!);
    }

    /// <summary>Brings every copy to the token that is current already.</summary>
    private ResetReport Update()
    {
        var updater = new DestinationUpdater(_destinations, _findings, _plan.Times.Lock, Clock);
        updater.Bring(_before!, _locks!);
        Release();
        new LedgerStore(_plan.Token, _scope!).Update(_before!, _client.Credential, updater.Reports);
        updater.ReadBack(_before!);
        Failure? failure = updater.Stale == 0 ? null
            : Failure.Of(DiagnosticDescriptors.DestinationsStale, updater.Stale, _destinations.Count, _scope!, _before!.Fingerprint);
        return Report(failure) with
        {
            Manner = ResetManner.Updated,
            After = _before!.Fingerprint,
            Destinations = updater.Results,
            Todo = updater.Todo(isNew: false),
        };
    }

    private Failure? Begin(ResetStage stage)
    {
        _others = stage == ResetStage.Waiting ? new OtherTeamWatch(_client, _settings, _scope!.Team, _options.Environment) : null;
        _poller = new TokenPoller(_client, _settings, _scope!, _before!.Fingerprint, _plan.Times, Clock, _guide, _others);
        _record = new ResetRecord
        {
            Endpoint = _scope!.Endpoint.ToString(),
            IamEndpoint = _plan.Token.Settings.IamEndpoint.ToString(),
            Instance = _scope.Instance.Id,
            Team = _plan.Token.Settings.Team.ToString(),
            TeamId = _scope.Team.Id,
            TeamName = _scope.Team.Name,
            StartedAt = _began,
            LastAliveAt = Clock.GetUtcNow(),
            Stage = stage,
            Before = _before.Fingerprint.Value,
            Places = [.. _destinations.Where(destination => destination.IsPersistent).Select(PlaceOf)],
        };
        Failure? failure = _journal!.Write(_record).Failure;
        _isOpen = failure is null;
        return failure;
    }

    private static ResetPlace PlaceOf(Destination destination) =>
        new(destination.Kind, destination.Location, destination.Slot, destination.Template.TextAround)
        {
            Reloads = destination.DeclaredReloads,
        };

    /// <summary>Nothing has changed, so nothing is left to finish.</summary>
    private Failure Close(Failure failure)
    {
        _isOpen = false;
        if (_journal!.Close() is { } lasting)
        {
            _warnings.Add(lasting);
        }

        return failure;
    }

    private void Release() => Take()?.Dispose();

    private DestinationLocks? Take()
    {
        DestinationLocks? held = _locks;
        _locks = null;
        return held;
    }

    private ResetReport Report(Failure? failure) => new()
    {
        Failures = failure is null ? [] : [failure],
        Warnings = failure is not null && _isOpen && !SaysHowToGoOn(failure) ? [.. _warnings, Unfinished(_began)] : [.. _warnings],
        Manner = _plan.IsRehearsal ? ResetManner.Rehearsed : _plan.Request is null ? ResetManner.Guided : ResetManner.Requested,
        Settings = _plan.Token.Settings,
        Scope = _scope,
        CredentialSource = _before?.CredentialSource ?? _client.Credential?.ToString(),
        Identity = _client.Identity,
        StartedAt = _began,
        EndedAt = Clock.GetUtcNow(),
        Before = _before?.Fingerprint,
        Destinations = _looked,
        Evidence = [.. _evidence],
    };

    private static bool SaysHowToGoOn(Failure failure) =>
        failure.Descriptor == DiagnosticDescriptors.NewTokenRefused || failure.Descriptor == DiagnosticDescriptors.ResetOutcomeUnknown;

    private Failure Unfinished(DateTimeOffset since) =>
        Failure.Of(DiagnosticDescriptors.ResetUnfinished, _scope!, since.ToString("u", CultureInfo.InvariantCulture));

    private static string Listed(IReadOnlyList<string> locations) =>
        string.Join(", ", locations.Take(3)) + (locations.Count > 3 ? $" and {locations.Count - 3} more" : string.Empty);
}
