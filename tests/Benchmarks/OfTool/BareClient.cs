using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace SecureToken.Benchmarks.OfTool;

/// <summary>
/// The requests of one injection over bare sockets, in a process that runs already: what the relays and the service alone take. The
/// rest of a contender's time is its own.
/// </summary>
internal sealed class BareClient(Workplace workplace, Uri iam, Uri service)
{
    /// <summary>Connects to both, asks IAM, asks for the token, asks the token for its team; returns how long it took.</summary>
    public TimeSpan Run()
    {
        long started = Stopwatch.GetTimestamp();
        using Socket toIam = Connect(iam);
        using Socket toService = Connect(service);
        string form = "grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey&apikey=" + Uri.EscapeDataString(workplace.Emulator.ApiKey);
        JsonElement minted = Ask(toIam, $"POST /identity/token HTTP/1.1\r\nHost: {iam.Authority}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {form.Length}\r\n\r\n{form}");
        string credential = minted.GetProperty("access_token").GetString()!;
        JsonElement fetched = Ask(toService, Get("/api/token", credential) + $"SysdigTeamID: {Workplace.Team}\r\n\r\n");
        string token = fetched.GetProperty("token").GetProperty("key").GetString()!;
        JsonElement proven = Ask(toService, Get("/api/users/me", token) + "\r\n");
        TimeSpan wall = Stopwatch.GetElapsedTime(started);
        return proven.GetProperty("user").GetProperty("currentTeam").GetInt32() == Workplace.Team
            ? wall
            : throw new BenchmarkException("The service answered with another team's token.");
    }

    private static Socket Connect(Uri server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, server.Port);
        return socket;
    }

    private static JsonElement Ask(Socket server, string request)
    {
        server.Send(Encoding.ASCII.GetBytes(request));
        byte[] buffer = new byte[65536];
        int length = 0;
        while (true)
        {
            int count = server.Receive(buffer.AsSpan(length));
            length += count;
            string text = Encoding.UTF8.GetString(buffer, 0, length);
            int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (count == 0)
            {
                throw new BenchmarkException("The service closed the connection:\n" + text);
            }

            if (end >= 0 && text.Length - end - 4 >= ContentLength(text[..end]))
            {
                return JsonElement.Parse(text[(end + 4)..]);
            }
        }
    }

    private static int ContentLength(string head)
    {
        const string Name = "Content-Length: ";
        int at = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        return at < 0
            ? throw new BenchmarkException("An answer without a length:\n" + head)
            : int.Parse(head.AsSpan(at + Name.Length).TrimEnd().ToString().Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private string Get(string path, string bearer) =>
        $"GET {path} HTTP/1.1\r\nHost: {service.Authority}\r\nAuthorization: Bearer {bearer}\r\nIBMInstanceID: {workplace.Emulator.InstanceId}\r\n";
}
