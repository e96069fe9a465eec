using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;
using SecureToken.Core.State;

namespace SecureToken.Core.Operations.Inject;

/// <summary>
/// What the ledger knows, read as an answer: while it is fresh, the token is read back from a destination that holds it and checked
/// against the ledger's fingerprint, so a build of a hundred projects asks the service once and no further copy of the secret exists.
/// </summary>
internal sealed class TokenCache
{
    /// <summary>How many places are looked for on the disk after an answer.</summary>
    private const int MostLooks = 20_000;

    private readonly InjectPlan _plan;
    private readonly ResolvedSettings _settings;
    private readonly Credential? _credential;
    private readonly DateTimeOffset _now;
    private readonly LedgerRecord _record;
    private readonly LedgerPlaces _places;

    public TokenCache(InjectPlan plan, ResolvedSettings settings, Credential? credential, LedgerRecord record)
    {
        _plan = plan;
        _settings = settings;
        _credential = credential;
        _now = plan.Transport.Clock.GetUtcNow();

        // The file's name is a hash of these three; a ledger that says otherwise was put there by someone else.
        _record = record.Endpoint == settings.Endpoint.ToString() && record.Instance == settings.Instance.Id
            && record.Team == settings.Team.ToString()
            ? record
            : new LedgerRecord();
        _places = LedgerPlaces.Of(_record.Places);
    }

    /// <summary>The answer that is still fresh, or null.</summary>
    public FetchedToken? Recall()
    {
        if (_plan.Sharing is not { } sharing || _record is not { Fingerprint: { } fingerprint, VerifiedAt: { } verifiedAt }
            || !SameCredential(_record.Credential))
        {
            return null;
        }

        TimeSpan age = _now - verifiedAt;
        bool isFresh = age >= TimeSpan.Zero
            && (sharing.RefreshAfter > TimeSpan.Zero
                ? age < sharing.RefreshAfter : age < Sharing.LongestBuild && IsOfThisBuild(sharing.Consumer));
        if (!isFresh)
        {
            return null;
        }

        var scope = _settings.ScopeOf(new Team(_record.TeamId, _record.TeamName));
        return ReadBack(scope, new Fingerprint(fingerprint)) is { } token
            ? new FetchedToken(token, scope, _record.ProvenAt)
            {
                VerifiedAt = verifiedAt,
                Identity = _record.Identity,
                IsVerificationOff = _settings.Given.Verify == VerifyMode.Off,
            }
            : null;
    }

    /// <summary>
    /// When the team of a token with this fingerprint was last verified. A token never changes its team, so for a day the check need not
    /// delay a write; a build, which asks once in hours, always verifies.
    /// </summary>
    public DateTimeOffset? HasProven(TokenScope scope, Fingerprint fingerprint) =>
        _plan.Sharing is null && _record.Fingerprint == fingerprint.Value && _record.TeamId == scope.Team.Id
        && _record.ProvenAt is { } provenAt && _now - provenAt is { Ticks: >= 0 } age && age < TimeSpan.FromDays(1)
            ? provenAt
            : null;

    /// <summary>The failure that another project of this build met a moment ago, or null.</summary>
    public Failure? RecallFailure()
    {
        if (_plan.Sharing is not { } sharing || _record.LastFailure is not { } last || !SameCredential(last.Credential)
            || last.Served.Contains(sharing.Consumer))
        {
            return null;
        }

        TimeSpan age = _now - last.At;
        return age >= TimeSpan.Zero && age < Sharing.FailureLife && DiagnosticDescriptors.Find(last.Code) is { } diagnostic
            ? Failure.Remembered(diagnostic, last.Message, last.NextStep)
            : null;
    }

    /// <summary>When the copy in a destination was last known to be the token, or null.</summary>
    public DateTimeOffset? KnownSince(Destination destination, Token copy) =>
        _record.Fingerprint == MarkOf(copy) ? _record.VerifiedAt : PlaceAt(destination)?.WrittenAt;

    /// <summary>Whether the ledger says that a token with this fingerprint was written to a destination.</summary>
    public bool HasSent(Destination destination, Fingerprint fingerprint) =>
        PlaceAt(destination) is { } place && LedgerStore.HasGot(place, destination, fingerprint);

