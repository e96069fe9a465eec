namespace SecureToken.Core.Text.Yaml;

/// <summary>One document of a YAML file. Offsets in bytes.</summary>
/// <param name="Start">Behind the line of its marker.</param>
/// <param name="End">The line of the next marker, or the end of the file.</param>
/// <param name="IsClosed">Whether <c>...</c> ends it.</param>
internal readonly record struct YamlDocumentSpan(int Start, int End, bool IsClosed);

/// <summary>Divides a YAML file into its documents, as far as readers divide it alike.</summary>
internal static class YamlDocuments
{
    /// <summary>The documents in their order, at least one.</summary>
    public static TextFault? Divide(ReadOnlySpan<byte> file, out List<YamlDocumentSpan> parts)
    {
        parts = [];
        int mark = Bytes.MarkLength(file);
        int alien = FirstAlien(file, mark);
        if (alien >= 0)
        {
            return TextFault.At(file, alien, "there is a byte or character here that YAML does not have or that readers take differently");
        }

        int start = mark;
        int close = -1;
        for (int at = mark; at < file.Length;)
        {
            int feed = file[at..].IndexOf((byte)'\n');
            int next = feed < 0 ? file.Length : at + feed + 1;
            ReadOnlySpan<byte> line = file[at..next].TrimEnd("\r\n"u8);
            bool isMarker = line.StartsWith("---"u8);
            bool isClose = line is [(byte)'.', (byte)'.', (byte)'.']
                or [(byte)'.', (byte)'.', (byte)'.', (byte)' ' or (byte)'\t' or (byte)'\r', ..];
            if (Reason(line, isMarker, isClose, close >= 0) is { } reason)
            {
                return TextFault.At(file, at, reason);
            }

            if (isMarker)
            {
                // What stands before the first marker is a document only if something stands there.
                if (parts.Count > 0 || close >= 0 || !IsEmpty(file[start..at]))
                {
                    parts.Add(new YamlDocumentSpan(start, close >= 0 ? close : at, close >= 0));
                }

                start = next;
                close = -1;
            }

            close = isClose ? at : close;
            at = next;
        }

        parts.Add(new YamlDocumentSpan(start, close >= 0 ? close : file.Length, close >= 0));
        return null;
    }

    /// <summary>
    /// The first byte that is not UTF-8, or starts a character that is no text, or ends a line for some readers only (a carriage return
    /// alone, U+0085, U+2028, U+2029); or -1.
    /// </summary>
    public static int FirstAlien(ReadOnlySpan<byte> text, int start)
    {
        int invalid = TextFault.FirstInvalidByte(text);
        int end = invalid < 0 ? text.Length : invalid;
        for (int at = start; at < end; at++)
        {
            byte unit = text[at];
            if (unit is >= 0x20 and < 0x7F or (byte)'\t' or (byte)'\n')
            {
                continue;
            }

            ReadOnlySpan<byte> rest = text[at..];
            bool isAlien = unit <= 0x7F
                ? !rest.StartsWith("\r\n"u8)
                : rest is [0xC2, < 0xA0, ..] or [0xE2, 0x80, 0xA8 or 0xA9, ..] or [0xEF, 0xBB, 0xBF, ..] or [0xEF, 0xBF, 0xBE or 0xBF, ..];
            if (isAlien)
            {
                return at;
            }
        }

        return invalid;
    }

    /// <summary>Why a line divides the file differently for different readers, or null. Content of a value is always indented.</summary>
    private static string? Reason(ReadOnlySpan<byte> line, bool isMarker, bool isClose, bool isClosed)
    {
        if (line.StartsWith("%"u8))
        {
            return "there is a directive here, which kubectl does not take";
        }

        ReadOnlySpan<byte> rest = isMarker || isClose ? line[3..].TrimStart(" \t"u8) : line.TrimStart(" \t"u8);
        bool isBare = rest.IsEmpty || (rest[0] == '#' && (!(isMarker || isClose) || rest.Length < line.Length - 3));
        return isBare ? null
            : isMarker ? "there is something on the line of a document marker, which kubectl does not take"
            : isClose || isClosed ? "there is something after the end of a document, which readers take differently" : null;
    }

    private static bool IsEmpty(ReadOnlySpan<byte> text)
    {
        foreach (Range line in text.Split((byte)'\n'))
        {
            if (text[line].TrimStart(" \t\r"u8) is [not (byte)'#', ..])
            {
                return false;
            }
        }

        return true;
    }
}
