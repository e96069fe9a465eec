using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;
using SecureToken.Core.State;

namespace SecureToken.Core.Operations.Status;

/// <summary>One token and the copies that should hold it: asks for the current token, then looks at each copy.</summary>
internal sealed class TokenComparison : IDisposable
{
    private readonly Failure? _refusal;
    private readonly LedgerQueries _known;
    private readonly bool _isOfLedger;
    private readonly (Destination? Destination, LedgerPlace? Place)[] _copies;
    private readonly CopyReport[] _reports;
    private readonly Lazy<Dictionary<PlaceKey, LedgerPlace>> _places;
    private InjectPlan? _plan;
    private KnownToken? _memory;
    private FetchedToken? _currentToken;
    private Failure? _failure;

    private TokenComparison(
        InjectPlan? plan, Failure? refusal, LedgerQueries known, KnownToken? memory,
        (Destination? Destination, LedgerPlace? Place)[] copies, bool isOfLedger)
    {
        _plan = plan;
        _refusal = refusal;
        _known = known;
        _memory = memory;
        _copies = copies;
        _isOfLedger = isOfLedger;
        _reports = new CopyReport[copies.Length];
        _places = new(() => (_memory?.Record.Places ?? []).DistinctBy(place => place.Key).ToDictionary(place => place.Key));
    }

    /// <summary>How many copies there are.</summary>
    public int Count => _copies.Length;

    /// <summary>The copies of a plan.</summary>
    public static TokenComparison OfPlan(InjectPlan plan, LedgerQueries known) =>
        new(plan, null, known, known.Of(plan.Settings.Endpoint, plan.Settings.Instance, plan.Settings.Team),
            [.. plan.Destinations.Select(destination => ((Destination?)destination, (LedgerPlace?)null))], isOfLedger: false);

    /// <summary>The copies that the ledger remembers.</summary>
    public static TokenComparison OfLedger(
        KnownToken token, RememberedSettings settings, CredentialOptions credentials, TransportOptions transport)
    {
        settings.Resolve(token.Scope, token.Team).Succeeded(out TokenSettings? resolved, out Failure? refusal);
        InjectPlan? plan = resolved is null ? null : new InjectPlan(resolved, credentials, [], transport);
        return new(
            plan, refusal, new LedgerQueries([], []), token, [.. token.Copies.Select(copy => (copy.Destination, (LedgerPlace?)copy.Place))],
            isOfLedger: true);
    }

    /// <summary>Asks for the current token, unless nothing is left that could be compared with it.</summary>
    public async Task AskAsync(ServiceClient client, CancellationToken cancellation)
    {
        if (_isOfLedger && _copies.All(copy => SightOf(copy.Place!) == FilePresence.Deleted))
        {
            return;
        }

        if (_plan is null)
        {
            _failure = _refusal;
            return;
        }

        Result<ResolvedSettings> resolved = await client.ResolveAsync(_plan.Settings, null, cancellation);
        if (!resolved.Succeeded(out ResolvedSettings? settings, out _failure))
        {
            return;
        }

        _plan = _plan with { Settings = settings.Given };
        _memory ??= _known.Of(settings.Endpoint, settings.Given.Instance, settings.Team);
        LedgerRecord record = (_memory?.Record ?? new LedgerRecord()) with { Team = settings.Team.ToString() };
        var cache = new TokenCache(_plan, settings, client.Credential, record);
        Result<FetchedToken> fetched = await client.FetchAsync(settings, cache.HasProven, cancellation);
        if (fetched.Succeeded(out FetchedToken? currentToken, out _failure))
        {
            Take(currentToken);
        }
    }

    /// <summary>Takes the current token that someone has asked for. It is disposed with this.</summary>
    public void Take(FetchedToken currentToken)
    {
        _currentToken = currentToken;

        // Under its name the team may not have been known, and under its id it is.
        _memory ??= _known.Of(
            _currentToken.Scope.Endpoint, new InstanceSelector(_currentToken.Scope.Instance),
            new TeamSelector(_currentToken.Scope.Team.Id, null));
    }

    /// <summary>Looks at one copy.</summary>
    public CopyReport Compare(int index)
    {
        (Destination? destination, LedgerPlace? place) = _copies[index];
        place ??= _places.Value.GetValueOrDefault(LedgerStore.KeyOf(destination!));
        CopyReport seen = destination is not { IsReadable: true } && Absence(place) is { } absent ? absent
            : destination is { IsPersistent: false } ? Report(destination, CopyState.JobScoped)
            : destination is not { IsReadable: true } ? Unseen(destination, place)
            : Read(destination, place);
        return _reports[index] = seen with
        {
            WrittenAt = place?.WrittenAt,
            Identity = place?.Identity,
            Reloads = destination?.Reloads ?? place?.Reloads ?? false,
        };
    }

    /// <summary>The report, when every copy has been looked at.</summary>
    /// <param name="isOffline">Whether the ledger alone was to be asked.</param>
    public TokenStatus Report(bool isOffline)
    {
        Failure? failure = _failure
            ?? (isOffline && Expected is null
            ? Failure.Of(DiagnosticDescriptors.TokenNotInLedger, _plan?.Settings.Team.ToString() ?? _memory!.Scope.Team.ToString()) : null);
        return new TokenStatus(
            _plan?.Settings, _currentToken?.Scope ?? _memory?.Scope,
            _currentToken is not null ? Comparison.Service : Expected is not null ? Comparison.Ledger : Comparison.Nothing, _reports)
        {
            Failure = failure,
            Fingerprint = Expected,
            VerifiedAt = _currentToken?.VerifiedAt ?? _memory?.Record.VerifiedAt,
            CredentialSource = _currentToken?.CredentialSource,
            Identity = Identity,
            Warnings =
            [
                .. _currentToken?.Warnings ?? [],
                .. OtherIdentities(),
                .. (_plan?.Destinations ?? []).SelectMany(destination => destination.Warnings()),
            ],
        };
    }

