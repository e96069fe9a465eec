using System.Security.Cryptography;
using System.Text.Json;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Http;

/// <summary>A whole answer. Its body may hold secrets: it is never shown, and zeroed when disposed.</summary>
internal sealed class HttpAnswer : IDisposable
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private readonly byte[] _buffer;
    private readonly int _length;

    public HttpAnswer(int status, string? contentType, byte[] buffer, int length)
    {
        Status = status;
        ContentType = contentType;
        _buffer = buffer;
        _length = length;
    }

    public int Status { get; }

    public bool IsSuccess => Status is >= 200 and < 300;

    public string? ContentType { get; }

    /// <summary>The server's own mark of the request, for its support; "none" when it gave none.</summary>
    public string RequestId { get; init; } = "none";

    public TimeSpan? RetryAfter { get; init; }

    public ReadOnlyMemory<byte> Body => _buffer.AsMemory(0, _length);

    /// <summary>A web page or plain text is no answer of an API, whatever its status says.</summary>
    public bool LooksLikeJson
    {
        get
        {
            ReadOnlySpan<byte> start = Body.Span.TrimStart(" \t\r\n"u8);
            return !start.IsEmpty && start[0] is (byte)'{' or (byte)'[';
        }
    }

    /// <summary>What the body is, in words that cannot hold any of it.</summary>
    public string Nature =>
        Body.Length == 0 ? "nothing" :
        Body.Span.TrimStart(" \t\r\n"u8).StartsWith("<"u8) ? "a web page" :
        LooksLikeJson ? "JSON" : "plain text";

    /// <summary>Parses the body. A member given twice is refused: two readers could take different ones.</summary>
    public Result<JsonDocument> Json(string server)
    {
        if (!LooksLikeJson)
        {
            return Failure.Of(Known.NotJson, server, Nature);
        }

        try
        {
            return JsonDocument.Parse(Body, Strict);
        }
        catch (JsonException exception)
        {
            // The exception's own text quotes the document, so only the place is told.
            return Failure.Of(Known.AnswerMalformed, server, $"at byte {exception.BytePositionInLine ?? 0} of line {(exception.LineNumber ?? 0) + 1}");
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_buffer);
}
