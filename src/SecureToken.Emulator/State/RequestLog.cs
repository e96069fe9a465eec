namespace SecureToken.Emulator.State;

/// <summary>What was asked so far, oldest first.</summary>
internal sealed class RequestLog(Action<EmulatorRequest>? onRequest)
{
    private readonly Lock _gate = new();
    private readonly List<EmulatorRequest> _requests = [];

    public IReadOnlyList<EmulatorRequest> Snapshot()
    {
        lock (_gate)
        {
            return [.. _requests];
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
            return _requests.Count(request => request.Method == method && request.Path == path);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _requests.Clear();
        }
    }
}
