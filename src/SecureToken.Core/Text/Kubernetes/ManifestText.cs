using System.Security.Cryptography;
using SecureToken.Core.Text.Yaml;

namespace SecureToken.Core.Text.Kubernetes;

/// <summary>
/// Reads and changes one key of a Kubernetes Secret in a file of YAML documents and keeps every other byte. What it writes, YamlDotNet and
/// kubectl read alike.
/// </summary>
/// <remarks>
/// A key that stands under <c>data</c> and under <c>stringData</c> is changed in both. Kubernetes takes the one under <c>stringData</c>,
/// but the other would stay behind as the old token and come back when someone deletes the line that hides it.
/// </remarks>
public static class ManifestText
{
    // kubernetes.io/docs/concepts/overview/working-with-objects/annotations: what follows the slash.
    private const int LongestAnnotation = 63;

    private static readonly ManifestForm[] Forms = [ManifestForm.StringData, ManifestForm.Data];

    /// <summary>
    /// The annotation that tells which token a key holds where the value cannot be read, <c>sectoken.build/fingerprint.token</c> for the
    /// key <c>token</c>: one for each key, since one Secret may hold tokens of several teams. Null for a key of which no name can be made.
    /// </summary>
    public static string? AnnotationOf(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        string name = "fingerprint." + key;
        return IsName(key) && name.Length <= LongestAnnotation && char.IsAsciiLetterOrDigit(key[^1]) ? "sectoken.build/" + name : null;
    }

    /// <summary>
    /// Puts a value at a key, and the token's fingerprint into its annotation. A Secret that the file does not hold is added at its end.
    /// Where both stand already, the bytes are the same.
    /// </summary>
    /// <param name="document">UTF-8, with or without a byte order mark; empty for a file that is not there.</param>
    /// <param name="slot">Which key of which Secret.</param>
    /// <param name="value">Under <c>data</c> anything, under <c>stringData</c> UTF-8 text of one line.</param>
    /// <param name="fingerprint">Hexadecimal digits.</param>
    public static TextEditResult Set(ReadOnlySpan<byte> document, ManifestKey slot, ReadOnlySpan<byte> value, string fingerprint)
    {
        if (Find(document, slot, out ManifestSecret secret, out List<ManifestForm> forms) is { } fault)
        {
            return TextEditResult.Failed(fault);
        }

        if (ManifestNeighbours.Template(document) is { } template)
        {
            return TextEditResult.Failed(template);
        }

        if (forms.Count == 0)
        {
            forms.Add(FormOfNew(slot, secret.Root));
        }

        if (forms[0] == ManifestForm.StringData && !YamlString.CanBeQuoted(value))
        {
            return TextEditResult.Failed(
                new TextFault(1, 1, "the value has characters that cannot be written so that every reader agrees"));
        }

        if (secret.Root is null)
        {
            return ManifestLayout.Append(document, secret, slot, forms[0], value, fingerprint);
        }

        TextEditResult edit = ManifestEdit.Set(document, secret, slot, forms[0], value, fingerprint);
        if (forms.Count > 1 && edit.Document is { } before)
        {
            Find(before, slot, out secret, out _);
            edit = ManifestEdit.Set(before, secret, slot, forms[1], value, fingerprint);
            CryptographicOperations.ZeroMemory(before);
        }

        return edit;
    }

    /// <summary>The value that Kubernetes takes, decoded; <c>null</c> counts as absent.</summary>
    public static TextReadResult Get(ReadOnlySpan<byte> document, ManifestKey slot)
    {
        if (Find(document, slot, out ManifestSecret secret, out List<ManifestForm> forms) is { } fault)
        {
            return TextReadResult.Failed(fault);
        }

        return forms.Count == 0 ? TextReadResult.Absent : ManifestEdit.Get(document, secret.Root!, slot, forms[0]);
    }

    /// <summary>Takes the key out with its line, and its annotation. An emptied mapping stays.</summary>
    public static TextEditResult Remove(ReadOnlySpan<byte> document, ManifestKey slot)
    {
        if (Find(document, slot, out ManifestSecret secret, out _) is { } fault)
        {
            return TextEditResult.Failed(fault);
        }

        return secret.Root is null ? TextEditResult.Of(Bytes.Copy(document)) : ManifestEdit.Remove(document, secret.Root, slot);
    }

    /// <summary>
    /// The keys that stand twice where nobody looks for them: Kubernetes takes the last one, other readers refuse the file.
    /// </summary>
    /// <param name="document">The file.</param>
    /// <param name="slot">What is looked for.</param>
    public static IReadOnlyList<TextFault> Repeats(ReadOnlySpan<byte> document, ManifestKey slot)
    {
        List<TextFault> repeats = [];
        if (Find(document, slot, out ManifestSecret secret, out _) is null)
        {
            foreach (YamlRepeat repeat in secret.Repeats)
            {
                repeats.Add(repeat.Fault(document));
            }
        }

        return repeats;
    }

    /// <summary>Whether a text consists of what names in a manifest consist of.</summary>
    internal static bool IsName(string? text) =>
        !string.IsNullOrEmpty(text) && text.All(unit => char.IsAsciiLetterOrDigit(unit) || unit is '.' or '-' or '_');

    /// <summary>The Secret, and where the key stands in it.</summary>
    private static TextFault? Find(ReadOnlySpan<byte> document, ManifestKey slot, out ManifestSecret secret, out List<ManifestForm> forms)
    {
        ArgumentNullException.ThrowIfNull(slot);
        secret = new ManifestSecret();
        forms = [];
        if (!IsName(slot.Secret) || !IsName(slot.Key) || (slot.Namespace is not null && !IsName(slot.Namespace)))
        {
            return new TextFault(1, 1, "a name is not one that Kubernetes takes: letters, digits, dots, dashes and underscores");
        }

        TextFault? fault = ManifestSecret.Find(document, slot, out secret);
        for (int i = 0; i < Forms.Length && fault is null && secret.Root is { } root; i++)
        {
            fault = YamlPath.Find(document, root, ManifestEdit.PathOf(slot, Forms[i]), out YamlPath place);
            if (place.Entry is not null)
            {
                forms.Add(Forms[i]);
            }
        }

        return fault;
    }

    private static ManifestForm FormOfNew(ManifestKey slot, YamlNode? root) =>
        slot.Form
            ?? (root?.Find(ManifestEdit.NameOf(ManifestForm.StringData)) is null
            && root?.Find(ManifestEdit.NameOf(ManifestForm.Data)) is not null
            ? ManifestForm.Data : ManifestForm.StringData);
}
