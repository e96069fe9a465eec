namespace SecureToken.Core.Identity;

/// <summary>What the user said about the credential. No member holds a value: only paths and names of variables.</summary>
public sealed record CredentialOptions
{
    /// <summary>The name of the only source that is looked at; null for the first that is there.</summary>
    public string? Forced { get; init; }

    /// <summary>What the face calls the setting that forces a source.</summary>
    public string ForcedBy { get; init; } = "--credential";

    /// <summary>The file with the API key.</summary>
    public string? ApiKeyFile { get; init; }

    /// <summary>The API key comes on standard input.</summary>
    public bool ApiKeyStdin { get; init; }

    /// <summary>The name of the variable with the API key.</summary>
    public string? ApiKeyVariable { get; init; }

    /// <summary>The file with the IAM token.</summary>
    public string? IamTokenFile { get; init; }

    /// <summary>The IAM token comes on standard input.</summary>
    public bool IamTokenStdin { get; init; }

    /// <summary>The name of the variable with the IAM token.</summary>
    public string? IamTokenVariable { get; init; }

    /// <summary>The trusted profile, by id, name or CRN.</summary>
    public string? Profile { get; init; }

    /// <summary>Opens standard input.</summary>
    public Func<Stream> OpenStandardInput { get; init; } = () => Stream.Null;

    /// <summary>
    /// Opens what the user gives the token itself by; null where the service is asked for it. With a token no credential is looked for.
    /// </summary>
    public Func<Stream>? OpenToken { get; init; }

    /// <summary>What a relative path in the environment starts from.</summary>
    public required string BaseDirectory { get; init; }

    /// <summary>Where a platform puts the token of a compute resource, in order; another list in tests.</summary>
    public IReadOnlyList<string> ComputeTokenPaths { get; init; } = ComputeResourceSource.DefaultPaths;
}
