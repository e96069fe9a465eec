using SecureToken.Emulator.Http;

namespace SecureToken.Emulator.Iam;

/// <summary>Error bodies as IAM writes them.</summary>
internal static class IamErrors
{
    /// <summary>The header that names a request for IBM's support; the same value as <c>context.requestId</c>.</summary>
    public const string CorrelationHeader = "X-Correlation-ID";

    private const string UnknownApiKey = "Provided API key could not be found.";

    /// <summary>The details repeat the key, as IAM's can: a client must not print them.</summary>
    public static Task UnknownApiKeyAsync(HttpContext context, string apiKey) =>
        WriteAsync(context, StatusCodes.Status400BadRequest, "BXNIM0415E", UnknownApiKey, $"API key {apiKey} could not be found.");

    public static Task BadParameterAsync(HttpContext context, string details) =>
        WriteAsync(context, StatusCodes.Status400BadRequest, "BXNIM0106E", "Request parameter is not valid.", details);

    public static Task MissingPropertyAsync(HttpContext context, string details) =>
        WriteAsync(context, StatusCodes.Status400BadRequest, "BXNIM0109E", "Property missing or empty.", details);

    public static Task WrongMethodAsync(HttpContext context)
    {
        context.Response.Headers.Allow = "POST";
        return WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "BXNIM0060E", "The method is not supported for this request.");
    }

    public static Task AccessTokenRefusedAsync(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status400BadRequest, "BXNIM0407E", "The access token is not valid.");

    // No codes are documented for these three, so none are made up.
    public static Task ComputeTokenRefusedAsync(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status401Unauthorized, errorCode: null, "The compute resource token is not valid.");

    public static Task ProfileNotLinkedAsync(HttpContext context) => WriteAsync(
        context,
        StatusCodes.Status400BadRequest,
        errorCode: null,
        "The trusted profile could not be found or is not linked to this compute resource.");

    public static Task ProfileNotAssumedAsync(HttpContext context) => WriteAsync(
        context,
        StatusCodes.Status400BadRequest,
        errorCode: null,
        "The trusted profile could not be found or cannot be assumed by this identity.");

    /// <summary>A refusal that was ordered for every request.</summary>
    public static Task OrderedAsync(HttpContext context, EmulatorIamError error) => WriteAsync(
        context,
        error.Status,
        error.Code,
        error.Message,
        requirements: error.Requirement is { } code ? new { code, error = error.Message } : null);

    /// <summary>The body for a failure that was ordered.</summary>
    public static Task PlannedAsync(HttpContext context, int status) => status switch
    {
        StatusCodes.Status400BadRequest or StatusCodes.Status401Unauthorized => WriteAsync(context, status, "BXNIM0415E", UnknownApiKey),

        // No code is documented for the other statuses, so none is made up.
        _ => WriteAsync(context, status, errorCode: null, ResponseWriter.ReasonOf(status)),
    };

    private static Task WriteAsync(
        HttpContext context, int status, string? errorCode, string message, string? details = null, object? requirements = null)
    {
        var requestId = Guid.NewGuid().ToString("N");
        context.Response.Headers[CorrelationHeader] = requestId;
        return ResponseWriter.JsonAsync(context, status, new
        {
            errorCode,
            errorMessage = message,
            errorDetails = details,
            requirements,
            context = new
            {
                requestId,
                requestType = "incoming.Identity_Token",
                clientIp = "127.0.0.1",
                url = context.Request.Scheme + "://" + context.Request.Host.Value,
                instanceId = "emulator",
            },
        });
    }
}
