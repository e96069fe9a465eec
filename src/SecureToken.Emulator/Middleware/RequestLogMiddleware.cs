using System.Text.RegularExpressions;
using SecureToken.Emulator.Http;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Middleware;

/// <summary>
/// Puts every request to IAM and the service in the log. The entry is made before the first byte of the answer leaves, so a
/// client that has its answer also finds it in the log.
/// </summary>
internal sealed partial class RequestLogMiddleware(EmulatorState state, RequestDelegate next)
{
    private const int ClientClosedRequest = 499;

    private readonly SecretMask _mask = new(state);

    public async Task InvokeAsync(HttpContext context)
    {
        if (AdminPaths.Includes(context.Request))
        {
            await next(context);
            return;
        }

        var arrivedAt = state.Clock.GetUtcNow();
        state.Log.Arrived(context.Request.Method, _mask.Apply(context.Request.Path.Value) ?? string.Empty);
        var entry = new RequestLogEntry(status => state.Log.Add(Describe(context.Request, status, arrivedAt)));
        context.Features.Set(entry);
        context.Response.OnStarting(() =>
        {
            entry.Write(context.Response.StatusCode);
            return Task.CompletedTask;
        });

        try
        {
            await next(context);
        }
        catch (OperationCanceledException)
        {
            // The client left, or the emulator is stopping while it holds the answer back.
            context.Abort();
            entry.Write(ClientClosedRequest);
        }
    }

    private EmulatorRequest Describe(HttpRequest request, int status, DateTimeOffset arrivedAt) => new(
        request.Method,
        _mask.Apply(request.Path.Value) ?? string.Empty,
        status,
        Header(request, ServiceHeaders.Sysdig),
        Header(request, ServiceHeaders.Plain),
        Header(request, ServiceHeaders.Instance),
        KindOf(request.Headers.Authorization.ToString()),
        Header(request, "User-Agent"),
        arrivedAt);

    private string? Header(HttpRequest request, string name) =>
        request.Headers.TryGetValue(name, out var value) ? _mask.Apply(value.ToString()) : null;

    private static string KindOf(string authorization) => authorization switch
    {
        "" => "none",
        _ when LooksLikeIamToken().IsMatch(authorization) => "iam",
        _ when LooksLikeToken().IsMatch(authorization) => "token",
        _ => "other",
    };

    [GeneratedRegex(@"\ABearer [A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex LooksLikeIamToken();

    [GeneratedRegex(@"\ABearer [0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\z", RegexOptions.CultureInvariant)]
    private static partial Regex LooksLikeToken();
}
