namespace SecureToken.Core.Text.Dotenv;

/// <summary>
/// Finds assignments that a shell (<c>set -a; . file</c>) takes for something else than the readers of dotenv files do, most of all
/// blanks around the sign, which make it a command.
/// </summary>
internal static class DotenvShell
{
    /// <summary>The lines, each with a reason. No content of the document is in it.</summary>
    public static IReadOnlyList<TextFault> Unreadable(ReadOnlySpan<byte> document)
    {
        List<TextFault> faults = [];
        for (int at = Bytes.MarkLength(document); at < document.Length;)
        {
            int end = EndOfLine(document, at);
            int start = Bytes.SkipBlanks(document, at);
            int name = document[start..end].StartsWith("export "u8) ? Bytes.SkipBlanks(document, start + 7) : start;
            int nameEnd = name;
            while (nameEnd < end
                && (char.IsAsciiLetterOrDigit((char)document[nameEnd]) || document[nameEnd] is (byte)'_' or (byte)'.' or (byte)'-'))
            {
                nameEnd++;
            }

            int sign = Bytes.SkipBlanks(document, nameEnd);
            if (nameEnd > name && sign < end && document[sign] == '=')
            {
                end = EndOfValue(document, sign + 1, end, out bool hasBareBlanks);
                if (ReasonOf(document, name, nameEnd, sign, hasBareBlanks) is { } reason)
                {
                    faults.Add(TextFault.At(document, start, reason));
                }
            }

            at = end + 1;
        }

        return faults;
    }

    private static string? ReasonOf(ReadOnlySpan<byte> document, int name, int nameEnd, int sign, bool hasBareBlanks) =>
        sign > nameEnd ? "there is a space before the sign"
        : document[name..nameEnd].ContainsAny((byte)'.', (byte)'-') || char.IsAsciiDigit((char)document[name])
            ? "no shell accepts such a name"
        : hasBareBlanks ? "there is a space after the sign or in a value without quotes"
        : null;

    /// <summary>Where the last line of a value ends; a quote that is never closed ends with its line.</summary>
    private static int EndOfValue(ReadOnlySpan<byte> document, int start, int endOfLine, out bool hasBareBlanks)
    {
        int value = Bytes.SkipBlanks(document, start);
        bool isEmpty = value >= endOfLine || document[value] == '#';
        hasBareBlanks = !isEmpty && value > start;
        if (isEmpty)
        {
            return endOfLine;
        }

        byte quote = document[value];
        if (quote is (byte)'"' or (byte)'\'')
        {
            int close = value + 1;
            while (close < document.Length && document[close] != quote)
            {
                close += quote == '"' && document[close] == '\\' ? 2 : 1;
            }

            return close < document.Length ? EndOfLine(document, close) : endOfLine;
        }

        ReadOnlySpan<byte> bare = document[value..endOfLine];
        int blank = bare.IndexOfAny((byte)' ', (byte)'\t');
        if (blank >= 0)
        {
            int behind = Bytes.SkipBlanks(bare, blank);

            // A blank at the end is nothing, and one before a comment ends the value. An assignment behind is the shell's own.
            hasBareBlanks |= behind < bare.Length && bare[behind] != '#' && !bare.ContainsAny((byte)';', (byte)'&', (byte)'|');
        }

        return endOfLine;
    }

    /// <summary>The end of a line without its line end.</summary>
    private static int EndOfLine(ReadOnlySpan<byte> document, int at)
    {
        int feed = document[at..].IndexOf((byte)'\n');
        return feed < 0 ? document.Length : at + feed;
    }
}
