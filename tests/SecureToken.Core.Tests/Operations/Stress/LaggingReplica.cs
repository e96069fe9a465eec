using System.Net;
using System.Text;

namespace SecureToken.Core.Tests.Operations.Stress;

/// <summary>
/// A service with two replicas, of which one learns of a reset late: until then it gives the token of before, accepts it, and refuses the
/// new one. Which of them answers is chance.
/// </summary>
internal sealed class LaggingReplica
{
    private volatile string? _before;

    /// <summary>The second replica still has this token; null when it has the same as the first.</summary>
    public string? Before
    {
        get => _before;
        set => _before = value;
    }

    public HttpMessageHandler Connect() => new Router(this);

    private sealed class Router(LaggingReplica service) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (service._before is not { } token || Random.Shared.Next(2) == 0)
            {
                return base.SendAsync(request, cancellationToken);
            }

            return request.RequestUri!.AbsolutePath switch
            {
                "/api/token" when request.Method == HttpMethod.Get => Answer(HttpStatusCode.OK, $"{{\"token\":{{\"key\":\"{token}\"}}}}"),
                "/api/users/me" when request.Headers.Authorization?.Parameter == token => Answer(HttpStatusCode.OK, "{\"user\":{\"currentTeam\":42}}"),
                "/api/users/me" => Answer(HttpStatusCode.Unauthorized, "{}"),
                _ => base.SendAsync(request, cancellationToken),
            };
        }

        private static Task<HttpResponseMessage> Answer(HttpStatusCode status, string body) =>
            Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") });
    }
}
