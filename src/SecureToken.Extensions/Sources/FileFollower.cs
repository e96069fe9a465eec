using SecureToken.Core.Diagnostics;
using SecureToken.Core.Secrets;
using SecureToken.Core.Timing;
using SecureToken.Extensions.Refreshing;

namespace SecureToken.Extensions.Sources;

/// <summary>
/// Has a file read again when something happens in its directory: a rename, or the exchange of the link that a Kubernetes volume is. Some
/// file systems tell nothing, so it also looks now and then.
/// </summary>
internal sealed class FileFollower : IDisposable
{
    private static readonly Backoff Pauses = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1));

    private readonly TokenFile _file;
    private readonly TokenRefresher _refresher;
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly CancellationTokenSource _ended = new();
    private readonly FileSystemWatcher? _watcher;

    public FileFollower(TokenFile file, TokenRefresher refresher)
    {
        _file = file;
        _refresher = refresher;
        _watcher = Watch(Path.GetDirectoryName(file.Path)!);
        _ = Task.Run(FollowAsync);
    }

    public void Dispose()
    {
        _watcher?.Dispose();
        _ended.Cancel();
    }

    private FileSystemWatcher? Watch(string directory)
    {
        try
        {
            var watcher = new FileSystemWatcher(directory);
            watcher.Created += (_, _) => Signal();
            watcher.Changed += (_, _) => Signal();
            watcher.Renamed += (_, _) => Signal();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // No directory yet, or no watches left on this machine: then it is looked at now and then.
            return null;
        }
    }

    private void Signal()
    {
        lock (_signal)
        {
            if (_signal.CurrentCount == 0)
            {
                _signal.Release();
            }
        }
    }

    private async Task FollowAsync()
    {
        try
        {
            int troubles = 0;
            while (true)
            {
                await _signal.WaitAsync(Pauses.Pause(troubles), _ended.Token);
                if (!IsCurrent())
                {
                    await _refresher.RefreshAsync(RefreshTrigger.File, _refresher.Current, _ended.Token);
                    troubles = _refresher.LastFailure is null ? 0 : troubles + 1;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }
    }

    /// <summary>Whether the file holds the token in use. A file that is not there is told once, by the refresh.</summary>
    private bool IsCurrent()
    {
        Result<Token> read = _file.Read();
        if (read.Failure is not null)
        {
            return read.Failure.Code == _refresher.LastFailure?.Code;
        }

        using Token token = read.Value;
        return _refresher.Current is { } current && _refresher.LastFailure is null && current.Holds(token);
    }
}
