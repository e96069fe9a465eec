using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Polly;
using Polly.Retry;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Http;

/// <summary>
/// The one way to the network: one handler for one run. It follows no redirect (a 307 would carry the API key to another host),
/// unpacks no compressed body, reads no more than the limit, and holds headers and body under one deadline, which
/// <see cref="HttpClient.Timeout"/> does not. A passing fault is retried with full jitter; a refusal never is.
/// </summary>
public sealed class Transport : IDisposable
{
    private static readonly string UserAgent = "SecureToken.Build/" + (typeof(Transport).Assembly.GetName().Version?.ToString(3) ?? "0");
    private readonly TransportOptions _options;
    private readonly HttpClient _client;
    private readonly CancellationTokenSource _deadline;
    private readonly long _started;
    private readonly ResiliencePipeline<Attempt> _freely;
    private readonly ResiliencePipeline<Attempt> _cautiously;
    private X509Certificate2? _refusedCertificate;

    /// <summary>Starts the clock of the run.</summary>
    public Transport(TransportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _started = options.Clock.GetTimestamp();
        _deadline = new CancellationTokenSource(options.Deadline, options.Clock);
        _client = new HttpClient(options.Handler?.Invoke() ?? CreateHandler(), disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        _freely = CreatePipeline(3);
        _cautiously = CreatePipeline(1);
    }

    /// <summary>What is left of the deadline.</summary>
    private TimeSpan Left => _options.Deadline - _options.Clock.GetElapsedTime(_started);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _deadline.Dispose();
        _refusedCertificate?.Dispose();
    }

