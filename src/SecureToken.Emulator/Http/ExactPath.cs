using SecureToken.Emulator.Service;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Http;

/// <summary>
/// Undoes the kindness of ASP.NET routing, which accepts another letter case and a trailing slash: a client that sends such
/// a path should learn it here and not from the real service.
/// </summary>
internal sealed class ExactPath(EmulatorState state, RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint() is RouteEndpoint { RoutePattern: { Parameters.Count: 0 } pattern } &&
        !string.Equals(pattern.RawText, context.Request.Path.Value, StringComparison.Ordinal)
            ? ServiceErrors.NotFoundAsync(context, state.Clock)
            : next(context);
}
