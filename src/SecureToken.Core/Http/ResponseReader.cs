using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Http;

/// <summary>What one attempt came to.</summary>
/// <param name="Result">The answer, or the failure.</param>
/// <param name="RetryAfter">How long the server wants us to wait.</param>
/// <param name="Retry">How often the same request is worth another attempt.</param>
internal sealed record Attempt(Result<ApiResponse> Result, TimeSpan? RetryAfter, Retry Retry);

/// <summary>How often a request is worth another attempt.</summary>
internal enum Retry
{
    /// <summary>Not at all: it was refused, or the next answer will be the same.</summary>
    Never = 0,

    /// <summary>Twice: most likely a name is misspelt, but it may be a resolver that has just started.</summary>
    Briefly = 2,

    /// <summary>Until the deadline, eight times at most: the fault will pass.</summary>
    UntilDeadline = 8,
}

/// <summary>Reads an answer whole, within its limit, and sorts out what no caller can use.</summary>
internal static class ResponseReader
{
    private static readonly TimeSpan PatienceForRequestId = TimeSpan.FromSeconds(1);
    private static readonly string[] RequestIdHeaders = ["X-Correlation-ID", "X-Request-ID", "Transaction-Id"];

    [AsyncMethodBuilder(typeof(ReadyTaskBuilder<>))]
    public static async Task<Attempt> ReadAsync(
        ApiRequest call, HttpResponseMessage response, int attempt, TimeProvider clock, CancellationToken cancellation)
    {
        int status = (int)response.StatusCode;
        string requestId = RequestIdOf(response);
        TimeSpan? wait = RetryAfterOf(response, clock);
        switch (status)
        {
            case >= 300 and < 400:
                return new Attempt(Failure.Of(DiagnosticDescriptors.Redirected, call.Server, status), null, Retry.Never);
            case 429:
                string seconds = wait is { } known ? Math.Ceiling(known.TotalSeconds).ToString(CultureInfo.InvariantCulture) : "a few";
                return new Attempt(Failure.Of(DiagnosticDescriptors.RateLimited, call.Server, seconds), wait, Retry.UntilDeadline);
            case 408 or >= 500:
                string own = await RequestIdInBodyAsync(response, clock, cancellation) ?? requestId;
                return new Attempt(
                    Failure.Of(DiagnosticDescriptors.ServiceTrouble, call.Server, status, attempt, own), wait, status == 501
                        || call.HasAlternative ? Retry.Never : Retry.UntilDeadline);
        }

        Stream body = await response.Content.ReadAsStreamAsync(cancellation);
        await using (body)
        {
            (byte[] buffer, int length) = await ReadBodyAsync(body, call.BodyLimit, cancellation);
            if (length > call.BodyLimit)
            {
                CryptographicOperations.ZeroMemory(buffer);
                return new Attempt(Failure.Of(DiagnosticDescriptors.AnswerTooLarge, call.Server, call.BodyLimit), null, Retry.Never);
            }

            if (status >= 400)
            {
                // Some servers repeat what they refuse; the text of a refusal is shown, so the secret is taken out of it first.
                Mask(buffer.AsSpan(0, length), call.Bearer);
                Mask(buffer.AsSpan(0, length), call.FormSecret);
            }

            string? contentType = response.Content.Headers.ContentType?.MediaType;
            return new Attempt(
                new ApiResponse(
                status, contentType, buffer, length) { RequestId = requestId, Address = call.Uri.GetLeftPart(UriPartial.Path) }, null,
                Retry.Never);
        }
    }

    /// <summary>
    /// The request id that IAM puts into the body of a fault (<c>context.requestId</c>). The fault is known already, so nothing waits long
    /// for it.
    /// </summary>
    private static async Task<string?> RequestIdInBodyAsync(
        HttpResponseMessage response, TimeProvider clock, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var timer = new CancellationTokenSource(PatienceForRequestId, clock);
        using CancellationTokenRegistration link = timer.Token.UnsafeRegister(
            static source => ((CancellationTokenSource)source!).Cancel(), limit);
        try
        {
            Stream body = await response.Content.ReadAsStreamAsync(limit.Token);
            await using (body)
            {
                (byte[] buffer, int length) = await ReadBodyAsync(body, ApiRequest.DefaultBodyLimit, limit.Token);
                using var answer = new ApiResponse((int)response.StatusCode, null, buffer, Math.Min(length, ApiRequest.DefaultBodyLimit));
                if (!answer.Json(string.Empty).Succeeded(out JsonDocument? document, out _))
                {
                    return null;
                }

                using (document)
                {
                    string id = document.RootElement.ValueKind == JsonValueKind.Object
                        && document.RootElement.TryGetProperty("context"u8, out JsonElement context)
                        ? JsonMembers.Label(context, "requestId"u8) : string.Empty;
                    return IsRequestId(id) ? id : null;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException
            || (exception is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>What can be kept of an answer.</summary>
    public static ResponseEvidence MarkOf(ApiRequest call, HttpResponseMessage response, TimeProvider clock) =>
        new($"{call.Method} {call.Uri.AbsolutePath}", (int)response.StatusCode, RequestIdOf(response))
        {
            RetryAfter = RetryAfterOf(response, clock),
            RateLimit = RateLimitOf(response),
            Date = response.Headers.Date,
        };

    /// <summary>Reads until the end, or one byte past the limit. A buffer that became too small is zeroed.</summary>
    [AsyncMethodBuilder(typeof(ReadyTaskBuilder<>))]
    private static async Task<Body> ReadBodyAsync(Stream body, int limit, CancellationToken cancellation)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(4096, pinned: true);
        int length = 0;
        while (true)
        {
            length += await body.ReadAtLeastAsync(buffer.AsMemory(length), buffer.Length - length, throwOnEndOfStream: false, cancellation);
            if (length < buffer.Length || length > limit)
            {
                return new Body(buffer, length);
            }

            byte[] larger = GC.AllocateUninitializedArray<byte>(Math.Min(buffer.Length * 4, limit + 1), pinned: true);
            buffer.CopyTo(larger, 0);
            CryptographicOperations.ZeroMemory(buffer);
            buffer = larger;
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

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response, TimeProvider clock)
    {
        RetryConditionHeaderValue? value = response.Headers.RetryAfter;
        TimeSpan? wait = value?.Delta ?? (value?.Date is { } date ? date - clock.GetUtcNow() : null);
        return wait is { } known && known < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static int? RateLimitOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-RateLimit-Limit", out IEnumerable<string>? values)
        && int.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out int limit) ? limit : null;

    private static string RequestIdOf(HttpResponseMessage response)
    {
        foreach (string name in RequestIdHeaders)
        {
            if (response.Headers.TryGetValues(name, out IEnumerable<string>? values) && values.FirstOrDefault() is { } id
                && IsRequestId(id))
            {
                return id;
            }
        }

        return "none";
    }

    private static bool IsRequestId(string text) => text.Length is > 0 and <= 128 && !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>The bytes of a body, in a buffer that may be longer.</summary>
    private sealed record Body(byte[] Buffer, int Length);
}
