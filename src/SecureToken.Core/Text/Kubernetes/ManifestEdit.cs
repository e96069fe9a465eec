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
    public static string[] PathOf(ManifestSlot slot, ManifestForm form) => [NameOf(form), slot.Key];

    /// <summary>The document with the value and its mark.</summary>
    public static TextEdit Set(
        ReadOnlySpan<byte> document, ManifestSecret secret, ManifestSlot slot, ManifestForm form, ReadOnlySpan<byte> value, string fingerprint)
    {
        YamlNode root = secret.Root!;
        string[] path = PathOf(slot, form);
        List<Cut> cuts = [];
        if ((YamlPlace.Find(document, root, path, out YamlPlace place) ?? Mark(document, root, slot, fingerprint, cuts)) is { } fault)
        {
            return TextEdit.Failed(fault);
        }

        byte[]? encoded = form == ManifestForm.Data ? Encode(value) : null;
        ReadOnlySpan<byte> text = encoded is null ? value : encoded;
        char quote = Quote(document, place, path, text, isPlain: form == ManifestForm.Data);
        byte[]? escaped = YamlString.Escape(text, quote);
        if (!Holds(document, place, text))
        {
            // At the same place as the mark it comes behind it, since it is less indented.
            cuts.Add(CutAt(document, root, place, path, quote));
        }

        int length = document.Length;
        TextEdit edit = secret.OpenBlock >= 0 && cuts.Exists(cut => cut.Start == length)
            ? TextEdit.Failed(ManifestLayout.CutOff(document, secret))
            : Splice.Apply(document, [.. cuts.OrderBy(cut => cut.Start)], escaped is null ? text : escaped);
        CryptographicOperations.ZeroMemory(encoded);
        CryptographicOperations.ZeroMemory(escaped);
        return edit;
    }

    /// <summary>The value in a form, decoded, or that it is absent.</summary>
    public static TextValue Get(ReadOnlySpan<byte> document, YamlNode root, ManifestSlot slot, ManifestForm form)
    {
        if (YamlPlace.Find(document, root, PathOf(slot, form), out YamlPlace place) is { } fault)
        {
            return TextValue.Failed(fault);
        }

        if (place.Entry is not { Value: var node } || YamlPlace.IsNull(document, node))
        {
            return TextValue.Absent;
        }

        byte[] text = YamlString.Decode(document[node.Start..node.End]);
        if (form == ManifestForm.StringData)
        {
            return TextValue.Of(text);
        }

        byte[]? value = Decode(text);
        CryptographicOperations.ZeroMemory(text);
        return value is null ? TextValue.Failed(TextFault.At(document, node.Start, $"the value at '{slot.Key}' is not base64")) : TextValue.Of(value);
    }

    /// <summary>The document without the key and its mark.</summary>
    public static TextEdit Remove(ReadOnlySpan<byte> document, YamlNode root, ManifestSlot slot)
    {
        List<Cut> cuts = [];
        foreach (string[]? path in (string[]?[])[PathOf(slot, ManifestForm.StringData), PathOf(slot, ManifestForm.Data), MarkPath(slot)])
        {
            YamlPlace place = default;
            if (path is not null && YamlPlace.Find(document, root, path, out place) is { } fault)
            {
                return TextEdit.Failed(fault);
            }

            if (place.Entry is { } entry)
            {
                cuts.Add(YamlRemoval.Plan(document, place.Host, entry));
            }
        }

        return Splice.Apply(document, [.. cuts.OrderBy(cut => cut.Start)], default);
    }

    /// <summary>A value in base64.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> value)
    {
        byte[] encoded = Bytes.Allocate(Base64.GetMaxEncodedToUtf8Length(value.Length));
        Base64.EncodeToUtf8(value, encoded, out _, out _);
        return encoded;
    }

    private static string[]? MarkPath(ManifestSlot slot) => ManifestText.AnnotationOf(slot.Key) is { } name ? ["metadata", "annotations", name] : null;

    /// <summary>Adds the cut that brings the annotation to the fingerprint, if it needs one.</summary>
    private static TextFault? Mark(ReadOnlySpan<byte> document, YamlNode root, ManifestSlot slot, string fingerprint, List<Cut> cuts)
    {
        if (MarkPath(slot) is not { } path)
        {
            return null;
        }

        byte[] text = Encoding.ASCII.GetBytes(fingerprint);
        TextFault? fault = YamlPlace.Find(document, root, path, out YamlPlace place);
        if (fault is not null || Holds(document, place, text))
        {
            return fault;
        }

        // A fingerprint is no secret, so it may be part of the layout.
        Cut cut = CutAt(document, root, place, path, Quote(document, place, path, text, isPlain: false));
        cuts.Add(new Cut(cut.Start, cut.Length, cut.Before + fingerprint + cut.After));
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

    private static Cut CutAt(ReadOnlySpan<byte> document, YamlNode root, YamlPlace place, string[] path, char quote)
    {
        if (place.Entry is not { Value: var old })
        {
            return YamlInsertion.Plan(document, root, place, path, quote);
        }

        string quotes = quote == '\0' ? string.Empty : quote.ToString();
        return old.Kind == YamlKind.Nothing
            ? new Cut(old.Start, 0, " " + quotes, HasValue: true, quotes)
            : new Cut(old.Start, old.End - old.Start, quotes, HasValue: true, quotes);
    }

    /// <summary>The quote that stands there already, or next to it; 0 for none, which JSON never has.</summary>
    /// <param name="document">The file.</param>
    /// <param name="place">Where the text goes.</param>
    /// <param name="path">The path of it.</param>
    /// <param name="text">The text.</param>
    /// <param name="isPlain">Whether a new text stands without quotes if it can.</param>
    private static char Quote(ReadOnlySpan<byte> document, YamlPlace place, string[] path, ReadOnlySpan<byte> text, bool isPlain)
    {
        bool hasNeighbour = place.Depth + 1 == path.Length && place.Host.Entries.Count > 0;
        YamlNode? model = place.Entry?.Value ?? (hasNeighbour ? place.Host.Entries[^1].Value : null);
        bool canBeBare = !place.IsInBraces && (isPlain || place.Entry is { Value.Kind: YamlKind.Plain }) && YamlString.CanBeBare(text);
        return model?.Kind == YamlKind.Quoted ? (char)document[model.Start] : canBeBare ? '\0' : '"';
    }

    /// <summary>Whether every reader takes what stands there for this text.</summary>
    private static bool Holds(ReadOnlySpan<byte> document, YamlPlace place, ReadOnlySpan<byte> text)
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
