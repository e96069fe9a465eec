using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Http;

/// <summary>
/// The one way to the network: one handler for one run. It follows no redirect (a 307 would carry the API key to another host),
/// unpacks no compressed body, reads no more than the limit, and holds headers and body under one deadline, which the time limit of an
/// <see cref="HttpClient"/> does not. One attempt is one request at most. After a passing fault there is another attempt, until the
/// deadline; after a refusal there is none. docs/requests.md has the table.
/// </summary>
public sealed class Transport : IDisposable
{
    private static readonly string UserAgent = "SecureToken.Build/" + (typeof(Transport).Assembly.GetName().Version?.ToString(3) ?? "0");
    private readonly TransportOptions _options;
    private readonly Connections _connections;
    private readonly NetworkDiagnosis _diagnosis;
    private readonly long _started;

    // Made with the first request: by then the connection that it takes is on its way.
    private readonly Lazy<CancellationTokenSource> _deadline;
    private readonly Lazy<HttpMessageInvoker> _client;
    private readonly Lazy<Retries> _retries;

    /// <summary>Starts the clock of the run.</summary>
    public Transport(TransportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _started = options.Clock.GetTimestamp();
        _deadline = new(() => new CancellationTokenSource(Left > TimeSpan.Zero ? Left : TimeSpan.Zero, options.Clock));
        _connections = new Connections(options);
        _diagnosis = new NetworkDiagnosis(options, _connections.Proxy, _connections.TakeRefused);
        _client = new(() => new HttpMessageInvoker(options.Handler?.Invoke() ?? _connections.CreateHandler(), disposeHandler: true));
        _retries = new(() => new Retries(options, () => Left));
    }

    /// <summary>The clock of the run.</summary>
    internal TimeProvider Clock => _options.Clock;

    /// <summary>The last answer, whatever became of it; null when there was none.</summary>
    internal ResponseEvidence? LastAnswer { get; private set; }

    /// <summary>The longest that any answer asked to be left in peace; null when none did.</summary>
    internal TimeSpan? RetryAfter { get; private set; }

    /// <summary>What is left of the deadline.</summary>
    internal TimeSpan Left => _options.Deadline - _options.Clock.GetElapsedTime(_started);

    /// <summary>Another way to the network under what is left of the deadline, for a server that no proxy knows.</summary>
    /// <param name="connect">One limit over opening a connection.</param>
    internal Transport Direct(TimeSpan connect) => new(_options with { IsDirect = true, Connect = connect, Deadline = Left });

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }

        _connections.Dispose();
        if (_deadline.IsValueCreated)
        {
            _deadline.Value.Dispose();
        }
    }

    /// <summary>Opens the connection to a server that will be asked soon, while something else is done.</summary>
    internal void OpenAhead(Uri server)
    {
        if (_options.Handler is null)
        {
            _connections.OpenAhead(server);
        }
    }

    /// <summary>Host and port of the proxy between us and a server, without its password; null when there is none.</summary>
    internal string? ProxyFor(Uri server) =>
        _connections.Proxy.GetProxy(server) is { } between && between != server ? $"{between.Host}:{between.Port}" : null;

    /// <summary>Sends a call; the answer is whole, and its status is one that the caller must judge (2xx or a refusal).</summary>
    [AsyncMethodBuilder(typeof(ReadyTaskBuilder<>))]
    internal async Task<Result<ApiResponse>> SendAsync(ApiRequest call, CancellationToken cancellation)
    {
        if (EnvironmentProxy.FaultOf(_connections.Proxy, call.Uri) is { } fault)
        {
            return fault;
        }

        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _deadline.Value.Token);
        int attempts = 0;
        Failure? last = null;
        var progress = new RequestProgress(call.Uri.Authority);
        _options.Progress?.Invoke(progress);
        try
        {
            Attempt attempt = await NextAsync(linked.Token);
            if (call.Resend == Resend.Freely && Retries.Follow(attempt, 0, Left))
            {
                attempt = await _retries.Value.ContinueAsync(attempt, NextAsync, linked.Token);
            }

            return attempt.Result;
        }
        catch (OperationCanceledException)
        {
            // What went wrong before the deadline says more than the deadline.
            return cancellation.IsCancellationRequested ? Failure.Of(DiagnosticDescriptors.Cancelled) : last ?? _diagnosis.TimedOut(call);
        }
        finally
        {
            progress.IsOver = true;
            _options.Progress?.Invoke(progress);
        }

        [AsyncMethodBuilder(typeof(ReadyTaskBuilder<>))]
        async Task<Attempt> NextAsync(CancellationToken token)
        {
            Attempt attempt = await TryAsync(call, ++attempts, progress, token);
            last = attempt.Result.Failure;
            if (last is not null && attempt.Retry != Retry.Never)
            {
                progress.Attempt = attempts + 1;
                progress.Trouble = last;
                _options.Progress?.Invoke(progress);
            }

            return attempt;
        }
    }

    [AsyncMethodBuilder(typeof(ReadyTaskBuilder<>))]
    private async Task<Attempt> TryAsync(ApiRequest call, int attempt, RequestProgress progress, CancellationToken cancellation)
    {
        int? status = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var timer = new CancellationTokenSource(_options.Attempt, _options.Clock);
        using CancellationTokenRegistration link = timer.Token.UnsafeRegister(
            static source => ((CancellationTokenSource)source!).Cancel(), limit);
        using TransientText? authorization = call.Bearer is null ? null : TransientText.Of("Bearer ", call.Bearer);
        using HttpRequestMessage request = CreateRequest(call, authorization);
        try
        {
            using HttpResponseMessage response = _options.IsBlocking
                ? _client.Value.Send(request, limit.Token) : await _client.Value.SendAsync(request, limit.Token);
            ResponseEvidence fingerprint = ResponseReader.MarkOf(call, response, _options.Clock);
            LastAnswer = fingerprint;
            status = fingerprint.Status;
            RetryAfter = fingerprint.RetryAfter is { } wait && !(wait < RetryAfter) ? wait : RetryAfter;
            return await ResponseReader.ReadAsync(call, response, attempt, _options.Clock, limit.Token);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            return new Attempt(_diagnosis.TimedOut(call, exception), null, NetworkDiagnosis.AfterTimeOut(call));
        }
        catch (HttpRequestException exception)
        {
            (Failure failure, Retry retry) = _diagnosis.Of(call, exception);
            return new Attempt(failure, null, retry);
        }
        catch (IOException exception)
        {
            return new Attempt(_diagnosis.Broken(call, exception), null, Retry.UntilDeadline);
        }
        finally
        {
            // The header collection would keep the text alive past its zeroing.
            request.Headers.Clear();
            progress.Status = status;
        }
    }

    private static HttpRequestMessage CreateRequest(ApiRequest call, TransientText? authorization)
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

        if ((call.Form ?? call.Json) is { } body)
        {
            request.Content = new CopiedContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(
                call.Form is null ? call.JsonType : "application/x-www-form-urlencoded");
        }

        return request;
    }
}
