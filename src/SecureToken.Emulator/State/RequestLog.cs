namespace SecureToken.Emulator.State;

/// <summary>
/// What was asked so far, oldest first. A request is counted when it arrives, because one that gets no answer was received all
/// the same; what it came to is known, and added, later.
/// </summary>
internal sealed class RequestLog(Action<EmulatorRequest>? onRequest)
{
    private readonly Lock _gate = new();
    private readonly List<EmulatorRequest> _requests = [];
    private readonly Dictionary<string, int> _arrivals = new(StringComparer.Ordinal);

    public IReadOnlyList<EmulatorRequest> Snapshot()
    {
        lock (_gate)
        {
            return [.. _requests];
        }
    }

    /// <summary>How often each method and path arrived.</summary>
    public IReadOnlyDictionary<string, int> Counts()
    {
        lock (_gate)
        {
            return new Dictionary<string, int>(_arrivals, StringComparer.Ordinal);
        }
    }

    public void Arrived(string method, string path)
    {
        lock (_gate)
        {
            var key = Key(method, path);
            _arrivals[key] = _arrivals.GetValueOrDefault(key) + 1;
        }
    }

    public void Add(EmulatorRequest request)
    {
        lock (_gate)
        {
            _requests.Add(request);
        }

        onRequest?.Invoke(request);
    }

    public int Count(string method, string path)
    {
        lock (_gate)
        {
            return _arrivals.GetValueOrDefault(Key(method, path));
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _requests.Clear();
            _arrivals.Clear();
        }
    }

    private static string Key(string method, string path) => method + " " + path;
}
