using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;
using SecureToken.Core.Service;
using SecureToken.Core.State;

namespace SecureToken.Core.Operations.Inject;

/// <summary>
/// The injection of one token: what the ledger knows of it, the current token, and what became of each of its destinations.
/// </summary>
internal sealed class TokenInjection : IDisposable
{
    private readonly IReadOnlyList<PreflightFinding> _findings;
    private readonly DestinationReport[] _reports;
    private readonly PlaceClaims _claims;
    private Ledger? _ledger;
    private LedgerView? _view;
    private TokenCache? _cache;
    private ServiceClient? _client;
    private ResolvedSettings? _settings;
    private FetchedToken? _currentToken;
    private InjectReport? _unresolved;
    private DateTimeOffset _askedAt = DateTimeOffset.MaxValue;

    public TokenInjection(InjectPlan plan, IReadOnlyList<PreflightFinding> findings, PlaceClaims claims)
    {
        Plan = plan;
        _findings = findings;
        _claims = claims;
        _reports = new DestinationReport[plan.Destinations.Count];
    }

    public InjectPlan Plan { get; private set; }

    /// <summary>Whether there is something to bring to the destinations.</summary>
    public bool IsResolved => _currentToken is not null;

    /// <summary>Gets the current token from a fresh ledger or from the service. Otherwise reports what the destinations hold.</summary>
    public async Task ResolveAsync(ServiceClient client, CancellationToken cancellation)
    {
        _client = client;
        Result<ResolvedSettings> resolved = await client.ResolveAsync(Plan.Settings, Plan.Sharing, cancellation);
        if (!resolved.Succeeded(out _settings, out Failure? unknown))
        {
            _unresolved = Unresolved(unknown);
            return;
        }

        Plan = Plan with { Settings = _settings.Given };
        if (Plan.Sharing is null)
        {
            client.OpenAhead(Plan.Settings);
        }

        // Who shares answers holds the ledger meanwhile, so that one asks and the others wait; who does not, only looks.
        _ledger = Plan.Sharing is null ? null : Open(cancellation);
        _cache = new TokenCache(Plan, _settings, client.Credential, _ledger?.Read() ?? Peek());
        if ((_currentToken = _cache.Recall()) is not null)
        {
            return;
        }

        if (_cache.RecallFailure() is { } known)
        {
            Keep(cache => cache.After(known, isShared: true));
            _unresolved = Unresolved(known);
            return;
        }

        await AskAsync(client, cancellation);
    }

    /// <summary>
    /// Whether another token was fetched by someone while this one was written. A finished reset stands in the ledger, and whoever holds
    /// that meanwhile is waited for; a reset that is just writing stands in its journal.
    /// </summary>
    public bool IsOvertaken() =>
        _currentToken is { } currentToken && !Plan.IsDryRun
        && ((_ledger is null && new TokenCache(Plan, _settings!, _client!.Credential, Peek()).IsAheadOf(currentToken.Fingerprint, _askedAt))
            || IsBeingReset(currentToken));

    private bool IsBeingReset(FetchedToken currentToken) =>
        ResetJournal.Peek(
            currentToken.Scope.Endpoint.ToString(), currentToken.Scope.Instance.Id, currentToken.Scope.Team.Id,
            Plan.Transport.Environment) is { After: { } after } record
        && record.Before == currentToken.Fingerprint.Value && after != currentToken.Fingerprint.Value;

    /// <summary>Asks the service again.</summary>
    public Task ResolveAgainAsync(ServiceClient client, CancellationToken cancellation)
    {
        _currentToken?.Dispose();
        _currentToken = null;
        return AskAsync(client, cancellation);
    }

    /// <summary>Updates one destination to the token.</summary>
    public void Bring(int index, CancellationToken cancellation)
    {
        Destination destination = Plan.Destinations[index];
        Failure? taken = _claims.Refusal(destination, _currentToken!.Scope);
        Failure? other = _cache!.CopyOfOtherIdentity(destination, _currentToken!, Plan.IsIdentityStrict);
        Result<bool> written = taken is not null ? taken
            : other is not null && Plan.IsIdentityStrict ? other
            : Plan.IsDryRun ? IsDue(destination)
            : IsKnownToHold(destination) ? false
            : destination.Inject(_currentToken!, cancellation);
        InjectOutcome outcome = written.Failure is not null ? InjectOutcome.Failed
            : !written.Value ? InjectOutcome.Unchanged
            : Plan.IsDryRun ? InjectOutcome.Due
            : InjectOutcome.Written;
        IReadOnlyList<Failure> warnings = [.. _findings[index].Warnings, .. destination.Losses];
        _reports[index] = new DestinationReport(
            destination,
            outcome,
            written.Failure?.At(destination.DeclaredAt),
            other is not null && (outcome is InjectOutcome.Written or InjectOutcome.Due) ? [.. warnings, other] : warnings);
    }

    /// <summary>The report, after all destinations. Writes the ledger first: whoever waits for it finds the token in them.</summary>
    public InjectReport Report()
    {
        if (_currentToken is not { } currentToken)
        {
            return _unresolved!;
        }

        if (!Plan.IsDryRun)
        {
            Keep(cache => cache.IsAheadOf(currentToken.Fingerprint, _askedAt) ? null : cache.After(currentToken, _reports));
            _claims.TakeOver(
                _reports.Where(report => report.Outcome is InjectOutcome.Written or InjectOutcome.Unchanged)
                    .Select(report => report.Destination),
                currentToken.Scope);
        }

        return new InjectReport
        {
            Scope = currentToken.Scope,
            Fingerprint = currentToken.Fingerprint,
            CredentialSource = currentToken.CredentialSource,
            Identity = currentToken.Identity,
            VerifiedAt = currentToken.VerifiedAt,
            Warnings = currentToken.Warnings,
            Destinations = _reports,
        };
    }

