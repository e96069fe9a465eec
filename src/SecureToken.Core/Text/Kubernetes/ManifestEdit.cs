using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using SecureToken.Core.Text.Yaml;

namespace SecureToken.Core.Text.Kubernetes;

/// <summary>Reads and changes a Secret that has been found without fault.</summary>
internal static class ManifestEdit
{
    /// <summary>The mapping of a form.</summary>
    public static string NameOf(ManifestForm form) => form == ManifestForm.Data ? "data" : "stringData";

    /// <summary>Where the key is in a form.</summary>
    public static string[] PathOf(ManifestKey slot, ManifestForm form) => [NameOf(form), slot.Key];

    /// <summary>The document with the value and its mark.</summary>
    public static TextEditResult Set(
        ReadOnlySpan<byte> document, ManifestSecret secret, ManifestKey slot, ManifestForm form, ReadOnlySpan<byte> value,
            string fingerprint)
    {
        YamlNode root = secret.Root!;
        string[] path = PathOf(slot, form);
        List<TextChange> changes = [];
        if ((YamlPath.Find(document, root, path, out YamlPath place) ?? Mark(document, root, slot, fingerprint, changes)) is { } fault)
        {
            return TextEditResult.Failed(fault);
        }

        byte[]? encoded = form == ManifestForm.Data ? Encode(value) : null;
        ReadOnlySpan<byte> text = encoded is null ? value : encoded;
        char quote = Quote(document, place, path, text, isPlain: form == ManifestForm.Data);
        byte[]? escaped = YamlString.Escape(text, quote);
        if (!Holds(document, place, text))
        {
            // At the same place as the mark it comes behind it, since it is less indented.
            changes.Add(CutAt(document, root, place, path, quote));
        }

        int length = document.Length;
        TextEditResult edit = secret.OpenBlock >= 0 && changes.Exists(cut => cut.Start == length)
            ? TextEditResult.Failed(ManifestLayout.CutOff(document, secret))
            : TextChanges.Apply(document, [.. changes.OrderBy(cut => cut.Start)], escaped is null ? text : escaped);
        CryptographicOperations.ZeroMemory(encoded);
        CryptographicOperations.ZeroMemory(escaped);
        return edit;
    }

    /// <summary>The value in a form, decoded, or that it is absent.</summary>
    public static TextReadResult Get(ReadOnlySpan<byte> document, YamlNode root, ManifestKey slot, ManifestForm form)
    {
        if (YamlPath.Find(document, root, PathOf(slot, form), out YamlPath place) is { } fault)
        {
            return TextReadResult.Failed(fault);
        }

        if (place.Entry is not { Value: var node } || YamlPath.IsNull(document, node))
        {
            return TextReadResult.Absent;
        }

        byte[] text = YamlString.Decode(document[node.Start..node.End]);
        if (form == ManifestForm.StringData)
        {
            return TextReadResult.Of(text);
        }

        byte[]? value = Decode(text);
        CryptographicOperations.ZeroMemory(text);
        return value is null
            ? TextReadResult.Failed(TextFault.At(document, node.Start, $"the value at '{slot.Key}' is not base64"))
            : TextReadResult.Of(value);
    }

    /// <summary>The document without the key and its mark.</summary>
    public static TextEditResult Remove(ReadOnlySpan<byte> document, YamlNode root, ManifestKey slot)
    {
        List<TextChange> changes = [];
        foreach (string[]? path in (string[]?[])[PathOf(slot, ManifestForm.StringData), PathOf(slot, ManifestForm.Data), MarkPath(slot)])
        {
            YamlPath place = default;
            if (path is not null && YamlPath.Find(document, root, path, out place) is { } fault)
            {
                return TextEditResult.Failed(fault);
            }

            if (place.Entry is { } entry)
            {
                changes.Add(YamlRemoval.Plan(document, place.Host, entry));
            }
        }

        return TextChanges.Apply(document, [.. changes.OrderBy(cut => cut.Start)], default);
    }

