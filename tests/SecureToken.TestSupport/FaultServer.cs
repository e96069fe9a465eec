using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace SecureToken.TestSupport;

/// <summary>A server that answers every request with given bytes, or misbehaves in a given way. It counts and keeps what it received.</summary>
public sealed class FaultServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, Stream, CancellationToken, Task> _answer;
    private readonly SslStreamCertificateContext? _certificate;
    private readonly int _perConnection;
    private readonly Task _loop;
    private readonly List<string> _requests = [];
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _connections;
    private int _ended;

    private FaultServer(
        Func<string, Stream, CancellationToken, Task> answer, X509Certificate2? certificate, int perConnection = 1, X509Certificate2Collection? chain = null)
    {
        _perConnection = perConnection;
        _answer = answer;
        _certificate = certificate is null ? null : SslStreamCertificateContext.Create(certificate, chain, offline: true);
        _listener.Start();
        _loop = AcceptAsync();
    }

    public string BaseUrl => $"{(_certificate is null ? "http" : "https")}://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Done when the first connection is there, whether or not anything was sent over it.</summary>
    public Task Connected => _connected.Task;

    /// <summary>How many connections there have been.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>How many of them have ended.</summary>
    public int Ended => Volatile.Read(ref _ended);

    /// <summary>The heads of the requests so far.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Answers each request with these bytes and closes.</summary>
    public static FaultServer Answering(string response) => new((_, stream, stop) => stream.WriteAsync(Encoding.Latin1.GetBytes(response), stop).AsTask(), null);

    public static FaultServer Answering(int status, string contentType, string body, string headers = "") => Answering(
        $"HTTP/1.1 {status} X\r\nContent-Type: {contentType}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}Connection: close\r\n\r\n{body}");

    /// <summary>Does with each request, head and body, what the test wants.</summary>
    /// <param name="answer">Gets the request, writes what it likes.</param>
    /// <param name="certificate">For TLS; plain http without.</param>
    /// <param name="perConnection">How many requests a connection takes before it is closed.</param>
    public static FaultServer Behaving(Func<string, Stream, CancellationToken, Task> answer, X509Certificate2? certificate = null, int perConnection = 1) =>
        new(answer, certificate, perConnection);

    /// <summary>Speaks TLS with a certificate of its own.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="chain">The authorities between it and the one that is trusted.</param>
    public static FaultServer WithCertificate(X509Certificate2 certificate, params X509Certificate2[] chain) => new(
        (_, stream, stop) => stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray(), stop).AsTask(), certificate,
        chain: chain.Length == 0 ? null : new X509Certificate2Collection(chain));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> open = [];
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                _connected.TrySetResult();
                open.Add(ServeAsync(client));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped, wherever the loop was.
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                Stream stream = client.GetStream();
                if (_certificate is not null)
                {
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = _certificate }, _stop.Token);
                    stream = tls;
                }

                for (int left = _perConnection; left > 0 && await ReadHeadAsync(stream) is { Length: > 0 } head; left--)
                {
                    lock (_requests)
                    {
                        _requests.Add(head);
                    }

                    await _answer(head + await ReadBodyAsync(head, stream), stream, _stop.Token);
                    await stream.FlushAsync(_stop.Token);
                }

                client.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // The client went away, or refused the certificate: that is what is tested.
            }
            finally
            {
                Interlocked.Increment(ref _ended);
            }
        }
    }

    /// <summary>What is left unread when the connection closes becomes a reset, which can take the answer with it.</summary>
    private async Task<string> ReadBodyAsync(string head, Stream stream)
    {
        string? length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))?["Content-Length:".Length..];
        byte[] body = new byte[int.TryParse(length, out int bytes) ? Math.Min(bytes, 64 * 1024) : 0];
        int count = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, _stop.Token);
        return Encoding.Latin1.GetString(body, 0, count);
    }

    private async Task<string> ReadHeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, _stop.Token) == 1)
        {
            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
