using System.IO.Compression;
using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Service;

/// <summary>Ten hostile answers at each place that is asked: none gives a token, none is repeated, none takes longer than it may.</summary>
public class HostileAnswerTests
{
    private const string Marker = "canary-in-the-answer";
    private static readonly TransportOptions Short = new() { Deadline = TimeSpan.FromSeconds(2), Attempt = TimeSpan.FromSeconds(1) };

    private static readonly Dictionary<string, Func<string, Func<Stream, CancellationToken, Task>>> Answers = new()
    {
        ["a bomb of gzip"] = good => (stream, stop) => WriteAsync(stream, Bomb(good), "Content-Encoding: gzip\r\n", stop),
        ["ten megabytes"] = good => (stream, stop) => WriteAsync(stream, Encoding.ASCII.GetBytes(good[..^1] + $",\"pad\":\"{Marker}{new string('a', 10 * 1024 * 1024)}\"}}"), string.Empty, stop),
        ["a byte at a time"] = good => (stream, stop) => DripAsync(stream, good, stop),
        ["headers without end"] = _ => HeadersAsync,
        ["a depth of 100,000"] = _ => (stream, stop) => WriteAsync(stream, Encoding.ASCII.GetBytes("{\"a\":" + new string('[', 100_000)), string.Empty, stop),
        ["a member twice"] = good => (stream, stop) => WriteAsync(stream, Encoding.ASCII.GetBytes(Twice(good)), string.Empty, stop),
        ["a NUL"] = good => (stream, stop) => WriteAsync(stream, Encoding.ASCII.GetBytes(good[..^1] + $",\"{Marker}\":\"\0\"}}"), string.Empty, stop),
        ["half a character"] = good => (stream, stop) => WriteAsync(stream, Encoding.ASCII.GetBytes(good[..^1] + $",\"{Marker}\":\"\\ud800\"}}"), string.Empty, stop),
        ["cut off without a length"] = good => (stream, stop) => stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{good[..(good.Length / 2)]}"), stop).AsTask(),
        ["a web page"] = _ => (stream, stop) => WriteAsync(stream, Encoding.ASCII.GetBytes($"<html><body>{Marker}</body></html>"), string.Empty, stop, "text/html"),
    };

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string place in CannedService.Good.Keys)
            {
                foreach (string answer in Answers.Keys)
                {
                    cases.Add(place, answer);
                }
            }

            return cases;
        }
    }

    /// <summary>Whether the caller's thread waits, as in a build.</summary>
    private protected virtual bool IsBlocking => false;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task It_is_refused(string place, string answer)
    {
        Func<Stream, CancellationToken, Task> hostile = Answers[answer](CannedService.Good[place]);
        await using FaultServer server = CannedService.Start(place, (_, stream, stop) => hostile(stream, stop));
        await using ServiceFixture service = await StartAsync(place, server);
        Result<FetchedToken> fetched = await service.FetchAsync("payments", endpoint: server.BaseUrl, iam: server.BaseUrl, instance: "wp", transport: Short);
        if (place == CannedService.TeamByName && fetched.Failure is null)
        {
            // What that answer says is a help: the list of teams was asked instead.
            Assert.Equal(42, fetched.Value.Scope.Team.Id);
            Assert.Contains(server.Requests, head => head.StartsWith(CannedService.Teams + " ", StringComparison.Ordinal));
            fetched.Value.Dispose();
            return;
        }

        if (place == CannedService.Me && fetched.Failure is null)
        {
            // Such an answer is no verdict: the other questions were asked, and the token is verified by another proof or not at all.
            using FetchedToken unasked = fetched.Value;
            Assert.Contains(server.Requests, head => head.StartsWith("GET /api/user/me ", StringComparison.Ordinal));
            Assert.DoesNotContain("reports its team", unasked.Verification, StringComparison.Ordinal);
            Assert.DoesNotContain(Marker, unasked.Verification + string.Concat(unasked.Warnings), StringComparison.Ordinal);
            return;
        }

        Failure failure = Assert.IsType<Failure>(fetched.Failure);
        Assert.NotEqual(DiagnosticDescriptors.Unexpected, failure.Descriptor);
        Assert.DoesNotContain(Marker, failure.ToString(), StringComparison.Ordinal);
        Assert.InRange(server.Requests.Count, 1, 12);
    }

    [Theory]
    [InlineData(CannedService.Identity)]
    [InlineData(CannedService.Iam)]
    public async Task The_good_answers_give_the_token(string place)
    {
        await using FaultServer server = CannedService.Start("nowhere", (_, _, _) => Task.CompletedTask);
        await using ServiceFixture service = await StartAsync(place, server);
        using FetchedToken fetched = (await service.FetchAsync("payments", endpoint: server.BaseUrl, iam: server.BaseUrl, instance: "wp")).Value;
        Assert.True(fetched.Token.Matches(Encoding.ASCII.GetBytes(CannedService.Value)));
        Assert.NotNull(fetched.ProvenAt);
    }

    private async Task<ServiceFixture> StartAsync(string place, FaultServer server)
    {
        ServiceFixture service = await ServiceFixture.StartAsync(isBlocking: IsBlocking);
        service.KnowsController = true;
        service.Controller = server.BaseUrl;
        if (place is CannedService.Identity or CannedService.IdentityExchange)
        {
            service.Environment.Clear();
            service.Environment["IBMCLOUD_CR_VPC_URL"] = server.BaseUrl;
        }

        return service;
    }

    private static Task WriteAsync(Stream stream, byte[] body, string headers, CancellationToken stop, string type = "application/json") => stream.WriteAsync(
        (byte[])[.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n{headers}Connection: close\r\n\r\n"), .. body], stop).AsTask();

    private static async Task DripAsync(Stream stream, string good, CancellationToken stop)
    {
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"u8.ToArray(), stop);
        foreach (char letter in good)
        {
            await stream.WriteAsync(new[] { (byte)letter }, stop);
            await stream.FlushAsync(stop);
            await Task.Delay(200, stop);
        }
    }

    private static async Task HeadersAsync(Stream stream, CancellationToken stop)
    {
        await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), stop);
        byte[] header = Encoding.ASCII.GetBytes($"X-More: {new string('a', 1000)}\r\n");
        while (true)
        {
            await stream.WriteAsync(header, stop);
        }
    }

    /// <summary>The first member once more, with another value.</summary>
    private static string Twice(string good) => good[..^1] + "," + good[1..];

    private static byte[] Bomb(string good)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(Encoding.ASCII.GetBytes(good));
            byte[] zeros = new byte[1024 * 1024];
            for (int i = 0; i < 64; i++)
            {
                gzip.Write(zeros);
            }
        }

        return packed.ToArray();
    }
}

/// <summary>The same where the caller's thread waits, as in a build.</summary>
public sealed class HostileAnswerInABuildTests : HostileAnswerTests
{
    private protected override bool IsBlocking => true;
}
