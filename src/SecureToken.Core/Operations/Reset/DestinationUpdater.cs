using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Operations.Reset;

/// <summary>Brings all destinations of a reset to the new token, several at once, and reads them back.</summary>
/// <param name="destinations">The destinations.</param>
/// <param name="findings">What was found out about them before.</param>
/// <param name="lockLimit">How long to wait for the lock of one of them.</param>
/// <param name="clock">The clock.</param>
internal sealed class DestinationUpdater(
    IReadOnlyList<Destination> destinations, IReadOnlyList<PreflightFinding> findings, TimeSpan lockLimit, TimeProvider clock)
{
    /// <summary>
    /// An earlier current token can be written by a build that had asked before the reset. It notices by itself, as we do; this is for both
    /// at once.
    /// </summary>
    private const int Rounds = 3;

    private readonly ResetDestination[] _results = new ResetDestination[destinations.Count];
    private long _begun;

    /// <summary>What became of each destination, in order.</summary>
    public IReadOnlyList<ResetDestination> Results => _results;

    /// <summary>The same, without times.</summary>
    public IReadOnlyList<DestinationReport> Reports => [.. _results.Select(result => result.Result)];

    /// <summary>How many do not hold the token.</summary>
    public int Stale => _results.Count(result => result.Result.Outcome == InjectOutcome.Failed);

    /// <summary>What a person has to do so that the token takes effect where it stands now.</summary>
    /// <param name="isNew">
    /// Whether what holds the token already counts too: someone else was faster, and what reads the copy has the old one all the same.
    /// </param>
    public IReadOnlyList<string> Todo(bool isNew) =>
    [
        .. _results.Select(result => result.Result)
            .Where(result => result.Outcome == InjectOutcome.Written || (isNew && result.Outcome == InjectOutcome.Unchanged))
            .Select(result => result.Destination.AfterReset).OfType<string>().Distinct(),
    ];

    /// <summary>When the last destination was done.</summary>
    public long LastDone { get; private set; }

    /// <summary>Updates every destination. It is not cancelled: the old token is invalid, and stopping would help nobody.</summary>
    /// <param name="currentToken">The token.</param>
    /// <param name="held">The locks, if they are held already; else each file's is taken when it is its turn.</param>
    public void Bring(FetchedToken currentToken, DestinationLocks? held) =>
        Each(held, (locks, lockIndex, index) => Resolve(index, locks.Bring(lockIndex, currentToken, CancellationToken.None)));

    /// <summary>
    /// Updates every destination to the token that it has, and takes as long for each as a new token would take: what is current already is
    /// written next to it and removed.
    /// </summary>
    public void Rehearse(FetchedToken currentToken, DestinationLocks held) =>
        Each(held, (locks, lockIndex, index) =>
        {
            Result<bool> written = locks.Bring(lockIndex, currentToken, CancellationToken.None);
            Resolve(index, written.Failure is null && !written.Value && locks.Rehearse(lockIndex) is { } obstacle ? obstacle : written);
        });

    /// <summary>Reads every destination back, and updates those again that changed meanwhile.</summary>
    public void ReadBack(FetchedToken currentToken)
    {
        for (int round = 0; round < Rounds; round++)
        {
            int[] changed = [.. Enumerable.Range(0, _results.Length).Where(index => HoldsAnother(index, currentToken))];
            if (changed.Length == 0)
            {
                return;
            }

            Workers.ForEach(
                changed.Length, i => Resolve(changed[i], destinations[changed[i]].Inject(currentToken, CancellationToken.None)));
        }

        foreach (int index in Enumerable.Range(0, _results.Length).Where(index => HoldsAnother(index, currentToken)))
        {
            Resolve(index, Failure.Of(DiagnosticDescriptors.ReadBackFailed, destinations[index].Location));
        }
    }

    private void Each(DestinationLocks? held, Action<DestinationLocks, int, int> work)
    {
        _begun = clock.GetTimestamp();
        LastDone = _begun;
        IReadOnlyList<int[]> groups = held?.Groups ?? DestinationLocks.GroupsOf(destinations);
        Workers.ForEach(groups.Count, g =>
        {
            int[] group = groups[g];
            using DestinationLocks? own = held is null
                ? DestinationLocks.Take([.. group.Select(index => destinations[index])], lockLimit, CancellationToken.None) : null;
            for (int i = 0; i < group.Length; i++)
            {
                work(own ?? held!, own is null ? group[i] : i, group[i]);
            }
        });
    }

    private void Resolve(int index, Result<bool> written)
    {
        long now = clock.GetTimestamp();
        lock (_results)
        {
            LastDone = now > LastDone ? now : LastDone;
            InjectOutcome outcome = written.Failure is not null
                ? InjectOutcome.Failed : written.Value ? InjectOutcome.Written : InjectOutcome.Unchanged;
            var line = new DestinationReport(
                destinations[index], outcome, written.Failure?.At(destinations[index].DeclaredAt), findings[index].Warnings);
            _results[index] = new ResetDestination(
                line, written.Failure is null ? clock.GetElapsedTime(_begun, now).TotalMilliseconds : null);
        }
    }

    private bool HoldsAnother(int index, FetchedToken currentToken)
    {
        if (_results[index].Result.Outcome == InjectOutcome.Failed || !destinations[index].IsReadable)
        {
            return false;
        }

        Result<Token?> read = destinations[index].ReadToken();
        using Token? copy = read.Failure is null ? read.Value : null;
        return copy is null || !copy.Matches(currentToken.Token.Utf8);
    }
}
