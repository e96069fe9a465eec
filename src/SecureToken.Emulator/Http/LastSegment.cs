using Microsoft.AspNetCore.Http.Features;

namespace SecureToken.Emulator.Http;

/// <summary>Reads a name from the end of a path.</summary>
internal static class LastSegment
{
    /// <summary>
    /// Decodes it from the raw request line: the server decodes a path but for %2F, so from its own path a slash in a name could
    /// not be told from a literal "%2F".
    /// </summary>
    public static string Of(HttpContext context)
    {
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        return Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
    }
}
