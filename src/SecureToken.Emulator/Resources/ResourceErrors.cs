using SecureToken.Emulator.Http;

namespace SecureToken.Emulator.Resources;

/// <summary>Error bodies as the resource controller writes them.</summary>
internal static class ResourceErrors
{
    public static Task WriteAsync(HttpContext context, int status, string message) =>
        ResponseWriter.JsonAsync(context, status, new { message, code = status, global_transaction_id = Guid.NewGuid().ToString("N") });

    /// <summary>The body for a failure that was ordered.</summary>
    public static Task PlannedAsync(HttpContext context, int status) => WriteAsync(context, status, ResponseWriter.ReasonOf(status));
}
