namespace SecureToken.Emulator.Http;

/// <summary>What a browser says of the page that asks. No script can set it; a program can say anything.</summary>
internal static class PageOrigin
{
    private const string FetchSite = "Sec-Fetch-Site";

    /// <summary>Whether a page of the emulator itself asks.</summary>
    public static bool IsOwn(HttpRequest request) => request.Headers[FetchSite].ToString() == "same-origin";

    /// <summary>Whether a page of somebody else asks; another port of this machine is <c>same-site</c>.</summary>
    public static bool IsForeign(HttpRequest request) =>
        (request.Headers.TryGetValue("Origin", out var origin) &&
            !string.Equals(origin.ToString(), request.Scheme + "://" + request.Host.Value, StringComparison.OrdinalIgnoreCase)) ||
        (request.Headers.TryGetValue(FetchSite, out var site) && site.ToString() is not ("same-origin" or "none"));
}
