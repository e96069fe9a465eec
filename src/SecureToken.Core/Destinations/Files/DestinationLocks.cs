using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Destinations.Files;

/// <summary>
/// The locks of several destinations, held together. They are taken in the order of their canonical paths, so that two runs with the same
/// files in another order cannot wait for each other. Two destinations in one file share its lock. What is no file has no lock, and no file
/// has one where there is no state directory: each write is safe without it, and another run may come between two writes.
/// </summary>
internal sealed class DestinationLocks : IDisposable
{
    private readonly IReadOnlyList<Destination> _destinations;
    private readonly Dictionary<string, Result<FileLock>> _held = new(PathRules.Here.Comparer);

    private DestinationLocks(IReadOnlyList<Destination> destinations)
    {
        _destinations = destinations;
        Groups = GroupsOf(destinations);
    }

    /// <summary>The indexes of the destinations that must be written one after another; the groups may be written at once.</summary>
    public IReadOnlyList<int[]> Groups { get; }

    /// <summary>The indexes of some destinations, those of one lock together.</summary>
    public static IReadOnlyList<int[]> GroupsOf(IReadOnlyList<Destination> destinations)
    {
        IEnumerable<IGrouping<string?, int>> byLock = Enumerable.Range(0, destinations.Count).GroupBy(
            i => destinations[i].LockFile, PathRules.Here.Comparer);
        return [.. byLock.SelectMany(group => group.Key is null ? group.Select(i => new[] { i }) : [group.ToArray()])];
    }

    /// <summary>Takes the locks. One that cannot be had is reported by <see cref="Rehearse"/> and <see cref="Bring"/>.</summary>
    /// <param name="destinations">The destinations.</param>
    /// <param name="limit">How long to wait for each other holder.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static DestinationLocks Take(IReadOnlyList<Destination> destinations, TimeSpan limit, CancellationToken cancellation)
    {
        var locks = new DestinationLocks(destinations);
        if (!OperatingSystem.IsWindows())
        {
            Posix.AllowOpenFiles(destinations.Count);
        }

        var files = destinations.OfType<FileDestination>().Where(file => file.LockFile is not null)
            .DistinctBy(file => file.LockFile, PathRules.Here.Comparer);
        foreach (FileDestination file in files.OrderBy(
            file => PathRules.Here.Comparable(Canonical(file.LockFile!)), StringComparer.Ordinal))
        {
            locks._held.Add(file.LockFile!, FileLock.Acquire(file.LockFile!, file.Location, limit, cancellation));
        }

        return locks;
    }

    /// <summary>Finds out whether a destination could be updated to another token now; nothing of it changes.</summary>
    public Failure? Rehearse(int index)
    {
        if (_destinations[index] is not FileDestination file)
        {
            return _destinations[index].Rehearse(CancellationToken.None);
        }

        if (!Open(file).Succeeded(out SecretFile? held, out Failure? failure))
        {
            return failure;
        }

        using (held)
        {
            return held.Rehearse(Token.MaximumLength);
        }
    }

    /// <summary>Brings a destination to a token under the lock that is held.</summary>
    public Result<bool> Bring(int index, FetchedToken currentToken, CancellationToken cancellation)
    {
        if (_destinations[index] is not FileDestination file)
        {
            return _destinations[index].Inject(currentToken, cancellation);
        }

        if (!Open(file).Succeeded(out SecretFile? held, out Failure? failure))
        {
            return failure;
        }

        using (held)
        {
            return file.Write(held, currentToken);
        }
    }

    /// <summary>Gives all locks back.</summary>
    public void Dispose()
    {
        foreach (Result<FileLock> held in _held.Values)
        {
            if (held.Failure is null)
            {
                held.Value.Dispose();
            }
        }
    }

    private static string Canonical(string lockFile) =>
        CanonicalPath.Of(lockFile).Succeeded(out string? canonical, out _) ? canonical : lockFile;

    private Result<SecretFile> Open(FileDestination file) =>
        file.LockFile is null ? file.Under(null)
        : _held[file.LockFile].Succeeded(out FileLock? held, out Failure? failure) ? file.Under(held)
        : failure;
}