    /// <summary>Sends a call; the answer is whole, and its status is one that the caller must judge (2xx or a refusal).</summary>
    internal async Task<Result<HttpAnswer>> SendAsync(HttpCall call, CancellationToken cancellation)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _deadline.Token);
        ResiliencePipeline<Attempt> pipeline = call.Resend switch
        {
            Resend.Freely => _freely,
            Resend.Cautiously => _cautiously,
            _ => ResiliencePipeline<Attempt>.Empty,
        };
        int attempts = 0;
        Failure? last = null;
        try
        {
            Attempt outcome = await pipeline.ExecuteAsync(
                async token =>
                {
                    Attempt attempt = await TryAsync(call, ++attempts, token).ConfigureAwait(false);
                    last = attempt.Result.Failure;
                    return attempt;
                },
                linked.Token).ConfigureAwait(false);
            return outcome.Result;
        }
        catch (OperationCanceledException)
        {
            // What went wrong before the deadline says more than the deadline.
            return cancellation.IsCancellationRequested ? Failure.Of(Known.Cancelled) : last ?? TimedOut(call);
        }
    }

    private ResiliencePipeline<Attempt> CreatePipeline(int retries) =>
        new ResiliencePipelineBuilder<Attempt> { TimeProvider = _options.Clock }
            .AddRetry(new RetryStrategyOptions<Attempt>
            {
                MaxRetryAttempts = retries,
                ShouldHandle = arguments => ValueTask.FromResult(
                    arguments.Outcome.Result.MayRetry
                    && (arguments.Outcome.Result.RetryAfter ?? TimeSpan.Zero) < Left),
                DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(
                    arguments.Outcome.Result.RetryAfter ?? FullJitter(arguments.AttemptNumber)),
            })
            .Build();

    /// <summary>A random share of 0.5 s, 1 s, 2 s, … up to 8 s, so that many clients do not come back at the same moment.</summary>
    private static TimeSpan FullJitter(int attempt) =>
        TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)Math.Min(8000, 500 * Math.Pow(2, attempt)) + 1));

    private async Task<Attempt> TryAsync(HttpCall call, int attempt, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var timer = new CancellationTokenSource(_options.Attempt, _options.Clock);
        using CancellationTokenRegistration link = timer.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), limit);
        using TransientText? authorization = call.Bearer is null ? null : TransientText.Of("Bearer ", call.Bearer);
        using HttpRequestMessage request = CreateRequest(call, authorization);
        try
        {
            using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            return await ReadAsync(call, response, attempt, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Attempt(TimedOut(call), null, true);
        }
        catch (HttpRequestException exception)
        {
            return Explain(call, exception);
        }
        catch (IOException exception)
        {
            return new Attempt(Failure.Of(Known.ConnectionFailed, call.Server, Reason(exception)), null, true);
        }
        finally
        {
            // The header collection would keep the text alive past its zeroing.
            request.Headers.Clear();
        }
    }

    private static HttpRequestMessage CreateRequest(HttpCall call, TransientText? authorization)
    {
        var request = new HttpRequestMessage(call.Method, call.Uri)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        foreach (KeyValuePair<string, string> header in call.Headers)
        {
            request.Headers.Add(header.Key, header.Value);
        }

        if (authorization is { } bearer)
        {
            // Not AuthenticationHeaderValue: it would join scheme and value into one more string that nobody zeroes. The alphabet
            // of every Secret sent here was checked when it was read, so no line end can get in.
            request.Headers.TryAddWithoutValidation("Authorization", bearer.Text);
        }

        if (call.Form is not null)
        {
            request.Content = new ByteArrayContent(call.Form);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        }

        return request;
    }

    private async Task<Attempt> ReadAsync(HttpCall call, HttpResponseMessage response, int attempt, CancellationToken cancellation)
    {
        int status = (int)response.StatusCode;
        string requestId = RequestIdOf(response);
        if (status is >= 300 and < 400)
        {
            return new Attempt(Failure.Of(Known.Redirected, call.Server, status), null, false);
        }

        if (status is 429)
        {
            TimeSpan? wait = RetryAfterOf(response);
            string seconds = wait is { } known ? Math.Ceiling(known.TotalSeconds).ToString(CultureInfo.InvariantCulture) : "a few";
            return new Attempt(Failure.Of(Known.RateLimited, call.Server, seconds), wait, true);
        }

        if (status is 408 or >= 500)
        {
            return new Attempt(Failure.Of(Known.ServiceTrouble, call.Server, status, attempt, requestId), RetryAfterOf(response), status != 501);
        }

        byte[] buffer = GC.AllocateUninitializedArray<byte>(call.BodyLimit, pinned: true);
        Stream body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            int length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
            if (length == buffer.Length)
            {
                CryptographicOperations.ZeroMemory(buffer);
                return new Attempt(Failure.Of(Known.AnswerTooLarge, call.Server, call.BodyLimit), null, false);
            }

            if (status >= 400)
            {
                // Some servers repeat what they refuse; the text of a refusal is shown, so the secret is taken out of it first.
                Mask(buffer.AsSpan(0, length), call.Bearer);
                Mask(buffer.AsSpan(0, length), call.FormSecret);
            }

            return new Attempt(
                new HttpAnswer(status, response.Content.Headers.ContentType?.MediaType, buffer, length) { RequestId = requestId }, null, false);
        }
    }

    private static void Mask(Span<byte> body, Secret? secret)
    {
        if (secret is null)
        {
            return;
        }

        for (int at = body.IndexOf(secret.Utf8); at >= 0; at = body.IndexOf(secret.Utf8))
        {
            body.Slice(at, secret.Utf8.Length).Fill((byte)'*');
        }
    }

    private TimeSpan? RetryAfterOf(HttpResponseMessage response)
    {
        RetryConditionHeaderValue? value = response.Headers.RetryAfter;
        TimeSpan? wait = value?.Delta ?? (value?.Date is { } date ? date - _options.Clock.GetUtcNow() : null);
        return wait is { } known && known < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static string RequestIdOf(HttpResponseMessage response)
    {
        foreach (string name in (ReadOnlySpan<string>)["X-Correlation-ID", "X-Request-ID", "Transaction-Id"])
        {
            if (response.Headers.TryGetValues(name, out IEnumerable<string>? values) && values.FirstOrDefault() is { Length: > 0 and <= 128 } id
                && !id.AsSpan().ContainsAnyExceptInRange('!', '~'))
            {
                return id;
            }
        }

        return "none";
    }

    private Failure TimedOut(HttpCall call) =>
        call.Uri.Host.StartsWith("private.", StringComparison.OrdinalIgnoreCase)
            ? Failure.Of(Known.PrivateHostUnreachable, call.Uri.Host)
            : Failure.Of(Known.TimedOut, call.Server, Math.Round(Math.Min(_options.Attempt.TotalSeconds, _options.Deadline.TotalSeconds), 1));

    private Attempt Explain(HttpCall call, HttpRequestException exception)
    {
        string host = call.Uri.Host;
        switch (exception.HttpRequestError)
        {
            case HttpRequestError.NameResolutionError:
                return new Attempt(
                    host.StartsWith("private.", StringComparison.OrdinalIgnoreCase)
                        ? Failure.Of(Known.PrivateHostUnreachable, host)
                        : Failure.Of(Known.HostUnknown, host, string.Join(", ", Service.Endpoint.KnownRegions)),
                    null,
                    true);
            case HttpRequestError.ProxyTunnelError:
                Uri? proxy = EnvironmentProxy.Create(_options.Environment).GetProxy(call.Uri);
                return new Attempt(
                    Failure.Of(Known.ProxyRefused, proxy is null ? "(system)" : $"{proxy.Host}:{proxy.Port}", host, (int?)exception.StatusCode ?? 0), null, false);
            case HttpRequestError.SecureConnectionError:
                return new Attempt(ExplainTls(call, exception), null, false);
            case HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded:
                return new Attempt(Failure.Of(Known.NotJson, call.Server, "something that is not HTTP"), null, false);
            default:
                return new Attempt(Failure.Of(Known.ConnectionFailed, call.Server, Reason(exception)), null, true);
        }
    }

    private Failure ExplainTls(HttpCall call, HttpRequestException exception)
    {
        X509Certificate2? certificate = Interlocked.Exchange(ref _refusedCertificate, null);
        if (certificate is null)
        {
            return Failure.Of(Known.TlsFailed, call.Server, Reason(exception));
        }

        using (certificate)
        {
            DateTimeOffset now = _options.Clock.GetUtcNow();
            return certificate.NotBefore.ToUniversalTime() > now.UtcDateTime || certificate.NotAfter.ToUniversalTime() < now.UtcDateTime
                ? Failure.Of(
                    Known.CertificateNotValidNow,
                    call.Server,
                    certificate.NotBefore.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture),
                    certificate.NotAfter.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture),
                    now.ToString("u", CultureInfo.InvariantCulture))
                : certificate.MatchesHostname(call.Uri.Host)
                    ? Failure.Of(Known.CertificateNotTrusted, call.Server, certificate.Subject, certificate.Issuer)
                    : Failure.Of(Known.CertificateNameMismatch, call.Server, certificate.Subject);
        }
    }

    /// <summary>The system's own short reason; framework texts can quote headers, so only the innermost known kinds are used.</summary>
    private static string Reason(Exception exception)
    {
        Exception innermost = exception.GetBaseException();
        return innermost switch
        {
            System.Net.Sockets.SocketException socket => socket.SocketErrorCode switch
            {
                System.Net.Sockets.SocketError.ConnectionRefused => "connection refused",
                System.Net.Sockets.SocketError.ConnectionReset => "connection reset",
                System.Net.Sockets.SocketError.TimedOut => "timed out",
                System.Net.Sockets.SocketError.HostUnreachable or System.Net.Sockets.SocketError.NetworkUnreachable => "no route",
                _ => socket.SocketErrorCode.ToString(),
            },
            TimeoutException or OperationCanceledException => "timed out",
            System.Security.Authentication.AuthenticationException => "the handshake failed",
            HttpIOException io => io.HttpRequestError == HttpRequestError.ResponseEnded ? "closed before the answer was whole" : io.HttpRequestError.ToString(),
            _ => "broken off",
        };
    }

    private SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ConnectTimeout = _options.Connect,
        Proxy = EnvironmentProxy.Create(_options.Environment),
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = RememberRefused },
    };

    /// <summary>Decides exactly as the platform did, and remembers the certificate it refused, because the exception does not name it.</summary>
    private bool RememberRefused(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        if (certificate is not null)
        {
            Interlocked.Exchange(ref _refusedCertificate, X509CertificateLoader.LoadCertificate(certificate.GetRawCertData()))?.Dispose();
        }

        return false;
    }

    /// <summary>What one attempt came to.</summary>
    private readonly record struct Attempt(Result<HttpAnswer> Result, TimeSpan? RetryAfter, bool MayRetry);
}
