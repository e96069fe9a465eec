using System.Net;
using System.Net.Sockets;

namespace SecureToken.TestSupport;

/// <summary>
/// A server that speaks one old version of TLS and no other. It is made of bytes: the libraries of today refuse to speak these versions,
/// also as a server.
/// </summary>
public sealed class OldTlsServer : IAsyncDisposable
{
    private const byte Handshake = 22;
    private const byte Alert = 21;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Version _version;
    private readonly Task _loop;
    private readonly List<int> _alerts = [];
    private readonly HashSet<Version> _offered = [];

    /// <summary>Starts it.</summary>
    /// <param name="version">1.0 or 1.1; with 1.2 it goes on as far as a server without a certificate can.</param>
    public OldTlsServer(Version version)
    {
        _version = version;
        _listener.Start();
        _loop = AcceptAsync();
    }

    public string BaseUrl => $"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>The alerts by which a client refuses a version: it is not spoken (70), or was not among those offered (47).</summary>
    public static IReadOnlyList<int> RefusalsOfVersion { get; } = [70, 47];

    /// <summary>The descriptions of the alerts that clients ended with.</summary>
    public IReadOnlyList<int> Alerts
    {
        get
        {
            lock (_alerts)
            {
                return [.. _alerts];
            }
        }
    }

    /// <summary>The versions that clients offered.</summary>
    public IReadOnlyList<Version> Offered
    {
        get
        {
            lock (_alerts)
            {
                return [.. _offered.Order()];
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await ServeAsync(client.GetStream());
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        try
        {
            (_, byte[] hello) = await ReadRecordAsync(stream);
            lock (_alerts)
            {
                _offered.UnionWith(VersionsOf(hello));
            }

            await stream.WriteAsync(ServerHello(CipherOf(hello)), _stop.Token);
            (byte kind, byte[] answer) = await ReadRecordAsync(stream);
            lock (_alerts)
            {
                if (kind == Alert && answer.Length == 2)
                {
                    _alerts.Add(answer[1]);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // The client is gone.
        }
    }

    private async Task<(byte Kind, byte[] Content)> ReadRecordAsync(NetworkStream stream)
    {
        byte[] head = new byte[5];
        await stream.ReadExactlyAsync(head, _stop.Token);
        byte[] content = new byte[(head[3] << 8) | head[4]];
        await stream.ReadExactlyAsync(content, _stop.Token);
        return (head[0], content);
    }

    /// <summary>The version, a random number, no session, a cipher, no compression.</summary>
    private byte[] ServerHello(byte[] cipher)
    {
        byte minor = (byte)(_version.Minor + 1);
        byte[] body = [3, minor, .. Enumerable.Repeat((byte)0x5A, 32), 0, .. cipher, 0];
        byte[] message = [2, 0, 0, (byte)body.Length, .. body];
        return [Handshake, 3, minor, 0, (byte)message.Length, .. message];
    }

    /// <summary>The first cipher that is offered and was there before TLS 1.3: it must not be the reason of a refusal.</summary>
    private static byte[] CipherOf(byte[] hello)
    {
        int at = 4 + 2 + 32;
        at += 1 + hello[at];
        int length = (hello[at] << 8) | hello[at + 1];
        return hello[(at + 2)..(at + 2 + length)].Chunk(2).First(cipher => cipher[0] is not 0x13 && cipher is not [0x00, 0xFF]);
    }

    /// <summary>What the extension "supported versions" lists; without it the version of the message is the newest.</summary>
    private static IEnumerable<Version> VersionsOf(byte[] hello)
    {
        int at = 4 + 2 + 32;
        at += 1 + hello[at];
        at += 2 + ((hello[at] << 8) | hello[at + 1]);
        at += 1 + hello[at];
        at += 2;
        while (at + 4 <= hello.Length)
        {
            int kind = (hello[at] << 8) | hello[at + 1];
            int length = (hello[at + 2] << 8) | hello[at + 3];
            if (kind == 43)
            {
                return [.. Enumerable.Range(0, hello[at + 4] / 2).Select(i => hello.AsSpan(at + 5 + (i * 2), 2).ToArray()).Where(version => version[0] == 3).Select(version => new Version(1, version[1] - 1))];
            }

            at += 4 + length;
        }

        return Enumerable.Range(0, hello[5]).Select(minor => new Version(1, minor));
    }
}
