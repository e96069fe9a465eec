using SecureToken.Core.Text.Kubernetes;

namespace SecureToken.Core.Destinations.Cluster;

/// <summary>One key of one Secret. The names were checked, so that they need no escape in a path or in JSON.</summary>
/// <param name="Name">The name of the Secret.</param>
/// <param name="Namespace">Its namespace; null where nothing tells it.</param>
/// <param name="Key">The key.</param>
internal sealed record SecretAddress(string Name, string? Namespace, string Key)
{
    /// <summary>The path below the API server.</summary>
    public string Path => $"/api/v1/namespaces/{Namespace}/secrets/{Name}";

    /// <summary>The annotation that tells which token the key holds; null for a key of which no name can be made.</summary>
    public string? Annotation => ManifestText.AnnotationOf(Key);

    /// <summary>As messages name it.</summary>
    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";
}