    /// <summary>That a destination holds the token of another identity of the same team; null when it does not, or nobody knows.</summary>
    public Failure? CopyOfOtherIdentity(Destination destination, FetchedToken currentToken, bool isStrict) =>
        PlaceAt(destination) is { Identity: { } other } place && currentToken.Identity is { } own && !own.IsSameAs(other)
        && place.Fingerprint != currentToken.Fingerprint.Value
            ? Failure.Of(
                isStrict ? DiagnosticDescriptors.CopyOfOtherIdentityKept : DiagnosticDescriptors.CopyOfOtherIdentity,
                destination.Location,
                other,
                own,
                currentToken.Scope)
            : null;

    /// <summary>Whether the service has returned another token than one that was requested at a moment, perhaps later.</summary>
    /// <param name="fingerprint">The fingerprint of the token.</param>
    /// <param name="askedAt">Before it was asked for. Compared with when the ledger's was answered, so that a doubt leads to asking
    /// again. An answer of the future is one of a clock that was set back since: nothing is newer than now.</param>
    public bool IsAheadOf(Fingerprint fingerprint, DateTimeOffset askedAt) =>
        _record is { Fingerprint: { } other, VerifiedAt: { } answeredAt } && other != fingerprint.Value
        && answeredAt >= askedAt && answeredAt <= _now;

    /// <summary>Whether the service has refused this copy since it last gave a token: a token that is dead stays dead.</summary>
    public bool IsKnownDead(Token copy) => _record.LastFailure?.Dead.Contains(MarkOf(copy)) == true;

    /// <summary>The fingerprint of a copy, as the ledger has it.</summary>
    public string MarkOf(Token copy) =>
        _settings.ScopeOf(new Team(_record.TeamId, _record.TeamName)).FingerprintOf(copy.Utf8).Value;

    /// <summary>The scope of the copies, if the team's id is known.</summary>
    public TokenScope? Scope => (_settings.Team.Id ?? _record.TeamId) is > 0 and long id
        ? _settings.ScopeOf(new Team(id, _record.TeamName))
        : null;

    /// <summary>The record after an answer was used.</summary>
    /// <param name="currentToken">The answer.</param>
    /// <param name="reports">What became of the destinations.</param>
    public LedgerRecord After(FetchedToken currentToken, IEnumerable<DestinationReport> reports)
    {
        DestinationReport[] current =
            [.. reports.Where(report => report.Outcome != InjectOutcome.Failed && report.Destination.IsPersistent)];
        HashSet<PlaceKey> updated = [.. current.Select(report => LedgerStore.KeyOf(report.Destination))];
        bool isNew = _record.VerifiedAt != currentToken.VerifiedAt;
        LedgerPlaces others = _places.Without(
            updated, index => isNew && IsLookedAt(index, currentToken.VerifiedAt) && IsGone(_places[index]));
        return _record with
        {
            Endpoint = _settings.Endpoint.ToString(),
            Instance = _settings.Instance.Id,
            Team = _settings.Team.ToString(),
            TeamId = currentToken.Scope.Team.Id,
            TeamName = currentToken.Scope.Team.Name,
            Fingerprint = currentToken.Fingerprint.Value,
            Credential = isNew ? _credential?.Fingerprint.Value : _record.Credential,
            Identity = currentToken.Identity ?? (_record.Fingerprint == currentToken.Fingerprint.Value ? _record.Identity : null),
            VerifiedAt = currentToken.VerifiedAt,
            ProvenAt = currentToken.ProvenAt,
            Served = Add(isNew ? [] : _record.Served),
            OneBuildAt = (isNew || _record.OneBuildAt is not null) && _plan.Sharing is { RefreshAfter.Ticks: 0 }
                ? _now : isNew ? null : _record.OneBuildAt,
            Places = others.With(current.Select(report => PlaceOf(report, currentToken))),
            LastFailure = null,
        };
    }

