using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace SecureToken.Benchmarks.OfTool;

/// <summary>
/// A TCP relay that makes the loopback interface as slow as a distance: each direction takes half a round trip. The kernel answers a
/// connect at once, so the round trip of the handshake is made up for: nothing that a client sends within it leaves before it is over.
/// </summary>
internal sealed class DelayingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _server;
    private readonly TimeSpan _roundTrip;
    private readonly Task _loop;
    private int _connections;

    public DelayingRelay(Uri server, TimeSpan roundTrip)
    {
        _server = new IPEndPoint(IPAddress.Loopback, server.Port);
        _roundTrip = roundTrip;
        _listener.Start();
        _loop = AcceptAsync();
    }

    public string BaseUrl => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public int Connections => Volatile.Read(ref _connections);

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
                long accepted = Stopwatch.GetTimestamp();
                Interlocked.Increment(ref _connections);
                open.Add(RelayAsync(client, accepted));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task RelayAsync(TcpClient client, long accepted)
    {
        using (client)
        using (var server = new TcpClient { NoDelay = true })
        {
            client.NoDelay = true;
            await server.ConnectAsync(_server);
            await Task.WhenAll(
                CarryAsync(client, server, accepted + (long)(_roundTrip.TotalSeconds * Stopwatch.Frequency)), CarryAsync(server, client, accepted));
        }
    }

    /// <summary>Reading does not wait for the delivery of what was read before, so a message in several pieces is delayed once.</summary>
    private async Task CarryAsync(TcpClient from, TcpClient to, long notBefore)
    {
        var way = Channel.CreateUnbounded<(long Due, byte[] Bytes)>();
        Task delivery = DeliverAsync(way.Reader, to);
        byte[] buffer = new byte[65536];
        try
        {
            int count;
            while ((count = await from.GetStream().ReadAsync(buffer, _stop.Token)) > 0)
            {
                long sent = Math.Max(Stopwatch.GetTimestamp(), notBefore);
                way.Writer.TryWrite((sent + (long)(_roundTrip.TotalSeconds / 2 * Stopwatch.Frequency), buffer[..count]));
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The other side is gone, which ends this way as well.
        }

        way.Writer.Complete();
        await delivery;
    }

    private static async Task DeliverAsync(ChannelReader<(long Due, byte[] Bytes)> way, TcpClient to)
    {
        try
        {
            await foreach ((long due, byte[] bytes) in way.ReadAllAsync())
            {
                await WaitAsync(due);
                await to.GetStream().WriteAsync(bytes);
            }

            to.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is IOException or SocketException or InvalidOperationException)
        {
            // The client was faster at closing.
        }
    }

    /// <summary>A timer is late by a millisecond or two, which would be counted as the client's.</summary>
    private static async Task WaitAsync(long due)
    {
        double left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due).TotalMilliseconds;
        if (left > 3)
        {
            await Task.Delay((int)left - 2);
        }

        while (Stopwatch.GetTimestamp() < due)
        {
            Thread.SpinWait(20);
        }
    }
}
