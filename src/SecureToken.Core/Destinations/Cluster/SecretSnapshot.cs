using System.Security.Cryptography;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;

namespace SecureToken.Core.Destinations.Cluster;

/// <summary>One key of a Secret as the API server told it. The other keys are never looked at.</summary>
internal sealed class SecretSnapshot : IDisposable
{
    private SecretSnapshot(string version, byte[]? value, string? fingerprint, bool isImmutable)
    {
        Version = version;
        Value = value;
        Fingerprint = fingerprint;
        IsImmutable = isImmutable;
    }

    /// <summary>The resourceVersion: a change that names it is refused once the Secret is another one.</summary>
    public string Version { get; }

    /// <summary>What stands at the key; null when there is nothing.</summary>
    public byte[]? Value { get; }

    /// <summary>The fingerprint in the annotation of the key; null when there is none.</summary>
    public string? Fingerprint { get; }

    /// <summary>Whether nobody may change it.</summary>
    public bool IsImmutable { get; }

    /// <summary>Reads the answer to a request for a Secret, or to a change of one.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="server">Who gave it, for a message.</param>
    /// <param name="name">The name of the Secret.</param>
    /// <param name="key">The key.</param>
    /// <param name="annotation">The annotation of the key; null for a key that can have none.</param>
    public static Result<SecretSnapshot> Read(ApiResponse answer, string server, string name, string key, string? annotation)
    {
        if (!answer.Json(server).Succeeded(out JsonDocument? document, out Failure? failure))
        {
            return failure;
        }

        using (document)
        {
            JsonElement root = document.RootElement;
            JsonElement metadata = Member(root, "metadata"u8);
            string version = JsonMembers.Label(metadata, "resourceVersion"u8);
            if (JsonMembers.Label(root, "kind"u8) != "Secret" || JsonMembers.Label(metadata, "name"u8, limit: 300) != name
                || version.Length is 0 or > 64 || !version.All(char.IsAsciiLetterOrDigit))
            {
                return Failure.Of(DiagnosticDescriptors.AnswerMalformed, server, "it is not the Secret that was asked for");
            }

            byte[]? value = null;
            JsonElement stored = Member(Member(root, "data"u8), key);
            if (stored.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null)
                && (stored.ValueKind != JsonValueKind.String || !stored.TryGetBytesFromBase64(out value)))
            {
                return Failure.Of(DiagnosticDescriptors.AnswerMalformed, server, "the value of the key is not base64");
            }

            JsonElement mark = annotation is null ? default : Member(Member(metadata, "annotations"u8), annotation);
            return new SecretSnapshot(
                version, value, mark.ValueKind == JsonValueKind.String ? mark.GetString() : null,
                Member(root, "immutable"u8).ValueKind == JsonValueKind.True);
        }
    }

    /// <summary>Whether this stands at the key.</summary>
    public bool Holds(ReadOnlySpan<byte> value) => Value is { } stored && CryptographicOperations.FixedTimeEquals(stored, value);

    public void Dispose() => CryptographicOperations.ZeroMemory(Value);

    private static JsonElement Member(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement member) ? member : default;

    private static JsonElement Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement member) ? member : default;
}
