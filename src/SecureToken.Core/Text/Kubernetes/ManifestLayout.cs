using System.Security.Cryptography;
using SecureToken.Core.Text.Yaml;

namespace SecureToken.Core.Text.Kubernetes;

/// <summary>Lays out a whole Secret.</summary>
internal static class ManifestLayout
{
    /// <summary>The file with a new Secret at its end, as a document of its own.</summary>
    public static TextEditResult Append(
        ReadOnlySpan<byte> document, ManifestSecret found, ManifestKey slot, ManifestForm form, ReadOnlySpan<byte> value,
            string fingerprint)
    {
        int first = Bytes.MarkLength(document);
        int content = document[first..].IndexOfAnyExcept(" \t\r\n"u8);
        if (content >= 0 && document[first + content] == '{')
        {
            // It is JSON for kubectl, whatever follows (measured: kubectl: a file that starts with a brace).
            return TextEditResult.Failed(
                TextFault.At(document, first + content, "the file starts with a brace, and no document can be added to JSON"));
        }

        if (found.OpenBlock >= 0)
        {
            return TextEditResult.Failed(CutOff(document, found));
        }

        if (ManifestNeighbours.Fault(document, found.Documents, slot) is { } fault)
        {
            return TextEditResult.Failed(fault);
        }

        byte[]? encoded = form == ManifestForm.Data ? ManifestEdit.Encode(value) : null;
        ReadOnlySpan<byte> text = encoded is null ? value : encoded;
        string quote = form == ManifestForm.Data && YamlString.CanBeBare(text) ? string.Empty : "\"";
        byte[]? escaped = quote.Length == 0 ? null : YamlString.Escape(text, '"');

        string lineEnd = Bytes.LineEnd(document);
        string[] lines =
        [
            .. document.Length > first && document[^1] != '\n' ? [string.Empty] : Array.Empty<string>(),
            .. found.IsLastEmpty ? Array.Empty<string>() : ["---"],
            "apiVersion: v1",
            "kind: Secret",
            "metadata:",
            "  name: " + Name(slot.Secret),
            .. slot.Namespace is null ? Array.Empty<string>() : ["  namespace: " + Name(slot.Namespace)],
            .. ManifestText.AnnotationOf(slot.Key) is { } annotation
                ? ["  annotations:", $"    {annotation}: \"{fingerprint}\""] : Array.Empty<string>(),
            "type: Opaque",
            ManifestEdit.NameOf(form) + ":",
            $"  {Name(slot.Key)}: {quote}",
        ];
        TextChange cut = new(document.Length, 0, string.Join(lineEnd, lines), HasValue: true, quote + lineEnd);
        TextEditResult edit = TextChanges.Apply(document, [cut], escaped is null ? text : escaped);
        CryptographicOperations.ZeroMemory(encoded);
        CryptographicOperations.ZeroMemory(escaped);
        return edit;
    }

    /// <summary>Why nothing can stand behind the end of the file.</summary>
    public static TextFault CutOff(ReadOnlySpan<byte> document, ManifestSecret found) =>
        TextFault.At(
            document, found.OpenBlock,
            "the file ends within this block scalar, without a line end; one more line would change it for some readers");

    private static string Name(string name) => YamlString.Name(name, isQuoted: false);
}
