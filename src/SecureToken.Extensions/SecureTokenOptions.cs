namespace SecureToken.Extensions;

/// <summary>
/// Which token a program follows, and where it comes from. A setting that is not set here is taken from the environment variables that the
/// tool reads too (<c>SECTOKEN_INSTANCE</c>, <c>SECTOKEN_TEAM</c> and so on). No member holds a secret.
/// </summary>
public sealed class SecureTokenOptions
{
    /// <summary>The configuration key that a token has unless another one is set: <c>Sysdig:SecureApiToken</c>.</summary>
    public const string DefaultKey = "Sysdig:SecureApiToken";

    /// <summary>The key of the token in the configuration. It also tells several tokens of one program apart.</summary>
    public string Key { get; set; } = DefaultKey;

    /// <summary>The region of the instance, such as <c>eu-de</c>. It follows from a CRN.</summary>
    public string? Region { get; set; }

    /// <summary>The base URL of the instance instead of a region: https, or http for a literal loopback address.</summary>
    public string? Endpoint { get; set; }

    /// <summary>The instance: its CRN, its GUID or its name.</summary>
    public string? Instance { get; set; }

    /// <summary>The team whose token it is: its id or its name.</summary>
    public string? Team { get; set; }

    /// <summary>The base URL of IAM; the public one unless it is set.</summary>
    public string? IamEndpoint { get; set; }

    /// <summary>
    /// A file that <c>dotnet sectoken inject</c>, <c>watch</c> or a Kubernetes volume keeps current. If it is set, the token is read from
    /// it and the service is not asked for one. The file holds the token alone, or it is a JSON or dotenv file that holds it under
    /// <see cref="Key"/> or <see cref="Name"/>.
    /// </summary>
    public string? File { get; set; }

    /// <summary>The name of the token in a dotenv file; unless it is set, <see cref="Key"/> with <c>__</c> for each colon.</summary>
    public string? Name { get; set; }

    /// <summary>
    /// Whether a program starts without the token if its source does not return one. The first request asks for it again. Otherwise adding
    /// the source throws a <see cref="SecureTokenException"/>.
    /// </summary>
    public bool Optional { get; set; }

    /// <summary>
    /// The only credential that is used, such as <c>api-key</c> or <c>compute-resource</c>; the first that is there unless it is set.
    /// </summary>
    public string? Credential { get; set; }

    /// <summary>The file with the API key.</summary>
    public string? ApiKeyFile { get; set; }

    /// <summary>The name of the environment variable with the API key.</summary>
    public string? ApiKeyVariable { get; set; }

    /// <summary>The file with an IAM token.</summary>
    public string? IamTokenFile { get; set; }

    /// <summary>The trusted profile, by its id, name or CRN.</summary>
    public string? Profile { get; set; }

    /// <summary>A file of certificate authorities that are trusted in addition to the system's.</summary>
    public string? CaBundle { get; set; }

    /// <summary>How long one refresh may take, retries included; 30 seconds unless it is set.</summary>
    public TimeSpan RefreshTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock; another one in tests.</summary>
    internal TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>Reads an environment variable; another one in tests.</summary>
    internal Func<string, string?> Environment { get; set; } = System.Environment.GetEnvironmentVariable;
}