    public void Dispose() => _currentToken?.Dispose();

    /// <summary>The fingerprint of the token: the current token's, else the one that the ledger knows.</summary>
    private Fingerprint? Expected =>
        _currentToken?.Fingerprint ?? (_memory?.Record.Fingerprint is { } fingerprint ? new Fingerprint(fingerprint) : null);

    private static FilePresence SightOf(LedgerPlace place) =>
        DestinationBuilder.IsOfFile(place.Kind) ? FileSearch.For(place.Location) : FilePresence.Exists;

    private static CopyReport Report(Destination destination, CopyState state) =>
        new(destination.Kind, destination.Location, destination.Slot, state);

    private static CopyReport Report(LedgerPlace place, CopyState state) => new(place.Kind, place.Location, place.Slot, state)
    {
        Fingerprint = new Fingerprint(place.Fingerprint),
        KnownAt = place.WrittenAt,
    };

    /// <summary>What the ledger remembers and is not there; null when it is. A file that gave a token is there.</summary>
    private CopyReport? Absence(LedgerPlace? place) =>
        _isOfLedger && SightOf(place!) is not FilePresence.Exists and FilePresence sight ? Absent(place!, sight) : null;

    /// <summary>What is not there now: one that the ledger knows as another token than the current one is stale wherever it is.</summary>
    private CopyReport Absent(LedgerPlace place, FilePresence sight) =>
        Report(place,
            sight == FilePresence.Deleted
            ? CopyState.Gone : Expected is { } fingerprint && fingerprint.Value != place.Fingerprint ? CopyState.Stale : CopyState.Away);

    /// <summary>What cannot be read back: the ledger says what was sent.</summary>
    private CopyReport Unseen(Destination? destination, LedgerPlace? place) =>
        place is null ? Report(destination!, CopyState.Unknown)
        : Report(
            place, Expected is not { } fingerprint
            ? CopyState.Unknown : fingerprint.Value == place.Fingerprint ? CopyState.Sent : CopyState.Stale);

    private CopyReport Read(Destination destination, LedgerPlace? place)
    {
        Result<Token?> read = destination.ReadToken();
        if ((read.Failure is not null || read.Value is null) && Absence(place) is { } absent)
        {
            return absent;
        }

        if (read.Failure is not null)
        {
            return Report(destination, CopyState.Unreadable) with { Failure = read.Failure.At(destination.DeclaredAt) };
        }

        using Token? copy = read.Value;
        if (copy is null)
        {
            // No token, or different ones under different names: then something else than the token stands there.
            bool isOccupied = destination.IsOccupied() is { Failure: null, Value: true };
            return Report(destination, isOccupied ? CopyState.Stale : _isOfLedger ? CopyState.Gone : CopyState.Missing)
                with { KnownAt = place?.WrittenAt };
        }

        bool isCurrent = _currentToken is not null && copy.Matches(_currentToken.Token.Utf8);
        Fingerprint? fingerprint = isCurrent ? _currentToken!.Fingerprint
            : (_currentToken?.Scope ?? _memory?.Scope)?.FingerprintOf(copy.Utf8);
        CopyState state = _currentToken is not null ? (isCurrent ? CopyState.Current : CopyState.Stale)
            : Expected is not { } expected ? CopyState.Unknown
            : fingerprint == expected ? CopyState.Current : CopyState.Stale;
        state = state == CopyState.Stale && IsOfOtherIdentity(place, fingerprint) ? CopyState.OtherIdentity : state;
        return Report(destination, state) with
        {
            Fingerprint = fingerprint,
            KnownAt = fingerprint is { } found ? KnownAt(found, place) : null,
            IsRecognised = state == CopyState.Current || (fingerprint is not null && fingerprint.Value.Value == place?.Fingerprint),
        };
    }

    /// <summary>When a token with this fingerprint was last known to be the token.</summary>
    private DateTimeOffset? KnownAt(Fingerprint fingerprint, LedgerPlace? place) =>
        fingerprint == _currentToken?.Fingerprint ? _currentToken.VerifiedAt
        : fingerprint.Value == _memory?.Record.Fingerprint ? _memory.Record.VerifiedAt
        : fingerprint.Value == place?.Fingerprint ? place.WrittenAt : null;

    /// <summary>Whose the current token is.</summary>
    private TokenIdentity? Identity => _currentToken?.Identity ?? (_currentToken is null ? _memory?.Record.Identity : null);

    /// <summary>A token belongs to an identity: what another one has written is not stale for it.</summary>
    private bool IsOfOtherIdentity(LedgerPlace? place, Fingerprint? fingerprint) =>
        Identity is { } own && place?.Identity is { } other && !own.IsSameAs(other) && fingerprint?.Value == place.Fingerprint;

    private IEnumerable<Failure> OtherIdentities() => Identity is not { } own ? []
        : _reports.Where(report => report is { State: CopyState.OtherIdentity, Identity: not null })
            .GroupBy(report => report.Identity!.IamId)
            .Select(group => Failure.Of(
                DiagnosticDescriptors.OtherCredential, group.Count(), (_currentToken?.Scope ?? _memory?.Scope)!.Team,
                group.First().Identity!, own));
}
