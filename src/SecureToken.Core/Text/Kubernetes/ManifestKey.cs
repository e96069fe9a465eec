namespace SecureToken.Core.Text.Kubernetes;

/// <summary>The two mappings of a Kubernetes Secret.</summary>
public enum ManifestForm
{
    /// <summary>Values as they are; written by people, encoded by Kubernetes.</summary>
    StringData,

    /// <summary>Values in base64.</summary>
    Data,
}

/// <summary>One key of one Secret in a manifest. The names consist of letters, digits, dots, dashes and underscores.</summary>
/// <param name="Secret">The Secret's <c>metadata.name</c>.</param>
/// <param name="Namespace">Its <c>metadata.namespace</c>; null for whatever namespace stands there.</param>
/// <param name="Key">The key of the value.</param>
/// <param name="Form">
/// Where a new key goes. Null: into the existing <c>stringData</c>, else into the existing <c>data</c>, else into a new <c>stringData</c>.
/// A key that stands somewhere stays there.
/// </param>
public sealed record ManifestKey(string Secret, string? Namespace, string Key, ManifestForm? Form = null);
