namespace SecureToken.Core.Text.Yaml;

/// <summary>Takes an entry out of its mapping.</summary>
internal static class YamlRemoval
{
    /// <summary>The cut that takes out an entry: its line with the comment on it, or in braces the entry with one comma.</summary>
    public static TextChange Plan(ReadOnlySpan<byte> document, YamlNode host, YamlEntry entry)
    {
        int index = host.Entries.TakeWhile(other => other != entry).Count();
        YamlNode? before = index > 0 ? host.Entries[index - 1].Value : null;
        return host.Kind == YamlKind.FlowMapping ? InBraces(document, entry, before) : Line(document, entry, before);
    }

    private static TextChange InBraces(ReadOnlySpan<byte> document, YamlEntry entry, YamlNode? before)
    {
        if (entry.CommaAfter < 0)
        {
            // The one before is the last now.
            int start = before?.End ?? entry.Start;
            return new TextChange(start, entry.Value.End - start);
        }

        int end = Bytes.SkipBlanks(document, entry.CommaAfter + 1);
        return new TextChange(entry.Start, end - entry.Start);
    }

    private static TextChange Line(ReadOnlySpan<byte> document, YamlEntry entry, YamlNode? before)
    {
        int start = Bytes.LineStart(document, entry.Start);
        int end = entry.Value.NextLine;
        if (before is not { EndsInBlock: true })
        {
            return new TextChange(start, end - start);
        }

        // Empty lines and an indented comment behind the entry would become part of the scalar before it.
        while (document[end..].IndexOfAnyExcept((byte)' ', (byte)'\r') is >= 0 and int blanks && document[end + blanks] == '\n')
        {
            end += blanks + 1;
        }

        int indent = document[end..].IndexOfAnyExcept((byte)' ');
        bool isComment = indent > entry.Start - start && document[end + indent] == '#';
        string left = isComment ? new string(' ', entry.Start - start) + "#" + YamlInsertion.LineEnd(document, end) : string.Empty;
        return new TextChange(start, end - start, left);
    }
}
