using SecureToken.Emulator.Http;

namespace SecureToken.Emulator.Iam;

/// <summary>Error bodies as IAM writes them.</summary>
internal static class IamErrors
{
    /// <summary>The header that names a request for IBM's support; the same value as <c>context.requestId</c>.</summary>
    public const string CorrelationHeader = "X-Correlation-ID";

    public static Task UnknownApiKeyAsync(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status400BadRequest, "BXNIM0415E", "Provided API key could not be found.");

    public static Task BadParameterAsync(HttpContext context, string details) =>
        WriteAsync(context, StatusCodes.Status400BadRequest, "BXNIM0106E", "Request parameter is not valid.", details);

    public static Task MissingPropertyAsync(HttpContext context, string details) =>
        WriteAsync(context, StatusCodes.Status400BadRequest, "BXNIM0602E", "Property missing or empty in request.", details);

    // No codes are documented for these two, so none are made up.
    public static Task ComputeTokenRefusedAsync(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status401Unauthorized, errorCode: null, "The compute resource token is not valid.");

    public static Task ProfileNotLinkedAsync(HttpContext context) => WriteAsync(
        context, StatusCodes.Status400BadRequest, errorCode: null, "The trusted profile could not be found or is not linked to this compute resource.");

    /// <summary>The body for a failure that was ordered.</summary>
    public static Task PlannedAsync(HttpContext context, int status) => status switch
    {
        StatusCodes.Status400BadRequest => UnknownApiKeyAsync(context),
        StatusCodes.Status401Unauthorized => WriteAsync(context, status, "BXNIM0415E", "Provided API key could not be found."),

        // No code is documented for the other statuses, so none is made up.
        _ => WriteAsync(context, status, errorCode: null, ResponseWriter.ReasonOf(status)),
    };

    private static Task WriteAsync(HttpContext context, int status, string? errorCode, string message, string? details = null)
    {
        var requestId = Guid.NewGuid().ToString("N");
        context.Response.Headers[CorrelationHeader] = requestId;
        return ResponseWriter.JsonAsync(context, status, new
        {
            errorCode,
            errorMessage = message,
            errorDetails = details,
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
