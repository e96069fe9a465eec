using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace SecureToken.Emulator.Http;

/// <summary>Writes whole answers.</summary>
internal static class ResponseWriter
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,

        // The answers are application/json and never part of a page, and a person reads them in curl.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Task JsonAsync(HttpContext context, int status, object body) =>
        WriteAsync(context, status, "application/json;charset=UTF-8", JsonSerializer.SerializeToUtf8Bytes(body, Json));

    public static Task HtmlAsync(HttpContext context, int status, string html) =>
        WriteAsync(context, status, "text/html;charset=UTF-8", Encoding.UTF8.GetBytes(html));

    public static string ReasonOf(int status) => ReasonPhrases.GetReasonPhrase(status) is { Length: > 0 } phrase ? phrase : "Failure";

    private static Task WriteAsync(HttpContext context, int status, string contentType, byte[] body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        return response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
