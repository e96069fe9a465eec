namespace SecureToken.TestSupport.Cluster;

/// <summary>A kind of object that the stand-in stores.</summary>
/// <param name="Group">Its API group; empty for the core.</param>
/// <param name="Version">Its version.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Plural">Its name in paths and in roles.</param>
/// <param name="IsNamespaced">Whether it is in a namespace.</param>
public sealed record ClusterResource(string Group, string Version, string Kind, string Plural, bool IsNamespaced = true)
{
    public static readonly IReadOnlyList<ClusterResource> All =
    [
        new("", "v1", "Secret", "secrets"),
        new("", "v1", "ConfigMap", "configmaps"),
        new("", "v1", "ServiceAccount", "serviceaccounts"),
        new("", "v1", "Namespace", "namespaces", IsNamespaced: false),
        new("apps", "v1", "Deployment", "deployments"),
        new("rbac.authorization.k8s.io", "v1", "Role", "roles"),
        new("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings"),
        new("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies"),
        new("external-secrets.io", "v1", "ExternalSecret", "externalsecrets"),
        new("external-secrets.io", "v1", "SecretStore", "secretstores"),
    ];

    public string GroupVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>Where the group begins: <c>api/v1</c>, or <c>apis/apps/v1</c>.</summary>
    public string Root => Group.Length == 0 ? $"api/{Version}" : $"apis/{GroupVersion}";
}

/// <summary>What a request is about.</summary>
/// <param name="Resource">The kind.</param>
/// <param name="Namespace">The namespace; null for what has none.</param>
/// <param name="Name">The name; null for a collection.</param>
internal sealed record ClusterTarget(ClusterResource Resource, string? Namespace, string? Name)
{
    public string Path => $"{Resource.Root}/{(Namespace is null ? string.Empty : $"namespaces/{Namespace}/")}{Resource.Plural}";

    /// <summary>Reads a path; null when it is none of an object.</summary>
    public static ClusterTarget? Of(string path)
    {
        foreach (ClusterResource resource in ClusterResource.All)
        {
            if (!path.StartsWith($"/{resource.Root}/", StringComparison.Ordinal))
            {
                continue;
            }

            string[] parts = path[(resource.Root.Length + 2)..].Split('/');
            ClusterTarget? found = resource.IsNamespaced
                ? parts is ["namespaces", var space, var plural, .. { Length: <= 1 } rest] && plural == resource.Plural
                    ? new ClusterTarget(resource, space, rest.FirstOrDefault()) : null
                : parts is [var collection, .. { Length: <= 1 } one] && collection == resource.Plural
                    ? new ClusterTarget(resource, null, one.FirstOrDefault()) : null;
            if (found is not null)
            {
                return found;
            }
        }

        return null;
    }
}
