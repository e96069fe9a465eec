using System.Buffers;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Settings;

/// <summary>
/// A request that resets a token. The service documents none, only its page, so nothing is guessed: there is one only where the user has
/// written it down.
/// </summary>
public sealed record ResetRequest
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-._~%?=&:@,+");

    private ResetRequest(string method, string path, SettingSource origin)
    {
        Method = method;
        Path = path;
        Source = origin;
    }

    /// <summary>POST, PUT, PATCH or DELETE.</summary>
    public string Method { get; }

    /// <summary>The path below the endpoint, with its query.</summary>
    public string Path { get; }

    /// <summary>Who says so: an option, or a settings file that others may have written.</summary>
    public SettingSource Source { get; }

    /// <summary>Reads <c>POST /api/…</c>.</summary>
    /// <returns>The request; or 706.</returns>
    public static Result<ResetRequest> Parse(string text, SettingSource origin)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var method, var path]
            ? Parse(method, path, origin)
            : Failure.Of(DiagnosticDescriptors.ResetRequestInvalid, PrintableText.Ascii(text, 80), "it is not a method and a path");
    }

    /// <summary>Reads a method and a path.</summary>
    /// <returns>The request; or 706.</returns>
    public static Result<ResetRequest> Parse(string method, string path, SettingSource origin)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(path);

        // The rest of what a path could do (another host, dot segments in disguise) shows when it does not come back as it went in.
        string fault =
            method is not ("POST" or "PUT" or "PATCH" or "DELETE") ? "its method is POST, PUT, PATCH or DELETE" :
            !path.StartsWith("/api/", StringComparison.Ordinal) || path.Length is < 6 or > 512 ? "its path starts with /api/" :
            path.AsSpan().ContainsAnyExcept(Allowed) || path.Contains("//", StringComparison.Ordinal)
                || !Uri.TryCreate("https://host.example" + path, UriKind.Absolute, out Uri? uri) || uri.PathAndQuery != path
                ? "its path is not a plain path" : string.Empty;
        return fault.Length == 0
            ? new ResetRequest(method, path, origin)
            : Failure.Of(DiagnosticDescriptors.ResetRequestInvalid, PrintableText.Ascii($"{method} {path}", 80), fault);
    }

    /// <summary>Method and path.</summary>
    public override string ToString() => $"{Method} {Path}";
}
