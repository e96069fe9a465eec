namespace SecureToken.Core.Text.Json;

/// <summary>Takes a member out of its object.</summary>
internal static class JsonRemoval
{
    /// <summary>The cuts that take out a member, one comma and, where nothing else stands on it, the line.</summary>
    public static TextChange[] Plan(ReadOnlySpan<byte> document, JsonMember member)
    {
        int start = member.Start;
        int end = member.ValueEnd;
        TextChange? comma = null;
        if (member.CommaAfter >= 0)
        {
            // A comment may stand between value and comma; it stays.
            bool isNext = Bytes.AreBlanks(document[end..member.CommaAfter]);
            comma = isNext ? null : new TextChange(member.CommaAfter, 1);
            end = isNext ? member.CommaAfter + 1 : end;
        }
        else if (member.CommaBefore >= 0)
        {
            // The one before is the last now. Its comma may stand on another line.
            bool isNext = Bytes.AreBlanks(document[(member.CommaBefore + 1)..start]);
            comma = isNext ? null : new TextChange(member.CommaBefore, 1);
            start = isNext ? member.CommaBefore : start;
        }

        // At least the closing bracket comes.
        int rest = Bytes.SkipBlanks(document, end);
        bool isLineEnd = document[rest] is (byte)'\n' or (byte)'\r';
        if (isLineEnd && Bytes.StartsLine(document, start))
        {
            start = Bytes.LineStart(document, start);
            end = document[rest..].StartsWith("\r\n"u8) ? rest + 2 : rest + 1;
        }
        else if (!isLineEnd && start == member.Start)
        {
            end = rest;
        }

        TextChange whole = new(start, end - start);
        return comma is not { } alone ? [whole] : alone.Start < start ? [alone, whole] : [whole, alone];
    }
}
