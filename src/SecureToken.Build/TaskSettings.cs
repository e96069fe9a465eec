using Microsoft.Build.Framework;
using SecureToken.Core.Settings;

namespace SecureToken.Build;

/// <summary>
/// The properties of the project that are settings, by their names there. They come as one list, so that the targets name each of them
/// once for the task, whether it is called for a build or for a publication, and for the stamp.
/// </summary>
internal sealed class TaskSettings
{
    private readonly Dictionary<string, string> _values;

    public TaskSettings(IEnumerable<ITaskItem> items) =>
        _values = items.ToDictionary(item => item.ItemSpec, item => item.GetMetadata("Value"), StringComparer.OrdinalIgnoreCase);

    /// <summary>The file of certificate authorities to trust beside the system's.</summary>
    public string? CaBundle => Get("SecureTokenCaBundle");

    /// <summary>The only kind of credential that is taken; null for the first that is there.</summary>
    public string? Credential => Get("SecureTokenCredential");

    /// <summary>The trusted profile of a compute resource or VPC instance.</summary>
    public string? IamProfile => Get("SecureTokenIamProfile");

    /// <summary>The name of the environment variable with the API key.</summary>
    public string? ApiKeyVariable => Get("SecureTokenApiKeyVariable");

    /// <summary>The name of the environment variable with an IAM token.</summary>
    public string? IamTokenVariable => Get("SecureTokenIamTokenVariable");

    /// <summary>The configuration key.</summary>
    public string? Key => Get("SecureTokenKey");

    /// <summary>Environment names for dotenv files.</summary>
    public string[] Names =>
        Get("SecureTokenName")?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    /// <summary><c>Warn</c>, <c>Error</c>, or null for the default.</summary>
    public string? OnFailure => Get("SecureTokenOnFailure");

    /// <summary>Whether a copy of another identity's token is left alone, which fails the build.</summary>
    public string StrictIdentity => Get("SecureTokenStrictIdentity") ?? "false";

    /// <summary>Whether continuous integration gets user-secrets.</summary>
    public string InCI => Get("SecureTokenInCI") ?? "Auto";

    /// <summary>How old an answer of the service may be: hours, or hours:minutes:seconds. <c>0</c> asks in every build.</summary>
    public string RefreshAfter => Get("SecureTokenRefreshAfter") ?? "08:00:00";

    /// <summary>Seconds that all requests together may take, 1 to 600.</summary>
    public string Timeout => Get("SecureTokenTimeout") ?? "10";

    /// <summary>A setting that says which token.</summary>
    public string? this[SettingName setting] => Get(setting.Property);

    private string? Get(string property) => _values.TryGetValue(property, out string? value) && value.Length > 0 ? value : null;
}
