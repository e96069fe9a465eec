using System.Text;

namespace SecureToken.Core.Text.Json;

/// <summary>Lays out a new member as the document lays out its own.</summary>
internal static class JsonInsertion
{
    private const string DefaultColon = ": ";
    private const string DefaultIndent = "  ";

    /// <summary>The cuts that put a value at a key that stands nowhere yet.</summary>
    public static TextChange[] Plan(ReadOnlySpan<byte> document, JsonPlaces places, string key)
    {
        string lineEnd = Bytes.LineEnd(document);
        if (places.IsBlank)
        {
            int mark = Bytes.MarkLength(document);
            string start = $"{{{lineEnd}{DefaultIndent}\"{JsonString.EscapeName(key)}\"{DefaultColon}\"";
            return [new TextChange(mark, document.Length - mark, start, HasValue: true, $"\"{lineEnd}}}{lineEnd}")];
        }

        JsonObject host = places.Host;
        string member = $"\"{JsonString.EscapeName(key[host.KeyOffset..])}\"{Colon(document, host.Last ?? places.Model)}\"";
        string unit = places.Model is { } model && Bytes.StartsLine(document, model.Start) ? Indent(document, model.Start) : DefaultIndent;
        return host.Last is { } last
            ? AfterLast(document, last, member, unit, lineEnd)
            : IntoEmpty(document, host, member, unit, lineEnd);
    }

    private static TextChange[] AfterLast(ReadOnlySpan<byte> document, JsonMember last, string member, string unit, string lineEnd)
    {
        bool hasComma = last.CommaAfter >= 0;
        int anchor = hasComma ? last.CommaAfter + 1 : last.ValueEnd;
        int end = BehindComments(document, anchor, out bool isLineComment);
        bool hasOwnLine = Bytes.StartsLine(document, last.Start);
        string indent = Indent(document, last.Start);

        // Behind a line comment there is no choice: on its line the new member would be part of the comment.
        string lead = hasOwnLine ? lineEnd + indent : isLineComment ? lineEnd + indent + unit : Spacing(document, last);
        if (hasComma)
        {
            return [new TextChange(end, 0, lead + member, HasValue: true, "\",")];
        }

        // The comma goes to the value, and the comment behind the value stays on its line.
        return end == anchor || (!hasOwnLine && !isLineComment)
            ? [new TextChange(end, 0, "," + lead + member, HasValue: true, "\"")]
            : [new TextChange(anchor, 0, ","), new TextChange(end, 0, lead + member, HasValue: true, "\"")];
    }

    private static TextChange[] IntoEmpty(ReadOnlySpan<byte> document, JsonObject host, string member, string unit, string lineEnd)
    {
        int inside = host.Open + 1;
        ReadOnlySpan<byte> content = document[inside..host.Close];
        string outer = Indent(document, host.Open);
        int comment = LastComment(document, inside, host.Close, out int commentEnd);
        if (!content.ContainsAny((byte)'\n', (byte)'\r'))
        {
            bool grows = content.IsEmpty && (host.KeyOffset == 0 || document[..inside].Contains((byte)'\n'));
            return grows ? [new TextChange(inside, 0, lineEnd + outer + unit + member, HasValue: true, "\"" + lineEnd + outer)]
                : comment >= 0 ? [new TextChange(commentEnd, 0, " " + member, HasValue: true, "\"")]
                : [new TextChange(inside, 0, content.IsEmpty ? member : " " + member, HasValue: true, "\"")];
        }

        if (comment < 0)
        {
            return [new TextChange(inside, 0, lineEnd + outer + unit + member, HasValue: true, "\"")];
        }

        string indent = Bytes.StartsLine(document, comment) ? Indent(document, comment) : outer + unit;
        return [new TextChange(commentEnd, 0, lineEnd + indent + member, HasValue: true, "\"")];
    }

    /// <summary>The end of the last comment that starts on the line of <paramref name="at"/>, or <paramref name="at"/>.</summary>
    private static int BehindComments(ReadOnlySpan<byte> document, int at, out bool isLineComment)
    {
        isLineComment = false;
        int end = at;
        for (int next = Bytes.SkipBlanks(document, at); document[next] == '/'; next = Bytes.SkipBlanks(document, end))
        {
            isLineComment = document[next + 1] == '/';
            JsonGrammar.Comment(document, next, out end);
        }

        return end;
    }

    /// <summary>Where the last comment of an empty object starts, or -1; and where it ends.</summary>
    private static int LastComment(ReadOnlySpan<byte> document, int at, int close, out int end)
    {
        int start = -1;
        end = at;
        for (int next = JsonGrammar.SkipWhite(document, at); next < close; next = JsonGrammar.SkipWhite(document, end))
        {
            start = next;
            JsonGrammar.Comment(document, next, out end);
        }

        return start;
    }

    /// <summary>What the model writes between name and value.</summary>
    private static string Colon(ReadOnlySpan<byte> document, JsonMember? model)
    {
        ReadOnlySpan<byte> between = model is { } member ? document[member.NameEnd..member.ValueStart] : default;
        return between.IsEmpty || between.IndexOfAnyExcept(" \t:"u8) >= 0 ? DefaultColon : Encoding.UTF8.GetString(between);
    }

    /// <summary>What stands between members on one line.</summary>
    private static string Spacing(ReadOnlySpan<byte> document, JsonMember last) =>
        Bytes.IsBlank(document[last.Start - 1]) || Colon(document, last).EndsWith(' ') ? " " : string.Empty;

    /// <summary>The blanks at the start of a line.</summary>
    private static string Indent(ReadOnlySpan<byte> document, int at)
    {
        int start = Bytes.LineStart(document, at);
        return Encoding.UTF8.GetString(document[start..Bytes.SkipBlanks(document, start)]);
    }
}
