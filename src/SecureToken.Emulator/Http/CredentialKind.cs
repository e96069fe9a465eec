using System.Text.RegularExpressions;

namespace SecureToken.Emulator.Http;

/// <summary>What an <c>Authorization</c> header looks like, valid or not.</summary>
internal static partial class CredentialKind
{
    public static string Of(string authorization) => authorization switch
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