    /// <summary>A value in base64.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> value)
    {
        byte[] encoded = Bytes.Allocate(Base64.GetMaxEncodedToUtf8Length(value.Length));
        Base64.EncodeToUtf8(value, encoded, out _, out _);
        return encoded;
    }

    private static string[]? MarkPath(ManifestKey slot) =>
        ManifestText.AnnotationOf(slot.Key) is { } name ? ["metadata", "annotations", name] : null;

    /// <summary>Adds the cut that brings the annotation to the fingerprint, if it needs one.</summary>
    private static TextFault? Mark(
        ReadOnlySpan<byte> document, YamlNode root, ManifestKey slot, string fingerprint, List<TextChange> changes)
    {
        if (MarkPath(slot) is not { } path)
        {
            return null;
        }

        byte[] text = Encoding.ASCII.GetBytes(fingerprint);
        TextFault? fault = YamlPath.Find(document, root, path, out YamlPath place);
        if (fault is not null || Holds(document, place, text))
        {
            return fault;
        }

        // A fingerprint is no secret, so it may be part of the layout.
        TextChange cut = CutAt(document, root, place, path, Quote(document, place, path, text, isPlain: false));
        changes.Add(new TextChange(cut.Start, cut.Length, cut.Before + fingerprint + cut.After));
        return null;
    }

    private static byte[]? Decode(ReadOnlySpan<byte> encoded)
    {
        byte[] buffer = Bytes.Allocate(Base64.GetMaxDecodedFromUtf8Length(encoded.Length));
        bool isBase64 = Base64.DecodeFromUtf8(encoded, buffer, out _, out int length) == OperationStatus.Done;
        byte[]? value = isBase64 ? Bytes.Copy(buffer.AsSpan(0, length)) : null;
        CryptographicOperations.ZeroMemory(buffer);
        return value;
    }

    private static TextChange CutAt(ReadOnlySpan<byte> document, YamlNode root, YamlPath place, string[] path, char quote)
    {
        if (place.Entry is not { Value: var old })
        {
            return YamlInsertion.Plan(document, root, place, path, quote);
        }

        string quotes = quote == '\0' ? string.Empty : quote.ToString();
        return old.Kind == YamlKind.Nothing
            ? new TextChange(old.Start, 0, " " + quotes, HasValue: true, quotes)
            : new TextChange(old.Start, old.End - old.Start, quotes, HasValue: true, quotes);
    }

    /// <summary>The quote that stands there already, or next to it; 0 for none, which JSON never has.</summary>
    /// <param name="document">The file.</param>
    /// <param name="place">Where the text goes.</param>
    /// <param name="path">The path of it.</param>
    /// <param name="text">The text.</param>
    /// <param name="isPlain">Whether a new text stands without quotes if it can.</param>
    private static char Quote(ReadOnlySpan<byte> document, YamlPath place, string[] path, ReadOnlySpan<byte> text, bool isPlain)
    {
        bool hasNeighbour = place.Depth + 1 == path.Length && place.Host.Entries.Count > 0;
        YamlNode? model = place.Entry?.Value ?? (hasNeighbour ? place.Host.Entries[^1].Value : null);
        bool canBeBare = !place.IsInBraces && (isPlain || place.Entry is { Value.Kind: YamlKind.Plain }) && YamlString.CanBeBare(text);
        return model?.Kind == YamlKind.Quoted ? (char)document[model.Start] : canBeBare ? '\0' : '"';
    }

    /// <summary>Whether every reader takes what stands there for this text.</summary>
    private static bool Holds(ReadOnlySpan<byte> document, YamlPath place, ReadOnlySpan<byte> text)
    {
        if (place.Entry is not { Value: { Kind: not YamlKind.Nothing } old } || (old.Kind == YamlKind.Plain && !YamlString.CanBeBare(text)))
        {
            return false;
        }

        byte[] decoded = YamlString.Decode(document[old.Start..old.End]);
        bool holds = text.SequenceEqual(decoded);
        CryptographicOperations.ZeroMemory(decoded);
        return holds;
    }
}
