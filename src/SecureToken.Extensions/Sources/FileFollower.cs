using SecureToken.Extensions.Refreshing;

namespace SecureToken.Extensions.Sources;

/// <summary>
/// Has a file read again when something happens in its directory: a rename, or the exchange of the link that a Kubernetes volume is. Some
/// file systems tell nothing, so it also looks now and then.
/// </summary>
internal sealed class FileFollower : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

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
            while (true)
            {
                await _signal.WaitAsync(Pause, _ended.Token);
                if (!IsCurrent())
                {
                    await _refresher.RefreshAsync(RefreshTrigger.File, _refresher.Current, _ended.Token);
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
        Core.Diagnostics.Result<Core.Secrets.Token> read = _file.Read();
        if (read.Failure is not null)
        {
            return read.Failure.Code == _refresher.LastFailure?.Code;
        }

        using Core.Secrets.Token token = read.Value;
        return _refresher.Current is { } current && _refresher.LastFailure is null && token.Matches(System.Text.Encoding.UTF8.GetBytes(current.Value));
    }
}