    /// <summary>The record after a failure.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="isShared">Whether another project met it.</param>
    /// <param name="dead">The fingerprints of the copies that the service refused.</param>
    public LedgerRecord After(Failure failure, bool isShared, IReadOnlyList<string>? dead = null) => _record with
    {
        Endpoint = _settings.Endpoint.ToString(),
        Instance = _settings.Instance.Id,
        Team = _settings.Team.ToString(),
        LastFailure = isShared && _record.LastFailure is { } last
            ? last with { Served = Add(last.Served) }
            : new LedgerFailure(
                failure.Code, failure.Message, failure.NextStep, _plan.Transport.Clock.GetUtcNow(), _credential?.Fingerprint.Value, Add([]))
            {
                Dead = [.. (_record.LastFailure?.Dead ?? []).Union(dead ?? [])],
            },
    };

    /// <summary>
    /// A build that asks again uses its answer once in each project, and one project comes soon after the other: what was asked for by
    /// another build, or by the tool, is none of its answers.
    /// </summary>
    private bool IsOfThisBuild(string consumer) =>
        _record.OneBuildAt is { } last && _now - last is { Ticks: >= 0 } pause && pause < Sharing.LongestPause
            && !_record.Served.Contains(consumer);

    /// <summary>Of very many places some are looked at each time, and others the next time.</summary>
    private bool IsLookedAt(int index, DateTimeOffset now)
    {
        int count = _record.Places.Count;
        return (index + count - (int)(now.UtcTicks / TimeSpan.TicksPerMillisecond % count)) % count < MostLooks;
    }

    /// <summary>A place that someone removed is forgotten, one on a disk that is not mounted is not.</summary>
    private static bool IsGone(LedgerPlace place) =>
        DestinationBuilder.IsOfFile(place.Kind) && FileSearch.For(place.Location) == FilePresence.Deleted;

    private LedgerPlace? PlaceAt(Destination destination) => _places.Find(LedgerStore.KeyOf(destination));

    /// <summary>
    /// The ledger's own entry stays as it is while nothing is written, so that a build with nothing to write writes nothing.
    /// </summary>
    private LedgerPlace PlaceOf(DestinationReport report, FetchedToken currentToken) =>
        report.Outcome == InjectOutcome.Unchanged && PlaceAt(report.Destination) is { } known
            && known.Fingerprint == currentToken.Fingerprint.Value
            ? known with
            {
                Identity = currentToken.Identity ?? known.Identity,
                DeclaredBy = report.Destination.DeclaredBy ?? known.DeclaredBy,
                Reloads = report.Destination.DeclaredReloads ?? known.Reloads,
            }
            : new LedgerPlace(
                report.Destination.Kind, report.Destination.Location, report.Destination.Slot, currentToken.Fingerprint.Value, _now)
            {
                Value = report.Destination.Template.TextAround,
                Identity = currentToken.Identity,
                DeclaredBy = report.Destination.DeclaredBy,
                Reloads = report.Destination.DeclaredReloads,
            };

    private IReadOnlyList<string> Add(IReadOnlyList<string> served) =>
        _plan.Sharing is not { } sharing || served.Contains(sharing.Consumer) ? served : [.. served, sharing.Consumer];

    /// <summary>Without a credential there is nothing to ask with, and what is fresh serves.</summary>
    private bool SameCredential(string? fingerprint) => _credential is null || fingerprint == _credential.Fingerprint.Value;

    private Token? ReadBack(TokenScope scope, Fingerprint fingerprint)
    {
        var directories = new KnownDirectories();
        IEnumerable<Destination> remembered = _record.Places
            .Where(place => place.Fingerprint == fingerprint.Value)
            .Select(place => DestinationBuilder.Remembered(place, _plan.Transport.Environment, directories))
            .Where(made => made.Failure is null)
            .Select(made => made.Value);
        foreach (Destination destination in _plan.Destinations.Concat(remembered))
        {
            Result<Token?> read = destination.ReadToken();
            if (read.Failure is null && read.Value is { } token)
            {
                if (scope.FingerprintOf(token.Utf8) == fingerprint)
                {
                    return token;
                }

                token.Dispose();
            }
        }

        return null;
    }
}
