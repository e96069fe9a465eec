using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;

namespace SecureToken.Core.State;

/// <summary>
/// Which instance a name meant when it was last looked up, held under its lock: whoever holds it is the only one on this machine that asks
/// the resource controller for it now, so a build of a hundred projects that name their instance asks once. Like the ledger it is a help
/// and never a need, and holds no secret.
/// </summary>
internal sealed class InstanceMemory : IDisposable
{
    private readonly SecretFile _file;

    private InstanceMemory(SecretFile file) => _file = file;

    /// <summary>Takes the memory of a name; null where there can be none.</summary>
    /// <param name="key">What was asked: the resource controller, the region and the name.</param>
    /// <param name="limit">How long to wait for another holder.</param>
    /// <param name="environment">Reads environment variables.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static InstanceMemory? Open(string key, TimeSpan limit, Func<string, string?> environment, CancellationToken cancellation)
    {
        Result<string> state = StateDirectory.Find(environment);
        if (state.Failure is not null)
        {
            return null;
        }

        string path = Path.Combine(
            state.Value, "instances", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))[..12]) + ".json");
        return SecretFile.Lock(path, path + ".lock", limit, isSecret: false, cancellation).Succeeded(out SecretFile? file, out _)
            ? new InstanceMemory(file) : null;
    }

    /// <summary>What is known; nothing when it cannot be read or is not whole.</summary>
    public InstanceRecord? Read()
    {
        if (!_file.Read().Succeeded(out byte[]? content, out _) || content is null)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(content, InstanceJson.Default.InstanceRecord) is { Region: not null } record
                && (Guid.TryParseExact(record.Id, "D", out _)
                    || record is { Id: null, Code: not null, Message: not null, NextStep: not null })
                    ? record
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Keeps what was learned. What cannot be kept costs one more request later, and nothing else.</summary>
    public void Write(InstanceRecord record) =>
        _file.Write(JsonSerializer.SerializeToUtf8Bytes(record, InstanceJson.Default.InstanceRecord), static _ => true, Durability.None);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}

/// <summary>What a look-up came to: an instance, or why there is none.</summary>
/// <param name="At">When it was looked up (UTC).</param>
/// <param name="Credential">The fingerprint of the credential: another identity may see other instances.</param>
/// <param name="Id">The GUID; null after a failure.</param>
/// <param name="Region">The region; empty after a failure.</param>
internal sealed record InstanceRecord(DateTimeOffset At, string Credential, string? Id, string Region)
{
    /// <summary>The code of the failure.</summary>
    public string? Code { get; init; }

    /// <summary>Its message.</summary>
    public string? Message { get; init; }

    /// <summary>What to do next.</summary>
    public string? NextStep { get; init; }
}

/// <summary>Reads and writes the record without reflection.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InstanceRecord))]
internal sealed partial class InstanceJson : JsonSerializerContext;
