using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace SecureToken.Emulator.Middleware;

/// <summary>Ends a request below HTTP, where a regular answer cannot: on its socket, to which the server has written nothing yet.</summary>
internal sealed class RawConnection(HttpContext context, CancellationToken stopping)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Socket _socket = context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
    private readonly RequestLogEntry _entry = context.Features.GetRequiredFeature<RequestLogEntry>();

    /// <summary>Sends some bytes and closes in good order: the client sees an end, not an error.</summary>
    public async Task CloseAsync(int statusForLog, ReadOnlyMemory<byte> bytes = default)
    {
        _entry.Write(statusForLog);
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, context.RequestAborted)..];
        }

        _socket.Shutdown(SocketShutdown.Send);

        // Only half is closed: a full close with something unread would be answered with RST.
        using var clientLeft = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        clientLeft.CancelAfter(Patience);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, clientLeft.Token);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    /// <summary>Tears the connection down.</summary>
    public void Reset(int statusForLog)
    {
        _entry.Write(statusForLog);
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        context.Abort();
    }

    /// <summary>Says nothing until the client gives up.</summary>
    /// <exception cref="OperationCanceledException">It has, or the emulator stops.</exception>
    public async Task KeepSilentAsync()
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, either.Token);
    }
}
