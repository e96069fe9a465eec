using Microsoft.AspNetCore.Http.Features;

namespace SecureToken.Emulator.Middleware;

/// <summary>
/// Carries a request out after its answer has gone wrong, as a service does behind a gateway that lost its patience. Whoever looks
/// too early still finds the old state.
/// </summary>
internal static class DelayedRequest
{
    /// <summary>Comes back at once; the request is carried out later, on a copy of it that has no client.</summary>
    public static void Start(HttpContext context, TimeSpan wait, TimeProvider clock, RequestDelegate next, CancellationToken stopping)
    {
        var copy = CopyOf(context);
        _ = CarryOutAsync();

        async Task CarryOutAsync()
        {
            try
            {
                await Task.Delay(wait, clock, stopping);
                await next(copy);
            }
            catch (OperationCanceledException)
            {
                // The emulator stops first.
            }
        }
    }

    private static DefaultHttpContext CopyOf(HttpContext context)
    {
        var original = context.Features.GetRequiredFeature<IHttpRequestFeature>();
        var copy = new DefaultHttpContext { RequestServices = context.RequestServices };
        copy.Features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Method = original.Method,
            Scheme = original.Scheme,
            Protocol = original.Protocol,
            Path = original.Path,
            PathBase = original.PathBase,
            QueryString = original.QueryString,
            RawTarget = original.RawTarget,
            Headers = new HeaderDictionary(original.Headers.ToDictionary()),
        });
        return copy;
    }
}
