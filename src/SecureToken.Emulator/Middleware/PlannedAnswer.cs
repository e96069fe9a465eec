using SecureToken.Emulator.Iam;
using SecureToken.Emulator.Resources;
using SecureToken.Emulator.Service;

namespace SecureToken.Emulator.Middleware;

/// <summary>The answer with a status that was ordered, in the words of whom the path belongs to.</summary>
internal static class PlannedAnswer
{
    public static Task WriteAsync(HttpContext context, TimeProvider clock, int status) =>
        context.Request.Path.StartsWithSegments("/identity") ? IamErrors.PlannedAsync(context, status)
        : context.Request.Path.StartsWithSegments("/v2") ? ResourceErrors.PlannedAsync(context, status)
        : ServiceErrors.PlannedAsync(context, clock, status);
}
