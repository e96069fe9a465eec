using System.Text;

namespace SecureToken.Core.Text.Yaml;

/// <summary>Lays out a new entry as the document lays out its own.</summary>
internal static class YamlInsertion
{
    private const int DefaultIndent = 2;

    /// <summary>The cut that puts a value at a path that stands nowhere yet.</summary>
    /// <param name="document">The file.</param>
    /// <param name="root">The top level of the document.</param>
    /// <param name="place">How far the path leads.</param>
    /// <param name="path">The path.</param>
    /// <param name="quote">The quote of the value, or 0.</param>
    public static TextChange Plan(ReadOnlySpan<byte> document, YamlNode root, YamlPath place, ReadOnlySpan<string> path, char quote)
    {
        string quotes = quote == '\0' ? string.Empty : quote.ToString();
        ReadOnlySpan<string> names = path[place.Depth..];
        if (place.IsInBraces)
        {
            return InBraces(document, root, place.Host, names, quotes);
        }

        int at = place.Host.NextLine;
        bool endsInLine = at > 0 && document[at - 1] != '\n';
        string lineEnd = LineEnd(document, at);
        int indent = place.Host.Kind == YamlKind.Nothing
            ? Column(document, place.HostEntry!.Start) + Unit(document, root)
            : Column(document, place.Host.Entries[0].Start);
        StringBuilder text = new(endsInLine ? lineEnd : string.Empty);
        for (int i = 0; i < names.Length; i++)
        {
            text.Append(' ', indent + (i * Unit(document, root))).Append(YamlString.Name(names[i], isQuoted: false)).Append(':');
            text.Append(i + 1 < names.Length ? lineEnd : " " + quotes);
        }

        return new TextChange(at, 0, text.ToString(), HasValue: true, quotes + (endsInLine ? string.Empty : lineEnd));
    }

    /// <summary>The line end of the line before a place, or of the first one.</summary>
    public static string LineEnd(ReadOnlySpan<byte> document, int at) =>
        document[..at].EndsWith("\r\n"u8) ? "\r\n" : document[..at].EndsWith("\n"u8) ? "\n" : Bytes.LineEnd(document);

    private static TextChange InBraces(ReadOnlySpan<byte> document, YamlNode root, YamlNode host, ReadOnlySpan<string> names, string quotes)
    {
        YamlEntry? last = host.Entries.Count > 0 ? host.Entries[^1] : null;

        // What is JSON stays JSON.
        YamlEntry? model = last ?? (root.Kind == YamlKind.FlowMapping ? root.Entries[0] : null);
        bool isQuoted = model is not null && document[model.Start] == '"';
        StringBuilder text = new();
        for (int i = 0; i < names.Length; i++)
        {
            text.Append(YamlString.Name(names[i], isQuoted)).Append(i + 1 < names.Length ? ": {" : ": " + quotes);
        }

        string end = quotes + new string('}', names.Length - 1);
        if (host.Kind == YamlKind.Nothing)
        {
            return new TextChange(host.Start, 0, $" {{{text}", HasValue: true, end + "}");
        }

        return last is null ? new TextChange(host.Start + 1, 0, text.ToString(), HasValue: true, end)
            : last.CommaAfter >= 0 ? new TextChange(last.CommaAfter + 1, 0, " " + text, HasValue: true, end + ",")
            : new TextChange(last.Value.End, 0, ", " + text, HasValue: true, end);
    }

    /// <summary>How far the document indents: as it does with the first mapping below the top level.</summary>
    private static int Unit(ReadOnlySpan<byte> document, YamlNode root)
    {
        YamlNode? inner = root.Entries.Select(entry => entry.Value).FirstOrDefault(value => value.Kind == YamlKind.Mapping);
        return inner is null ? DefaultIndent : Column(document, inner.Start) - Column(document, root.Start);
    }

    private static int Column(ReadOnlySpan<byte> document, int at) => at - Bytes.LineStart(document, at);
}
