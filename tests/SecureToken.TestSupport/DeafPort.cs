using System.Net;
using System.Net.Sockets;

namespace SecureToken.TestSupport;

/// <summary>A port on loopback that takes no connection and refuses none either, as behind a firewall that drops packets.</summary>
public sealed class DeafPort : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _waiting = [];

    public DeafPort()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0);
        while (Enqueue())
        {
        }
    }

    public int Number => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Dispose()
    {
        _waiting.ForEach(socket => socket.Dispose());
        _listener.Dispose();
    }

    /// <summary>Whether the queue of the port had room for one more connection that nobody takes.</summary>
    private bool Enqueue()
    {
        // The kernel opens it on loopback before the call returns; no thread of ours is needed for that, however busy the machine is.
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        _waiting.Add(socket);
        try
        {
            socket.Connect(_listener.LocalEndPoint!);
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            return socket.Poll(TimeSpan.FromMilliseconds(500), SelectMode.SelectWrite);
        }
    }
}
