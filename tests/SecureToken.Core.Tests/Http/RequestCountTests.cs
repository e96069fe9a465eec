using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Tests.Service;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Http;

/// <summary>An attempt is one request at most: the servers here count what really arrives.</summary>
public class RequestCountTests : IDisposable
{
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    private readonly X509Certificate2 _certificate = Certificates.SelfSigned();
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string, string, bool> Faults
    {
        get
        {
            var all = new TheoryData<string, string, bool>();
            foreach (string method in (string[])["GET", "POST", "POST without a body"])
            {
                foreach (string fault in (string[])["close", "reset", "half a head", "half a body"])
                {
                    all.Add(method, fault, false);
                    all.Add(method, fault, true);
                }
            }

            return all;
        }
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether the caller's thread waits, as in a build.</summary>
    private protected virtual bool IsBlocking => false;

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Nothing_but_an_attempt_sends_a_request(string method, string fault, bool tls)
    {
        await using FaultServer server = FaultServer.Behaving((_, stream, stop) => PlayAsync(fault, stream, stop), tls ? _certificate : null);
        Failure failure = (await SendAsync(server, method, Resend.Never)).Failure!;
        Assert.Equal(DiagnosticDescriptors.ConnectionFailed, failure.Descriptor);
        Assert.Single(server.Requests);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Nine_attempts_are_nine_requests(string method, string fault, bool tls)
    {
        await using FaultServer server = FaultServer.Behaving((_, stream, stop) => PlayAsync(fault, stream, stop), tls ? _certificate : null);
        Assert.Equal(DiagnosticDescriptors.ConnectionFailed, (await SendAsync(server, method, Resend.Freely)).Failure!.Descriptor);
        Assert.Equal(9, server.Requests.Count);
    }

    [Theory]
    [InlineData("GET", false)]
    [InlineData("GET", true)]
    [InlineData("POST", false)]
    [InlineData("POST", true)]
    [InlineData("POST without a body", false)]
    [InlineData("POST without a body", true)]
    public async Task A_connection_that_served_before_and_closes_now_sends_no_second_request(string method, bool tls)
    {
        int seen = 0;
        await using FaultServer server = FaultServer.Behaving(
            async (_, stream, stop) =>
            {
                if (Interlocked.Increment(ref seen) == 1)
                {
                    await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(Answer), stop);
                }
            },
            tls ? _certificate : null,
            perConnection: 2);
        using var transport = new Transport(Options(tls));
        Assert.Null((await transport.SendAsync(Request(server, method, Resend.Never), TestContext.Current.CancellationToken)).Failure);
        Failure failure = (await transport.SendAsync(Request(server, method, Resend.Never), TestContext.Current.CancellationToken)).Failure!;
        Assert.Equal(1, server.Connections);
        Assert.Equal(2, server.Requests.Count);
        Assert.Contains("connection closed without a response", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_is_used_again_where_the_server_keeps_it()
    {
        await using FaultServer server = FaultServer.Behaving(
            (_, stream, stop) => stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(Answer), stop).AsTask(), _certificate, perConnection: 5);
        using var transport = new Transport(Options(true));
        for (int i = 0; i < 5; i++)
        {
            Assert.Null((await transport.SendAsync(Request(server, "GET", Resend.Freely), TestContext.Current.CancellationToken)).Failure);
        }

        Assert.Equal((1, 5), (server.Connections, server.Requests.Count));
    }

    [Fact]
    public async Task A_body_that_ends_with_its_connection_is_read_whole()
    {
        await using FaultServer server = FaultServer.Answering("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"a\":1}");
        Result<ApiResponse> sent = await SendAsync(server, "GET", Resend.Never);
        Assert.Equal("{\"a\":1}"u8, sent.Value.Body.Span);
        sent.Value.Dispose();
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3_900, false)]
    [InlineData(4_096, true)]
    [InlineData(60_000, false)]
    [InlineData(60_000, true)]
    public async Task A_body_is_sent_again_as_it_was(int length, bool tls)
    {
        string body = string.Concat(Enumerable.Range(0, length).Select(at => (char)('a' + (at % 26))));
        System.Collections.Concurrent.ConcurrentQueue<string> received = new();
        await using FaultServer server = FaultServer.Behaving(
            async (request, stream, stop) =>
            {
                received.Enqueue(request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
                string answer = received.Count < 3 ? Answer.Replace("200 OK", "503 Service Unavailable", StringComparison.Ordinal) : Answer;
                await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), stop);
            },
            tls ? _certificate : null,
            perConnection: 3);
        byte[] form = System.Text.Encoding.ASCII.GetBytes(body);
        using var transport = new Transport(Options(tls));
        using ApiResponse response = (await transport.SendAsync(Request(server, "POST", Resend.Freely) with { Form = form }, TestContext.Current.CancellationToken)).Value;
        Assert.Equal([body, body, body], received);
        Assert.Equal(body, System.Text.Encoding.ASCII.GetString(form));
    }

    private async Task<Result<ApiResponse>> SendAsync(FaultServer server, string method, Resend resend)
    {
        using var transport = new Transport(Options(server.BaseUrl.StartsWith("https", StringComparison.Ordinal)));
        return await transport.SendAsync(Request(server, method, resend), TestContext.Current.CancellationToken);
    }

    private static ApiRequest Request(FaultServer server, string method, Resend resend) => new(new HttpMethod(method.Split(' ')[0]), new Uri(server.BaseUrl + "/api/token"))
    {
        Form = method == "POST" ? "a=b"u8.ToArray() : null,
        Resend = resend,
    };

    private TransportOptions Options(bool tls) => new()
    {
        IsBlocking = IsBlocking,
        Environment = _ => null,
        Pauses = ServiceFixture.Quick,
        Trust = tls ? CaBundle.Load(_directory.Write("ca.pem", _certificate.ExportCertificatePem())).Value : null,
    };

    private static async Task PlayAsync(string fault, Stream stream, CancellationToken stop)
    {
        switch (fault)
        {
            case "reset":
                // Closed with this, a connection ends with a reset. Through TLS the socket is out of reach: then it just closes.
                if (stream is NetworkStream plain)
                {
                    plain.Socket.LingerState = new LingerOption(true, 0);
                }

                throw new IOException("closed at once");
            case "half a head":
                await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(Answer[..20]), stop);
                break;
            case "half a body":
                await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(Answer[..^1]), stop);
                break;
        }
    }
}

/// <summary>The same where the caller's thread waits, as in a build.</summary>
public sealed class RequestCountInABuildTests : RequestCountTests
{
    private protected override bool IsBlocking => true;
}
