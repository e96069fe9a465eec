using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Identity;

/// <summary>A trusted profile, as the user names it.</summary>
/// <param name="Id">Its id (<c>Profile-…</c>), or null when it is named.</param>
/// <param name="Name">Its name, or null when the id is known.</param>
public sealed record TrustedProfile(string? Id, string? Name)
{
    /// <summary>The variables that name a profile, in order.</summary>
    public static readonly IReadOnlyList<string> Variables =
        ["SECTOKEN_IAM_PROFILE", "IBMCLOUD_CR_PROFILE", "IC_IAM_PROFILE_ID", "IBMCLOUD_IAM_PROFILE_ID", "IC_IAM_PROFILE_NAME",
            "IBMCLOUD_IAM_PROFILE_NAME"];

    private const string IdPrefix = "Profile-";

    /// <summary>Reads an id, a CRN (which ends with the id) or a name.</summary>
    public static Result<TrustedProfile> Parse(string text, string setting)
    {
        ArgumentNullException.ThrowIfNull(text);
        string trimmed = text.Trim();
        string? fault =
            trimmed.Length is 0 or > 256 ? "it needs 1 to 256 characters" :
            trimmed.AsSpan().ContainsAnyExceptInRange(' ', '~') ? "it has line ends or letters outside ASCII" :
            trimmed.StartsWith("crn:", StringComparison.Ordinal) && !IsProfile(trimmed) ? "the CRN is not that of a trusted profile" : null;
        return fault is not null ? Failure.Of(DiagnosticDescriptors.ProfileInvalid, setting, fault)
            : trimmed.StartsWith("crn:", StringComparison.Ordinal) ? new TrustedProfile(trimmed.Split(':')[9], null)
            : trimmed.StartsWith(IdPrefix, StringComparison.Ordinal) ? new TrustedProfile(trimmed, null)
            : new TrustedProfile(null, trimmed);
    }

    /// <summary>The one that the option or the environment names, or null.</summary>
    internal static Result<TrustedProfile?> Find(CredentialSearch search)
    {
        string? variable = search.FirstSet(Variables);
        string? text = search.Options.Profile ?? (variable is null ? null : search.Environment(variable));
        return string.IsNullOrWhiteSpace(text) ? (TrustedProfile?)null
            : Parse(text, search.Options.Profile is null ? variable! : "the option")
                .Succeeded(out TrustedProfile? profile, out Failure? failure) ? profile : failure;
    }

    /// <summary>The id or the name.</summary>
    public override string ToString() => Id ?? Name!;

    private static bool IsProfile(string crn)
    {
        string[] segments = crn.Split(':');
        return segments.Length == 10 && segments[4] == "iam-identity" && segments[9].StartsWith(IdPrefix, StringComparison.Ordinal);
    }
}
