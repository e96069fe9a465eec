namespace SecureToken.Core.Text.Dotenv;

/// <summary>Decides which bytes of an assignment are its value, and how a new one is written so that every reader agrees on it.</summary>
internal static class DotenvValueReader
{
    /// <summary>A value in quotes, with nothing or a comment behind it.</summary>
    public static DotenvAssignment Quoted(ReadOnlySpan<byte> document, int lineStart, int next, int sign, int open, int close)
    {
        // Readers differ on a comment that touches the quote (measured: bash: a comment next to a quote).
        bool touches = close + 1 < document.Length && document[close + 1] == '#';
        int slot = SlotStart(document, sign, open);

        // Readers differ on backticks, and bash runs what they enclose (measured: bash: backticks around a value).
        bool isBacktick = document[open] == '`';
        bool isTab = isBacktick && close + 1 < document.Length && document[close + 1] == '\t';
        char quote = isBacktick ? (isTab ? '"' : '\0') : (char)document[open];
        return new DotenvAssignment(lineStart, next, open + 1, close, slot, close + 1, quote, touches ? " " : string.Empty,
            IsAgreed: !touches && !isBacktick && slot == open);
    }

    /// <summary>A value without quotes, or why it cannot be told from what stands behind it.</summary>
    public static string? Bare(ReadOnlySpan<byte> document, int lineStart, int next, int sign, int contentEnd, out DotenvAssignment place)
    {
        int start = Math.Min(Bytes.SkipBlanks(document, sign + 1), contentEnd);
        int end = ValueEnd(document, start, contentEnd);
        place = default;
        if (Ambiguity(document[start..end]) is { } reason)
        {
            return reason;
        }

        if (end == start)
        {
            // A value where none was goes right behind the sign: bash takes nothing else.
            start = end = sign + 1;
        }

        int slot = SlotStart(document, sign, start);
        byte behind = end < contentEnd ? document[end] : (byte)'\n';

        // A tab after the value would become part of it, so quotes keep it out (measured: Node: a tab after a value).
        char quote = behind == '\t' ? '"' : '\0';
        place = new DotenvAssignment(lineStart, next, start, end, slot, end, quote, behind == '#' ? " " : string.Empty,
            IsAgreed: behind is not ((byte)'\t' or (byte)'#') && slot == start);
        return null;
    }

    /// <summary>A tab between sign and value goes with the old value (measured: Node: a tab before a value).</summary>
    private static int SlotStart(ReadOnlySpan<byte> document, int sign, int start) =>
        document[(sign + 1)..start].Contains((byte)'\t') ? sign + 1 : start;

    /// <summary>
    /// Where the value ends: at a blank before <c>#</c>, or at the end of the line. In <c>old#c</c> Node sees a comment, bash and
    /// DotNetEnv a value; all of it is replaced, or bash would read the new value with <c>#c</c>.
    /// </summary>
    private static int ValueEnd(ReadOnlySpan<byte> document, int start, int contentEnd)
    {
        int end = contentEnd;
        for (int at = start; at < contentEnd; at++)
        {
            if (document[at] == '#' && (at == start || Bytes.IsBlank(document[at - 1])))
            {
                end = at;
                break;
            }
        }

        while (end > start && Bytes.IsBlank(document[end - 1]))
        {
            end--;
        }

        return end;
    }

    /// <summary>
    /// A shell reads <c>N=old; export N</c> and <c>N=old M=1</c> as more than one value, the others as one. Replacing all of it would lose
    /// what the shell reads, replacing a part would leave the others with the rest.
    /// </summary>
    private static string? Ambiguity(ReadOnlySpan<byte> value)
    {
        if (value.Contains((byte)'\r'))
        {
            return "there is a carriage return without line feed in the value, which readers take differently";
        }

        if (!value.ContainsAny((byte)' ', (byte)'\t'))
        {
            return null;
        }

        bool isShell = value.ContainsAny((byte)';', (byte)'&', (byte)'|');
        for (int at = 1; at < value.Length && !isShell; at++)
        {
            int end = at;
            while (end < value.Length && (char.IsAsciiLetterOrDigit((char)value[end]) || value[end] == '_'))
            {
                end++;
            }

            isShell = Bytes.IsBlank(value[at - 1]) && end > at && end < value.Length && value[end] == '=';
        }

        return isShell ? "there is more than the value on this line, which readers take differently" : null;
    }
}
