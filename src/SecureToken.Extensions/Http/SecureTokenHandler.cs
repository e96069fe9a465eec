using System.Net;
using SecureToken.Core.Diagnostics;
using SecureToken.Extensions.Refreshing;

namespace SecureToken.Extensions.Http;

/// <summary>
/// Sets the token on requests to its instance. After a response 401 it has the source read again, once for all requests, and repeats the
/// request if that may be done and there is another token.
/// </summary>
/// <param name="refresher">Has the token.</param>
internal sealed class SecureTokenHandler(TokenRefresher refresher) : DelegatingHandler
{
    private const string Header = "Authorization";

    /// <summary>The token may be reset again while a request is repeated; beyond that something else is wrong.</summary>
    private const int MostSends = 3;

    private string? _toldHost;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, isAsync: true, cancellationToken);

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.Run(() => SendAsync(request, isAsync: false, cancellationToken), cancellationToken).GetAwaiter().GetResult();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool isAsync, CancellationToken cancellation)
    {
        // What the caller sets is the caller's.
        if (request.Headers.NonValidated.Contains(Header))
        {
            return await PassAsync(request, isAsync, cancellation);
        }

        Uri? address = request.RequestUri;
        TokenSnapshot token = refresher.Current ?? await FirstAsync(cancellation);
        if (!token.IsFor(address))
        {
            TellForeignHost(address, token);
            return await PassAsync(request, isAsync, cancellation);
        }

        bool isRepeatable = request.Content is null || await RepeatableContent.PrepareAsync(request.Content, cancellation);
        for (int sends = 1; ; sends++)
        {
            HttpResponseMessage response = await SendWithAsync(token, request, isAsync, cancellation);

            // After a redirection the answer is that of another address, which was sent no token.
            if (response.StatusCode != HttpStatusCode.Unauthorized || request.RequestUri != address)
            {
                if (sends > 1)
                {
                    Telemetry.Healed(refresher.Key);
                }

                return response;
            }

            TokenSnapshot? next = await RefreshAsync(token, response, cancellation);
            if (next is null || ReferenceEquals(next, token) || !isRepeatable || sends == MostSends || !next.IsFor(address))
            {
                Telemetry.Returned(refresher.Key);
                return response;
            }

            response.Dispose();
            token = next;
        }
    }

    private async Task<TokenSnapshot> FirstAsync(CancellationToken cancellation)
    {
        if (await refresher.RefreshAsync(RefreshTrigger.FirstUse, known: null, cancellation) is { } token)
        {
            return token;
        }

        Failure failure = refresher.LastFailure ?? Failure.Of(DiagnosticDescriptors.Cancelled);
        throw new HttpRequestException(
            HttpRequestError.UserAuthenticationError, failure.ToString(), new SecureTokenException(failure));
    }

    private async Task<TokenSnapshot?> RefreshAsync(TokenSnapshot rejected, HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            return await refresher.RefreshAsync(RefreshTrigger.Rejected, rejected, cancellation);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<HttpResponseMessage> SendWithAsync(
        TokenSnapshot token, HttpRequestMessage request, bool isAsync, CancellationToken cancellation)
    {
        // Not the typed header: it would make the text of the token anew for each request.
        request.Headers.TryAddWithoutValidation(Header, token.Authorization);
        try
        {
            return await PassAsync(request, isAsync, cancellation);
        }
        finally
        {
            // The request stays with the response, and what logs it must not find the token there.
            request.Headers.Remove(Header);
        }
    }

    private Task<HttpResponseMessage> PassAsync(HttpRequestMessage request, bool isAsync, CancellationToken cancellation) =>
        isAsync ? base.SendAsync(request, cancellation) : Task.FromResult(base.Send(request, cancellation));

    private void TellForeignHost(Uri? address, TokenSnapshot token)
    {
        string host = address is { IsAbsoluteUri: true } ? address.GetLeftPart(UriPartial.Authority) : "an address without a host";
        if (Interlocked.Exchange(ref _toldHost, host) != host)
        {
            Log.Failed(refresher.Logger, Failure.Of(DiagnosticDescriptors.SentWithoutToken, host, token.Destination));
        }
    }
}
