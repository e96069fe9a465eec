using System.Net;
using System.Net.Sockets;

namespace SecureToken.TestSupport;

/// <summary>A port of this machine at which nobody listens, and that nobody else is given meanwhile.</summary>
public sealed class ClosedPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ClosedPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Number => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public string BaseUrl => $"http://127.0.0.1:{Number}";

    public void Dispose() => _socket.Dispose();
}
