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
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _waiting.Add(socket);
        Task connected = socket.ConnectAsync(_listener.LocalEndPoint!);
        return connected.Wait(TimeSpan.FromMilliseconds(500));
    }
}
