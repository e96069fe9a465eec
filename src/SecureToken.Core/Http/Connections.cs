using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace SecureToken.Core.Http;

/// <summary>Opens connections: when a request needs one, or ahead of it, while another server is still answering.</summary>
internal sealed class Connections : IDisposable
{
    private readonly TransportOptions _options;
    private readonly Lock _gate = new();

    // Null once it was taken: a server gets one connection ahead, and no more.
    private readonly Dictionary<string, Task<Stream>?> _ahead = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource _end = new();
    private RefusedCertificate? _refused;

    public Connections(TransportOptions options)
    {
        _options = options;
        Proxy = options.IsDirect ? EnvironmentProxy.None : EnvironmentProxy.Create(options.Environment);
    }

    /// <summary>What stands between.</summary>
    public IWebProxy Proxy { get; }

    /// <summary>Follows nothing, unpacks nothing, remembers nothing, and sends a request once.</summary>
    public SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = _options.Connect,
        Proxy = Proxy,
        SslOptions = TlsOptions(),
        ConnectCallback = (context, cancellation) => _options.IsBlocking
            ? new ValueTask<Stream>(TakeOrConnect(context.DnsEndPoint, cancellation))
            : new ValueTask<Stream>(TakeOrConnectAsync(context.DnsEndPoint, cancellation)),
        PlaintextStreamFilter = static (context, _) => ValueTask.FromResult<Stream>(new PlaintextStream(context.PlaintextStream)),
    };

    /// <summary>Starts the connection that the first request to a server will use. That request reports a failure.</summary>
    public void OpenAhead(Uri server)
    {
        string key = Key(server.IdnHost, server.Port);
        lock (_gate)
        {
            if (Proxy.IsBypassed(server) && !_ahead.ContainsKey(key))
            {
                CancellationToken end = _end.Token;
                _ahead.Add(key, _options.IsBlocking ? Task.Run(() => ConnectAhead(server, end), end) : ConnectAheadAsync(server, end));
            }
        }
    }

    /// <summary>The certificate that was refused last: the exception does not name it.</summary>
    public RefusedCertificate? TakeRefused() => Interlocked.Exchange(ref _refused, null);

    public void Dispose()
    {
        _end.Cancel();
        foreach (Task<Stream> unused in _ahead.Values.OfType<Task<Stream>>())
        {
            unused.ContinueWith(
                static task =>
                { if (task.IsCompletedSuccessfully) { task.Result.Dispose(); } else { _ = task.Exception; } }, TaskScheduler.Default);
        }

        _end.Dispose();
    }

    private static string Key(string host, int port) => $"{host}:{port}";

    private static async Task<Stream> ConnectAsync(DnsEndPoint server, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The same on a thread that waits (<see cref="TransportOptions.IsBlocking"/>).</summary>
    private static NetworkStream Connect(DnsEndPoint server, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using CancellationTokenRegistration end = cancellation.UnsafeRegister(static socket => ((Socket)socket!).Dispose(), socket);
            socket.Connect(server);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception exception)
        {
            socket.Dispose();
            if (exception is SocketException or ObjectDisposedException)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            throw;
        }
    }

    private async Task<Stream> TakeOrConnectAsync(DnsEndPoint server, CancellationToken cancellation)
    {
        if (Take(Key(server.Host, server.Port)) is { } ahead)
        {
            try
            {
                return await ahead.WaitAsync(cancellation);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellation.IsCancellationRequested)
            {
                // Once more below, where a failure is met by the request that it belongs to.
            }
        }

        return await ConnectAsync(server, cancellation);
    }

    /// <summary>The same on the thread on which the handler opens connections; whoever waits for one can still leave.</summary>
    private Stream TakeOrConnect(DnsEndPoint server, CancellationToken cancellation)
    {
        if (Take(Key(server.Host, server.Port)) is { } ahead)
        {
            try
            {
                return ahead.WaitAsync(cancellation).GetAwaiter().GetResult();
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellation.IsCancellationRequested)
            {
                // Once more below, as above.
            }
        }

        return Connect(server, cancellation);
    }

    private Task<Stream>? Take(string key)
    {
        lock (_gate)
        {
            if (_ahead.TryGetValue(key, out Task<Stream>? ahead))
            {
                _ahead[key] = null;
            }

            return ahead;
        }
    }

    private Stream ConnectAhead(Uri server, CancellationToken cancellation)
    {
        Stream plain = Connect(new DnsEndPoint(server.IdnHost, server.Port), cancellation);
        if (server.Scheme != Uri.UriSchemeHttps)
        {
            return plain;
        }

        var secure = new SslStream(plain);
        try
        {
            using CancellationTokenRegistration end = cancellation.UnsafeRegister(static stream => ((Stream)stream!).Dispose(), plain);
            secure.AuthenticateAsClient(TlsOptions(server.IdnHost));
            return secure;
        }
        catch
        {
            secure.Dispose();
            throw;
        }
    }

    private async Task<Stream> ConnectAheadAsync(Uri server, CancellationToken cancellation)
    {
        Stream plain = await ConnectAsync(new DnsEndPoint(server.IdnHost, server.Port), cancellation);
        if (server.Scheme != Uri.UriSchemeHttps)
        {
            return plain;
        }

        // A stream that speaks TLS already is taken by the handler as it is.
        var secure = new SslStream(plain);
        try
        {
            await secure.AuthenticateAsClientAsync(TlsOptions(server.IdnHost), cancellation);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }

    private SslClientAuthenticationOptions TlsOptions(string? host = null) => new()
    {
        TargetHost = host,

        // Not the system's choice: where OpenSSL has no configuration, or an old one, that offers 1.0 and 1.1 too.
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateChainPolicy = _options.Trust?.CreatePolicy(),
        RemoteCertificateValidationCallback = RememberRefused,
    };

    /// <summary>
    /// Decides exactly as the platform did, and as the user's list of revoked certificates does; remembers the one that was refused.
    /// </summary>
    private bool RememberRefused(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None && _options.Trust?.RevokedOf(chain) is { } revoked)
        {
            _refused = RefusedCertificate.Revoked(revoked);
            return false;
        }

        if (certificate is not null && errors == SslPolicyErrors.None)
        {
            _options.OnCertificate?.Invoke(certificate);
        }

        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        if (certificate is not null)
        {
            _refused = RefusedCertificate.Of(certificate, chain, ((SslStream)sender).TargetHostName);
        }

        return false;
    }
}
