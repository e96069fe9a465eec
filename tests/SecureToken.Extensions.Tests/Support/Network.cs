using System.Net;

namespace SecureToken.Extensions.Tests.Support;

/// <summary>Stands for the network of a client: it answers as the test says, and keeps what it was sent.</summary>
internal sealed class Network(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    private readonly Lock _gate = new();
    private readonly List<(string? Authorization, string? Body)> _sent = [];

    /// <summary>The Authorization header and the body of each request, in order.</summary>
    public IReadOnlyList<(string? Authorization, string? Body)> Sent
    {
        get
        {
            lock (_gate)
            {
                return [.. _sent];
            }
        }
    }

    /// <summary>A service that accepts the token of this moment alone.</summary>
    public static Network Accepting(Func<string> token) => new((request, _) =>
        Task.FromResult(new HttpResponseMessage(request.Headers.Authorization?.Parameter == token() ? HttpStatusCode.OK : HttpStatusCode.Unauthorized) { RequestMessage = request }));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string? body = request.Content is null ? null : await ReadAsync(request.Content, cancellationToken);
        lock (_gate)
        {
            _sent.Add((request.Headers.Authorization?.ToString(), body));
        }

        return await answer(request, cancellationToken);
    }

    /// <summary>As a connection does: it is written to a stream, and what cannot be written again fails.</summary>
    private static async Task<string> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        using var stream = new MemoryStream();
        await content.CopyToAsync(stream, cancellation);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
