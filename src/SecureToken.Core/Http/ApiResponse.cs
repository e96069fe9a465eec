using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Unicode;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Text;

namespace SecureToken.Core.Http;

/// <summary>A whole answer. Its body may hold secrets: it is never shown, and zeroed when disposed.</summary>
internal sealed class ApiResponse : IDisposable
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private readonly byte[] _buffer;
    private readonly int _length;

    public ApiResponse(int status, string? contentType, byte[] buffer, int length)
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

    /// <summary>The address that was asked, without a query.</summary>
    public string Address { get; init; } = string.Empty;

    public ReadOnlyMemory<byte> Body => _buffer.AsMemory(0, _length);

    /// <summary>A web page or plain text is no answer of an API, whatever its status says.</summary>
    public bool LooksLikeJson
    {
        get
        {
            ReadOnlySpan<byte> start = Bytes.TrimStart(Body.Span);
            return !start.IsEmpty && start[0] is (byte)'{' or (byte)'[';
        }
    }

    /// <summary>What the body is, in words that cannot hold any of it.</summary>
    public string Nature =>
        Body.Length == 0 ? "nothing" :
        Bytes.TrimStart(Body.Span).StartsWith("<"u8) ? "a web page" :
        LooksLikeJson ? "JSON" : "plain text";

    /// <summary>Parses the body. A member given twice is refused: two readers could take different ones.</summary>
    public Result<JsonDocument> Json(string server)
    {
        if (!LooksLikeJson)
        {
            return Failure.Of(DiagnosticDescriptors.NotJson, Address.Length > 0 ? Address : server, Nature);
        }

        // The parser lets broken text pass, and whoever reads that text later would meet an exception.
        if (!Utf8.IsValid(Body.Span) || HasHalfCharacter(Body.Span))
        {
            return Failure.Of(DiagnosticDescriptors.AnswerMalformed, server, "it has text that is none");
        }

        try
        {
            return JsonDocument.Parse(Body, Strict);
        }
        catch (JsonException exception)
        {
            // The exception's own text quotes the document, so only the place is told.
            return Failure.Of(
                DiagnosticDescriptors.AnswerMalformed, server,
                $"at byte {exception.BytePositionInLine ?? 0} of line {(exception.LineNumber ?? 0) + 1}");
        }
    }

    /// <summary>
    /// Whether there is an escape of half a character without the other half. What stands outside of a string is not for this to judge.
    /// </summary>
    private static bool HasHalfCharacter(ReadOnlySpan<byte> json)
    {
        while (true)
        {
            int at = json.IndexOf((byte)'\\');
            if (at < 0 || at + 1 == json.Length)
            {
                return false;
            }

            ReadOnlySpan<byte> escape = json[at..];
            int unit = UnitOf(escape);
            if (unit is >= 0xDC00 and < 0xE000 || (unit is >= 0xD800 and < 0xDC00 && UnitOf(escape[6..]) is not (>= 0xDC00 and < 0xE000)))
            {
                return true;
            }

            json = escape[(unit < 0 ? 2 : unit is >= 0xD800 and < 0xDC00 ? 12 : 6)..];
        }
    }

    /// <summary>The UTF-16 unit of an escape, or -1 where none stands.</summary>
    private static int UnitOf(ReadOnlySpan<byte> escape) =>
        escape.Length >= 6 && escape.StartsWith("\\u"u8) && Utf8Parser.TryParse(escape[2..6], out uint unit, out int read, 'x') && read == 4
            ? (int)unit : -1;

    public void Dispose() => CryptographicOperations.ZeroMemory(_buffer);
}
