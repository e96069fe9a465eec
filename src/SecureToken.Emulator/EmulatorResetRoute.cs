using System.Text.RegularExpressions;

namespace SecureToken.Emulator;

/// <summary>
/// A request that resets the token of a team. The real service documents none, so there is none until one is made up here.
/// </summary>
/// <param name="Method">POST, PUT, PATCH or DELETE.</param>
/// <param name="Path">The exact path, below <c>/api/</c>.</param>
public sealed partial record EmulatorResetRoute(string Method, string Path)
{
    internal const string Expected =
        """a method and a path, such as "POST /api/token/reset": """ + "POST, PUT, PATCH or DELETE, and a plain path below /api/";

    /// <summary>Reads <c>POST /api/token/reset</c>, or returns null.</summary>
    internal static EmulatorResetRoute? Parse(string text) =>
        text.Split(' ') is [var method, var path] && new EmulatorResetRoute(method, path) is { MakesSense: true } route ? route : null;

    internal bool MakesSense => Method is "POST" or "PUT" or "PATCH" or "DELETE" && PlainPath().IsMatch(Path);

    // No dot segments, which a client resolves before it sends, and nothing that routing would take for a pattern.
    [GeneratedRegex(@"\A/api(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainPath();
}
