using System.Globalization;
using SecureToken.Emulator.Http;

namespace SecureToken.Emulator.Service;

/// <summary>
/// Error bodies of the service. Several shapes are documented or were seen; each status keeps the one that was seen with it,
/// so that a client meets them all.
/// </summary>
internal static class ServiceErrors
{
    public static Task WriteAsync(HttpContext context, int status, string reason, string message) =>
        ResponseWriter.JsonAsync(context, status, new { errors = new[] { new { reason, message } } });

    /// <summary>The shape of the newer family of the API.</summary>
    public static Task WritePlatformAsync(HttpContext context, int status, string type, string message) =>
        ResponseWriter.JsonAsync(context, status, new { type, message, details = Array.Empty<string>() });

    /// <summary>The documented answer of an IAM_ONLY instance, which is also that of an identity without the role.</summary>
    public static Task NotEnoughPrivilegesAsync(HttpContext context) =>
        WriteAsync(context, StatusCodes.Status403Forbidden, "Not enough privileges to complete the action", "Access is denied");

    public static Task UnauthorizedAsync(HttpContext context, TimeProvider clock) =>
        WriteStatusAsync(context, clock, StatusCodes.Status401Unauthorized);

    public static Task NotFoundAsync(HttpContext context, TimeProvider clock) =>
        WriteStatusAsync(context, clock, StatusCodes.Status404NotFound);

    /// <summary>The body for a failure that was ordered.</summary>
    public static Task PlannedAsync(HttpContext context, TimeProvider clock, int status) => status switch
    {
        StatusCodes.Status401Unauthorized => UnauthorizedAsync(context, clock),
        StatusCodes.Status403Forbidden => NotEnoughPrivilegesAsync(context),
        StatusCodes.Status404NotFound => NotFoundAsync(context, clock),
        StatusCodes.Status429TooManyRequests => WritePlatformAsync(context, status, "too_many_requests", "Too many requests"),

        // These come from the gateway in front of the service, which does not speak JSON.
        StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout =>
            ResponseWriter.HtmlAsync(
                context, status, $"<html><head><title>{status} {ResponseWriter.ReasonOf(status)}</title></head><body></body></html>\n"),
        _ => WriteAsync(context, status, ResponseWriter.ReasonOf(status), "The emulator was told to fail"),
    };

    private static Task WriteStatusAsync(HttpContext context, TimeProvider clock, int status) =>
        ResponseWriter.JsonAsync(context, status, new
    {
        timestamp = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        status,
        error = ResponseWriter.ReasonOf(status),
        path = context.Request.Path.Value,
    });
}
