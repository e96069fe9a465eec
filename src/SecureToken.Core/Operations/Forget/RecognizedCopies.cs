using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Operations.Forget;

/// <summary>Tells which values in the destinations of one token are copies of ours.</summary>
/// <param name="plan">The token and its destinations.</param>
/// <param name="known">What the ledgers know.</param>
/// <param name="isForced">Whether any value is taken for ours.</param>
internal sealed class RecognizedCopies(InjectPlan plan, LedgerQueries known, bool isForced)
{
    private readonly ForgetLine?[] _lines = new ForgetLine?[plan.Destinations.Count];
    private HashSet<string>? _fingerprints;
    private KnownToken? _memory = known.Of(plan.Settings.Endpoint, plan.Settings.Instance, plan.Settings.Team);

    /// <summary>What becomes of each destination, so far.</summary>
    public IReadOnlyList<ForgetLine> Lines => [.. _lines.Select((line, i) => line ?? Kept(plan.Destinations[i], string.Empty))];

    /// <summary>Whether some value is not known by the ledger, so that the service must be asked.</summary>
    public bool IsInDoubt => Array.Exists(_lines, line => line is null);

    /// <summary>Looks at one destination, with what the ledger knows.</summary>
    public void Look(int index)
    {
        Destination destination = plan.Destinations[index];
        _lines[index] = !destination.IsReadable || !destination.IsPersistent || destination.GuardedPath is null
            ? new ForgetLine(
                destination, ForgetOutcome.Kept, Failure.Of(DiagnosticDescriptors.CopyNotLocal, destination.Kind, destination.Location))
            : Judge(destination, IsKnown);
    }

    /// <summary>Looks again where the ledger did not know the value.</summary>
    public async Task AskAsync(ServiceClient client, CancellationToken cancellation)
    {
        Result<FetchedToken> fetched = await client.FetchAsync(plan.Settings, cancellation);
        using FetchedToken? currentToken = fetched.Failure is null ? fetched.Value : null;

        // Under its name the team may not have been known, and under its id it is.
        _memory ??= currentToken is null
            ? null : known.Of(
            currentToken.Scope.Endpoint, new InstanceSelector(currentToken.Scope.Instance),
            new TeamSelector(currentToken.Scope.Team.Id, null));
        for (int i = 0; i < _lines.Length; i++)
        {
            Destination destination = plan.Destinations[i];
            _lines[i] ??= currentToken is null ? Kept(destination, $", and the service could not be asked ({fetched.Failure!.Code})")
                : Judge(destination, copy => copy.Matches(currentToken.Token.Utf8) || IsKnown(copy)) ?? Kept(destination, string.Empty);
        }
    }

    private bool IsKnown(Token copy)
    {
        if (_memory is null)
        {
            return false;
        }

        string fingerprint = _memory.Scope.FingerprintOf(copy.Utf8).Value;
        return _memory.Record.Fingerprint == fingerprint
            || (_fingerprints ??= [.. _memory.Copies.Select(known => known.Place.Fingerprint)]).Contains(fingerprint);
    }

    /// <summary>What becomes of a destination; null when what stands there is not known.</summary>
    private ForgetLine? Judge(Destination destination, Func<Token, bool> isOurs)
    {
        Result<bool> occupied = destination.IsOccupied();
        if (occupied.Failure is { } failure)
        {
            return new ForgetLine(destination, ForgetOutcome.Failed, failure.At(destination.DeclaredAt));
        }

        if (!occupied.Value || isForced)
        {
            return new ForgetLine(destination, occupied.Value ? ForgetOutcome.Due : ForgetOutcome.Missing, null);
        }

        Result<Token?> read = destination.ReadToken();
        using Token? copy = read.Failure is null ? read.Value : null;
        return copy is not null && isOurs(copy) ? new ForgetLine(destination, ForgetOutcome.Due, null) : null;
    }

    private ForgetLine Kept(Destination destination, string addition) =>
        new(destination, ForgetOutcome.Kept,
            Failure.Of(DiagnosticDescriptors.CopyNotOurs, destination.Location, destination.Slot, plan.Settings.Team, addition)
            .At(destination.DeclaredAt));
}
