using System.Net.Sockets;
using System.Text;

namespace SecureToken.Emulator.Tests.Support;

/// <summary>One request without an HTTP client, so that every byte of the answer is seen, and how the connection ended.</summary>
internal sealed record RawExchange(string Received, bool WasTornDown)
{
    public static async Task<RawExchange> OfAsync(
        EmulatorServer server, string method, string path, params (string Name, string Value)[] headers)
    {
        var ct = TestContext.Current.CancellationToken;
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync("127.0.0.1", server.BaseUrl.Port, ct);
        var stream = client.GetStream();
        var lines = headers.Append(("Host", server.BaseUrl.Authority)).Append(("Content-Length", "2")).Append(("Connection", "close")).Select(header => $"{header.Item1}: {header.Item2}\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\n{string.Concat(lines)}\r\n{{}}"), ct);

        var received = new MemoryStream();
        try
        {
            await stream.CopyToAsync(received, ct);
        }
        catch (IOException failure) when (failure.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return new RawExchange(Text(received), WasTornDown: true);
        }

        return new RawExchange(Text(received), WasTornDown: false);
    }

    private static string Text(MemoryStream bytes) => Encoding.Latin1.GetString(bytes.ToArray());
}
