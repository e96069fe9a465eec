using SecureToken.Core.Diagnostics;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;
using SecureToken.Core.Text;
using SecureToken.Core.Text.Kubernetes;

namespace SecureToken.Core.Destinations.Files;

/// <summary>A key of a Secret in a Kubernetes manifest, with the token's fingerprint in an annotation.</summary>
public sealed class KubernetesSecret : FileDestination
{
    /// <summary>The key when the user names none.</summary>
    public const string DefaultKey = "token";

    private readonly ManifestKey _slot;

    /// <summary>A manifest and the key in it, see <see cref="SlotOf"/>.</summary>
    public KubernetesSecret(string path, string? lockFile, ManifestKey slot)
        : base(path, lockFile) => _slot = slot;

    /// <inheritdoc/>
    public override string Kind => "kubernetes";

    /// <inheritdoc/>
    public override string AfterReset =>
        $"apply {Location} (kubectl apply -f)"
        + (Reloads ? string.Empty : ", and restart the pods that have the Secret in their environment");

    /// <summary>
    /// As <see cref="ParseSlot"/> reads it: <c>prod/sysdig:token</c>, or <c>sysdig:token</c> where no namespace is named.
    /// </summary>
    public override string Slot => $"{(_slot.Namespace is null ? string.Empty : _slot.Namespace + "/")}{_slot.Secret}:{_slot.Key}";

    /// <summary>Checks the names.</summary>
    /// <param name="secret">The name of the Secret.</param>
    /// <param name="inNamespace">Its namespace; null for the one that stands in the manifest.</param>
    /// <param name="key">The key; null for <see cref="DefaultKey"/>.</param>
    /// <param name="form">Where a new key goes: <c>data</c> or <c>stringData</c>; null for where the Secret has keys already.</param>
    /// <returns>The slot; or 660 (a name), 108 (the form).</returns>
    public static Result<ManifestKey> SlotOf(string secret, string? inNamespace = null, string? key = null, string? form = null)
    {
        ArgumentNullException.ThrowIfNull(secret);
        ManifestForm? chosen = form switch { "data" => ManifestForm.Data, "stringData" => ManifestForm.StringData, _ => null };
        if (form is not null && chosen is null)
        {
            string shown = PrintableText.Of(form, 80);
            return Failure.Of(
                DiagnosticDescriptors.SettingInvalid, "The form of a Kubernetes Secret", shown, "it must be data or stringData");
        }

        key ??= DefaultKey;
        return (KubernetesName.ParseSecret(secret).Failure
            ?? (inNamespace is null ? null : KubernetesName.ParseNamespace(inNamespace).Failure)
            ?? KubernetesName.ParseKey(key).Failure) is { } failure
            ? failure
            : new ManifestKey(secret, inNamespace, key, chosen);
    }

    /// <summary>Reads <c>[NAMESPACE/]SECRET[:KEY]</c>.</summary>
    /// <returns>The slot; or 660.</returns>
    public static Result<ManifestKey> ParseSlot(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        int colon = text.IndexOf(':', slash + 1);
        return SlotOf(
            colon < 0 ? text[(slash + 1)..] : text[(slash + 1)..colon],
            slash < 0 ? null : text[..slash],
            colon < 0 ? null : text[(colon + 1)..]);
    }

    /// <inheritdoc/>
    public override AccessSummary Explain() => base.Explain() with
    {
        Readers = base.Explain().Readers + "; once it is applied, whoever may read Secrets of the namespace, and the pods that mount it",
    };

    /// <inheritdoc/>
    protected override TextEditResult Edit(ReadOnlySpan<byte> document, ReadOnlySpan<byte> value, Fingerprint fingerprint) =>
        ManifestText.Set(document, _slot, value, fingerprint.Value);

    /// <inheritdoc/>
    protected override TextEditResult TextChange(ReadOnlySpan<byte> document) => ManifestText.Remove(document, _slot);

    /// <inheritdoc/>
    protected override bool Holds(ReadOnlySpan<byte> document, ReadOnlySpan<byte> value) =>
        Matches(ManifestText.Get(document, _slot).Value, value);

    /// <inheritdoc/>
    private protected override IReadOnlyList<Failure> Oddities(ReadOnlySpan<byte> document) =>
        [.. ManifestText.Repeats(document, _slot)
            .Select(fault => Failure.Of(DiagnosticDescriptors.KeyTwice, Location, fault.Line, fault.Column, fault.Reason))];

    /// <inheritdoc/>
    protected override byte[]? FirstValue(ReadOnlySpan<byte> document) => ManifestText.Get(document, _slot).Value;

    /// <summary>Whether two slots are one. Without a namespace it is the Secret of whatever namespace.</summary>
    internal bool IsSameSlot(KubernetesSecret other) =>
        _slot.Secret == other._slot.Secret && _slot.Key == other._slot.Key
        && (_slot.Namespace is null || other._slot.Namespace is null || _slot.Namespace == other._slot.Namespace);
}
