using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using SecureToken.Core.Secrets;
using SecureToken.Core.Text.Kubernetes;

namespace SecureToken.Core.Destinations;

/// <summary>Documents that hold a value, made in memory that is not moved and without a copy on the way.</summary>
internal static class InputShapes
{
    /// <summary>The value with text around it.</summary>
    public static byte[] Join(ReadOnlySpan<byte> value, string before = "", string after = "")
    {
        int start = Encoding.UTF8.GetByteCount(before);
        byte[] document = GC.AllocateUninitializedArray<byte>(start + value.Length + Encoding.UTF8.GetByteCount(after), pinned: true);
        Encoding.UTF8.GetBytes(before, document);
        value.CopyTo(document.AsSpan(start));
        Encoding.UTF8.GetBytes(after, document.AsSpan(start + value.Length));
        return document;
    }

    /// <summary>
    /// A Secret with one key, to be applied by the server: other keys stay, because what is not in it is not ours. It has no type, so that
    /// of one that exists is kept. JSON, which kubectl takes as it takes YAML; neither base64 nor the names need a JSON escape.
    /// </summary>
    public static byte[] KubernetesSecret(ReadOnlySpan<byte> value, Fingerprint fingerprint, string name, string? space, string key)
    {
        byte[] base64 = GC.AllocateUninitializedArray<byte>(Base64.GetMaxEncodedToUtf8Length(value.Length), pinned: true);
        try
        {
            Base64.EncodeToUtf8(value, base64, out _, out int length);
            string place = space is null ? string.Empty : $",\"namespace\":\"{space}\"";
            string annotation = ManifestText.AnnotationOf(key) is { } annotationName
                ? $",\"annotations\":{{\"{annotationName}\":\"{fingerprint}\"}}" : string.Empty;
            return Join(
                base64.AsSpan(0, length),
                $"{{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{{\"name\":\"{name}\"{place}{annotation}}},\"data\":{{\"{key}\":\"",
                "\"}}\n");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(base64);
        }
    }

    /// <summary>
    /// A merge patch of one key of a Secret, for the version of it that was read. Neither base64 nor the names need a JSON escape.
    /// </summary>
    public static byte[] SecretPatch(
        ReadOnlySpan<byte> value, string version, string? annotation, Fingerprint fingerprint, string key)
    {
        byte[] base64 = GC.AllocateUninitializedArray<byte>(Base64.GetMaxEncodedToUtf8Length(value.Length), pinned: true);
        try
        {
            Base64.EncodeToUtf8(value, base64, out _, out int length);
            string mark = annotation is null ? string.Empty : $",\"annotations\":{{\"{annotation}\":\"{fingerprint}\"}}";
            return Join(
                base64.AsSpan(0, length), $"{{\"metadata\":{{\"resourceVersion\":\"{version}\"{mark}}},\"data\":{{\"{key}\":\"", "\"}}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(base64);
        }
    }

    /// <summary>A merge patch that takes the key out.</summary>
    public static byte[] SecretRemovalPatch(string version, string? annotation, string key)
    {
        string mark = annotation is null ? string.Empty : $",\"annotations\":{{\"{annotation}\":null}}";
        return Encoding.ASCII.GetBytes(
            $"{{\"metadata\":{{\"resourceVersion\":\"{version}\"{mark}}},\"data\":{{\"{key}\":null}}}}");
    }

    /// <summary>A merge patch that changes nothing.</summary>
    public static byte[] EmptyPatch(string version) =>
        Encoding.ASCII.GetBytes($"{{\"metadata\":{{\"resourceVersion\":\"{version}\"}}}}");

    /// <summary>
    /// The body of a new version of an arbitrary secret. No character that a template or a token can have needs a JSON escape.
    /// </summary>
    public static byte[] SecretsManagerVersion(ReadOnlySpan<byte> value) => Join(value, "{\"payload\":\"", "\"}\n");
}
