using SecureToken.Emulator.Http;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Middleware;

/// <summary>
/// Puts every request to IAM and the service in the log. The entry is made before the first byte of the answer leaves, so a
/// client that has its answer also finds it in the log.
/// </summary>
internal sealed class RequestLogMiddleware(EmulatorState state, RequestDelegate next)
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
        CredentialKind.Of(request.Headers.Authorization.ToString()),
        Header(request, "User-Agent"),
        arrivedAt);

    private string? Header(HttpRequest request, string name) =>
        request.Headers.TryGetValue(name, out var value) ? _mask.Apply(value.ToString()) : null;
}
