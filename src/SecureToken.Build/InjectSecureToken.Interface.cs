using Microsoft.Build.Framework;

namespace SecureToken.Build;

/// <summary>The parameters. None of them holds a secret; paths are absolute or relative to the project's directory.</summary>
public sealed partial class InjectSecureToken
{
    /// <summary>The project file, absolute.</summary>
    [Required]
    public string Project { get; set; } = string.Empty;

    /// <summary>Who asks: the project with whatever makes it a build of its own (target framework, …).</summary>
    [Required]
    public string Consumer { get; set; } = string.Empty;

    /// <summary>Files in which a variable that holds a credential must not be used as a property.</summary>
    public string[] ProjectFiles { get; set; } = [];

    /// <summary>The project's user-secrets id; empty for none.</summary>
    public string? UserSecretsId { get; set; }

    /// <summary>Files: the path, with metadata <c>Kind</c> (<c>dotenv</c> or <c>json</c>), <c>Key</c> and <c>Name</c>.</summary>
    public ITaskItem[] Destinations { get; set; } = [];

    /// <summary>The region of the instance.</summary>
    public string? Region { get; set; }

    /// <summary>The endpoint, instead of the region.</summary>
    public string? Endpoint { get; set; }

    /// <summary>The instance: GUID or CRN.</summary>
    public string? Instance { get; set; }

    /// <summary>The team: id or name.</summary>
    public string? Team { get; set; }

    /// <summary>IAM, if it is not IBM Cloud's public one.</summary>
    public string? IamEndpoint { get; set; }

    /// <summary>The resource controller, if it is not IBM Cloud's public one.</summary>
    public string? ResourceController { get; set; }

    /// <summary><c>true</c>: IBM Cloud's private hosts where no endpoint is given.</summary>
    public string? Private { get; set; }

    /// <summary>The file of certificate authorities to trust beside the system's.</summary>
    public string? CaBundle { get; set; }

    /// <summary>The only kind of credential that is taken; empty for the first that is there.</summary>
    public string? Credential { get; set; }

    /// <summary>The trusted profile of a compute resource or VPC instance.</summary>
    public string? IamProfile { get; set; }

    /// <summary>The name of the environment variable with the API key.</summary>
    public string? ApiKeyVariable { get; set; }

    /// <summary>The name of the environment variable with an IAM token.</summary>
    public string? IamTokenVariable { get; set; }

    /// <summary>The configuration key.</summary>
    public string? Key { get; set; }

    /// <summary>Environment names for dotenv files.</summary>
    public string[] Names { get; set; } = [];

    /// <summary><c>Warn</c>, <c>Error</c>, or empty for the default.</summary>
    public string? OnFailure { get; set; }

    /// <summary>True in continuous integration, where a missing token is an error.</summary>
    public bool IsContinuousIntegration { get; set; }

    /// <summary>How old an answer of the service may be: hours, or hours:minutes:seconds. <c>0</c> asks in every build.</summary>
    public string RefreshAfter { get; set; } = "08:00:00";

    /// <summary>Seconds that all requests together may take, 1 to 600.</summary>
    public string Timeout { get; set; } = "10";

    /// <summary>Set by the engine for <c>-question</c>: whatever is due is an error, and nothing is requested.</summary>
    public bool FailIfNotIncremental { get; set; }

    /// <summary>When the next refresh is due (UTC, round-trip format); empty when the next build must look again.</summary>
    [Output]
    public string DueAt { get; private set; } = string.Empty;
}