    /// <summary>The report when the current token is not known: what each destination holds.</summary>
    public InjectReport Unresolved(Failure failure) => new()
    {
        Failure = failure,
        Settings = Plan.Settings,
        Destinations =
        [
            .. Plan.Destinations.Select((destination, i) => _findings[i].Refusal is { } fault
                ? new DestinationReport(destination, InjectOutcome.Failed, fault, [])
                : Judge(destination) with { Warnings = _findings[i].Warnings }),
        ],
    };

    public void Dispose()
    {
        _currentToken?.Dispose();
        _ledger?.Dispose();
    }

    // A method of its own: a build that finds the ledger fresh never loads what speaks to the network.
    private async Task AskAsync(ServiceClient client, CancellationToken cancellation)
    {
        _askedAt = Plan.Transport.Clock.GetUtcNow();
        Result<FetchedToken> fetched = await client.FetchAsync(_settings!, _cache!.HasProven, cancellation);
        if (fetched.Succeeded(out _currentToken, out Failure? failure))
        {
            return;
        }

        if (failure.Descriptor != DiagnosticDescriptors.Cancelled)
        {
            Keep(cache => cache.After(failure, isShared: false));
        }

        List<string> dead = [];
        _unresolved = await MarkDeadAsync(Unresolved(failure), client, dead, cancellation);
        if (dead.Count > 0)
        {
            Keep(cache => cache.After(failure, isShared: false, dead));
        }
    }

    /// <summary>What cannot be read back is not sent again when the ledger says that it was sent.</summary>
    private bool IsKnownToHold(Destination destination) =>
        !destination.IsReadable && !Plan.IsForced && _cache!.HasSent(destination, _currentToken!.Fingerprint);

    private Result<bool> IsDue(Destination destination)
    {
        if (!destination.IsReadable)
        {
            return !IsKnownToHold(destination);
        }

        Result<Token?> read = destination.ReadToken();
        if (read.Failure is not null)
        {
            return read.Failure;
        }

        using Token? copy = read.Value;
        return copy is null || !copy.Matches(_currentToken!.Token.Utf8);
    }

    /// <summary>The ledger makes one process at a time ask; where there can be none (no home, a full disk), each asks for itself.</summary>
    private Ledger? Open(CancellationToken cancellation) =>
        PathOfLedger() is { } path
            && Ledger.Open(path, Plan.Transport.Deadline + TimeSpan.FromSeconds(20), cancellation).Succeeded(out Ledger? ledger, out _)
            ? ledger
            : null;

    private LedgerRecord Peek() => (_view ??= PathOfLedger() is { } path ? new LedgerView(path) : null)?.Look() ?? new LedgerRecord();

    private string? PathOfLedger() =>
        Ledger.PathOf(_settings!.Endpoint.ToString(), _settings.Instance.Id, _settings.Team.ToString(), Plan.Transport.Environment)
            .Succeeded(out string? path, out _) ? path : null;

    /// <summary>Writes what is known now. A ledger that cannot be written costs one more request later, and nothing else.</summary>
    private void Keep(Func<TokenCache, LedgerRecord?> update)
    {
        if (_ledger is not null)
        {
            Write(_ledger, update(_cache!));
            return;
        }

        // Others may have written since it was looked at: what they wrote stays.
        using Ledger? taken = Open(CancellationToken.None);
        if (taken is not null)
        {
            Write(taken, update(new TokenCache(Plan, _settings!, _client!.Credential, _view is null ? taken.Read() : taken.Read(_view))));
        }

        static void Write(Ledger ledger, LedgerRecord? record)
        {
            if (record is not null)
            {
                ledger.Write(record);
            }
        }
    }

    private DestinationReport Judge(Destination destination)
    {
        Result<Token?> read = destination.ReadToken();
        if (read.Failure is not null)
        {
            return new DestinationReport(destination, InjectOutcome.Failed, read.Failure.At(destination.DeclaredAt), []);
        }

        using Token? copy = read.Value;
        return copy is null ? new DestinationReport(destination, InjectOutcome.Missing, null, [])
            : _cache?.IsKnownDead(copy) == true ? new DestinationReport(destination, InjectOutcome.Dead, null, [])
            : new DestinationReport(destination, InjectOutcome.Kept, null, []) { KnownSince = _cache?.KnownSince(destination, copy) };
    }

    /// <summary>
    /// A copy that the service refuses must not be reported as kept. IAM can fail while the service answers, so the copies are asked
    /// who they are, within what is left of the deadline.
    /// </summary>
    private async Task<InjectReport> MarkDeadAsync(
        InjectReport report, ServiceClient client, List<string> dead, CancellationToken cancellation)
    {
        if (_cache!.Scope is not { } scope || report.Failure!.Descriptor.Exit == ExitStatus.Usage)
        {
            return report;
        }

        DestinationReport[] judged = [.. report.Destinations];
        for (int i = 0; i < judged.Length; i++)
        {
            if (judged[i].Outcome == InjectOutcome.Kept && judged[i].Destination.ReadToken() is { Failure: null } read
                && read.Value is { } copy)
            {
                using (copy)
                {
                    Result<TeamVerification> verified = await client.VerifyAsync(_settings!, copy, scope, cancellation);
                    if (verified.Failure?.Descriptor == DiagnosticDescriptors.TokenRefused
                        || verified.Failure?.Descriptor == DiagnosticDescriptors.WrongTeam)
                    {
                        judged[i] = judged[i] with { Outcome = InjectOutcome.Dead };
                        dead.Add(_cache.MarkOf(copy));
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
