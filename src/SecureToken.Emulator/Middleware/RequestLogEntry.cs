namespace SecureToken.Emulator.Middleware;

/// <summary>
/// Puts one request in the log, once. An answer does so when it starts; whoever ends a request without a regular answer does so
/// itself, before the client can notice.
/// </summary>
internal sealed class RequestLogEntry(Action<int> write)
{
    private bool _written;

    /// <summary>nginx's status for a connection that was closed without an answer.</summary>
    public const int NoAnswer = 444;

    public void Write(int status)
    {
        if (!_written)
        {
            _written = true;
            write(status);
        }
    }
}
