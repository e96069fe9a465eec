using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;
using SecureToken.Core.Text;
using SecureToken.Core.Text.Json;

namespace SecureToken.Core.Destinations.Files;

/// <summary>A JSON file of settings.</summary>
public class JsonFile : FileDestination
{
    private readonly ConfigurationKey _key;

    /// <summary>A JSON file and the key in it.</summary>
    public JsonFile(string path, string? lockFile, ConfigurationKey key)
        : base(path, lockFile) => _key = key;

    /// <inheritdoc/>
    public override string Kind => "json";

    /// <inheritdoc/>
    public sealed override string? AfterReset => Reloads ? null : $"restart what reads {Location} only at its start";

    /// <inheritdoc/>
    public override string Slot => _key.Value;

    /// <inheritdoc/>
    protected override TextEditResult Edit(ReadOnlySpan<byte> document, ReadOnlySpan<byte> value, Fingerprint fingerprint) =>
        JsonText.Set(document, _key.Value, value);

    /// <inheritdoc/>
    protected override TextEditResult TextChange(ReadOnlySpan<byte> document) => JsonText.Remove(document, _key.Value);

    /// <inheritdoc/>
    protected override bool Holds(ReadOnlySpan<byte> document, ReadOnlySpan<byte> value) =>
        Matches(JsonText.Get(document, _key.Value).Value, value);

    /// <inheritdoc/>
    protected override byte[]? FirstValue(ReadOnlySpan<byte> document) => JsonText.Get(document, _key.Value).Value;
}
