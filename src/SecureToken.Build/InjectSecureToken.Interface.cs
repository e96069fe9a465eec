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

    /// <summary>The settings: names of the properties, with metadata <c>Value</c>. See <see cref="TaskSettings"/>.</summary>
    public ITaskItem[] Settings { get; set; } = [];

    /// <summary>True in continuous integration, where a missing token is an error.</summary>
    public bool IsContinuousIntegration { get; set; }

    /// <summary>Set by the engine for <c>-question</c>: whatever is due is an error, and nothing is requested.</summary>
    public bool FailIfNotIncremental { get; set; }

    /// <summary>When the next refresh is due (UTC, round-trip format); empty when the next build must look again.</summary>
    [Output]
    public string DueAt { get; private set; } = string.Empty;
}
