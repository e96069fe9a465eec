namespace SecureToken.Core.Model;

/// <summary>The environment variables that may hold a credential or a token. Nobody passes them on without need.</summary>
public static class CredentialVariables
{
    /// <summary>The token of a compute resource, such as a pod's.</summary>
    public const string ComputeResourceToken = "IBMCLOUD_CR_TOKEN";

    /// <summary>The variables that may hold an IAM token, in order.</summary>
    public static readonly IReadOnlyList<string> IamToken = ["SECTOKEN_IAM_TOKEN", "IC_IAM_TOKEN", "IBMCLOUD_IAM_TOKEN"];

    /// <summary>The variables that may hold an API key, in order; a value that starts with <c>@</c> names a file.</summary>
    public static readonly IReadOnlyList<string> ApiKey =
        ["SECTOKEN_API_KEY", "IBMCLOUD_API_KEY", "IC_API_KEY", "SYSDIG_IBM_SECURE_API_KEY"];

    /// <summary>The variables by which well-known programs are given the token of a team.</summary>
    public static readonly IReadOnlyList<string> TeamToken =
        ["SYSDIG_SECURE_API_TOKEN", "SECURE_API_TOKEN", "SYSDIG_API_TOKEN", "SDC_TOKEN", "Sysdig__SecureApiToken"];

    /// <summary>Every variable that may hold a credential's value.</summary>
    public static IEnumerable<string> All => [.. IamToken, .. ApiKey, ComputeResourceToken];
}
