using System.Net;
using SecureToken.Emulator.Http;
using SecureToken.Emulator.Service;

namespace SecureToken.Emulator.Middleware;

/// <summary>
/// Keeps web pages out. The socket only listens on loopback, but a browser on this machine reaches it too: a page whose name
/// was pointed at 127.0.0.1 (DNS rebinding) is told by its Host header, a page that only sends by its Origin and by what the browser
/// itself says of it (<c>Sec-Fetch-Site</c>, which no script can set; another port of this machine is <c>same-site</c>).
/// </summary>
internal sealed class LoopbackOnlyMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!IsLoopback(request.Host.Host))
        {
            return RefuseAsync(context, "Host is not loopback", "Use the address the emulator printed");
        }

        if (AdminPaths.Includes(request) && !HttpMethods.IsGet(request.Method) && PageOrigin.IsForeign(request))
        {
            return RefuseAsync(context, "Origin is foreign", "Another site's page must not steer the emulator");
        }

        return next(context);
    }

    private static Task RefuseAsync(HttpContext context, string reason, string message) =>
        ServiceErrors.WriteAsync(context, StatusCodes.Status403Forbidden, reason, message);

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ||
        (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
