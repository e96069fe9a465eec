using Microsoft.AspNetCore.Routing.Patterns;
using SecureToken.Emulator.Service;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Middleware;

/// <summary>
/// Undoes the kindness of ASP.NET routing, which accepts another letter case and a trailing slash: a client that sends such
/// a path should learn it here and not from the real service.
/// </summary>
internal sealed class ExactPathMiddleware(EmulatorState state, RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint() is RouteEndpoint { RoutePattern: var pattern } &&
        !IsExact(pattern, context.Request.Path.Value ?? string.Empty)
            ? ServiceErrors.NotFoundAsync(context, state.Clock)
            : next(context);

    /// <summary>Whether the parts of the path that the route spells are spelled so, and nothing comes after them.</summary>
    private static bool IsExact(RoutePattern pattern, string path)
    {
        if (pattern.Parameters.Any(parameter => parameter.IsCatchAll))
        {
            return true;
        }

        string[] given = path == "/" ? [] : path.Split('/')[1..];
        return given.Length == pattern.PathSegments.Count && pattern.PathSegments.Zip(given).All(pair =>
            pair.First is not { IsSimple: true, Parts: [RoutePatternLiteralPart literal] } ||
            string.Equals(literal.Content, pair.Second, StringComparison.Ordinal));
    }
}
