using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using SecureToken.Emulator.Http;

namespace SecureToken.Emulator.Middleware;

/// <summary>Lets a route answer, but keeps the answer back.</summary>
internal static class ResponseCapture
{
    /// <summary>The bytes that would have gone over the wire. The status and headers stay in the context, which has sent nothing.</summary>
    public static async Task<byte[]> OfAsync(HttpContext context, RequestDelegate route)
    {
        var wire = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var body = new MemoryStream();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        try
        {
            await route(context);
        }
        finally
        {
            context.Features.Set(wire);
        }

        return [.. Encoding.Latin1.GetBytes(HeadOf(context.Response)), .. body.ToArray()];
    }

    private static string HeadOf(HttpResponse response)
    {
        var status = response.StatusCode;
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} {ResponseWriter.ReasonOf(status)}\r\n");
        foreach (var (name, value) in response.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        return head.Append("\r\n").ToString();
    }
}
