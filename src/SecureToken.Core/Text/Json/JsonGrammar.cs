using System.Buffers.Text;
using System.Text.Json;

namespace SecureToken.Core.Text.Json;

/// <summary>Where a reader stands between two tokens.</summary>
internal struct JsonState
{
    /// <summary>The end of the token before.</summary>
    public int End { get; set; }

    /// <summary>The token before.</summary>
    public JsonTokenType Before { get; set; }

    /// <summary>Whether an element of an array has to come, or its end.</summary>
    public bool InArray { get; set; }

    /// <summary>Whether the top level has ended.</summary>
    public bool IsDone { get; set; }
}

/// <summary>A place in a document, and what is wrong there.</summary>
internal readonly record struct JsonFault(int At, string Reason);

/// <summary>What stands between the tokens of a document, which Utf8JsonReader does not tell, and why it refuses one.</summary>
internal static class JsonGrammar
{
    /// <summary>Where the token behind a place starts, as far as the reader takes what is before it, and its comma or -1.</summary>
    public static int Next(ReadOnlySpan<byte> document, int at, out int comma)
    {
        at = SkipTrivia(document, at);
        comma = Is(document, at, ',') ? at : -1;
        return comma < 0 ? at : SkipTrivia(document, at + 1);
    }

    /// <summary>
    /// Whether the reader must not see what starts here: a top level that is no object, and a broken word, because its exception quotes all
    /// that follows, the secret too (measured: Utf8JsonReader: an error quotes the text that follows).
    /// </summary>
    public static bool IsUnfit(ReadOnlySpan<byte> document, int at, JsonTokenType before) =>
        before == JsonTokenType.None ? !Is(document, at, '{')
            : at < document.Length && document[at] is (byte)'t' or (byte)'f' or (byte)'n' && WordLength(document[at..]) == 0;

    /// <summary>Why the reader refuses what comes.</summary>
    public static JsonFault Explain(ReadOnlySpan<byte> document, JsonState state)
    {
        bool isFirst = state.Before
            is JsonTokenType.None or JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName;
        int at = Next(document, state.End, out int comma);
        if (comma >= 0 && (isFirst || state.IsDone))
        {
            at = comma;
        }

        return Is(document, at, '/') ? Comment(document, at, out _)!.Value
            : state.Before == JsonTokenType.None ? new JsonFault(at, "the top level is not an object")
            : state.IsDone ? new JsonFault(at, "there is something after the end of the top level")
            : comma < 0 && !isFirst ? new JsonFault(at, "a comma or the closing bracket is missing here")
            : state.InArray || state.Before == JsonTokenType.PropertyName ? Value(document, at)
            : !Is(document, at, '"') ? new JsonFault(at, "a name in double quotes is missing here")
            : Text(document, at, out int end) ?? new JsonFault(SkipWhite(document, end), "a colon is missing here");
    }

    /// <summary>What is wrong with a string that starts here, as far as UTF-16 can be made of it; or null, and its end.</summary>
    public static JsonFault? Text(ReadOnlySpan<byte> document, int open, out int end)
    {
        for (end = open + 1; end < document.Length && document[end] != '"';)
        {
            if (document[end] < ' ')
            {
                return new JsonFault(end, "there is a control character in a string");
            }

            if (document[end] != '\\')
            {
                end++;
                continue;
            }

            int length = EscapeLength(document[end..], out bool isHalf);
            if (length == 0)
            {
                return new JsonFault(
                    end, isHalf ? "there is half a surrogate pair in a string" : "there is a backslash in a string that starts no escape");
            }

            end += length;
        }

        return end++ < document.Length ? null : new JsonFault(open, "the string that starts here never ends");
    }

    /// <summary>What is wrong with a comment that starts here, or null; and its end, where the line end of a line comment starts.</summary>
    public static JsonFault? Comment(ReadOnlySpan<byte> document, int at, out int end)
    {
        ReadOnlySpan<byte> rest = document[at..];
        bool isLine = rest.StartsWith("//"u8);
        if (!isLine && !rest.StartsWith("/*"u8))
        {
            end = at;
            return new JsonFault(at, "there is a slash here that starts no comment");
        }

        int length = isLine ? rest.IndexOfAny((byte)'\r', (byte)'\n') : rest[2..].IndexOf("*/"u8);
        end = length < 0 ? document.Length : at + length + (isLine ? 0 : 4);
        if (!isLine)
        {
            return length < 0 ? new JsonFault(at, "the comment that starts here never ends") : null;
        }

        // JavaScript would end the line there (measured: Configuration: line separators in a comment).
        int separator = document[at..end].IndexOf("\u2028"u8);
        separator = separator < 0 ? document[at..end].IndexOf("\u2029"u8) : separator;
        return separator < 0 ? null : new JsonFault(at + separator, "there is a line separator (U+2028 or U+2029) in a comment");
    }

    public static int SkipWhite(ReadOnlySpan<byte> document, int at)
    {
        while (at < document.Length && document[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            at++;
        }

        return at;
    }

    /// <summary>Skips white space and comments; stops before a comment that the reader refuses.</summary>
    private static int SkipTrivia(ReadOnlySpan<byte> document, int at)
    {
        at = SkipWhite(document, at);
        while (Is(document, at, '/') && Comment(document, at, out int end) is null)
        {
            at = SkipWhite(document, end);
        }

        return at;
    }

    private static JsonFault Value(ReadOnlySpan<byte> document, int at)
    {
        if (Is(document, at, '{') || Is(document, at, '['))
        {
            return new JsonFault(at, "the nesting is deeper than 64 levels");
        }

        if (Is(document, at, '"') && Text(document, at, out _) is { } fault)
        {
            return fault;
        }

        int sign = Is(document, at, '-') ? at + 1 : at;
        int end = Is(document, sign, '0') ? sign + 1 : SkipDigits(document, sign);
        if (end == sign)
        {
            return new JsonFault(end, "a value is missing here");
        }

        foreach (string part in (string[])[".", "eE"])
        {
            if (end < document.Length && part.Contains((char)document[end], StringComparison.Ordinal))
            {
                end += part != "." && (Is(document, end + 1, '+') || Is(document, end + 1, '-')) ? 2 : 1;
                int digits = end;
                end = SkipDigits(document, digits);
                if (end == digits)
                {
                    return new JsonFault(end, "a digit is missing here");
                }
            }
        }

        // The number is whole, and what stands behind it ends none.
        return new JsonFault(end, "a comma or the closing bracket is missing here");
    }

    private static int SkipDigits(ReadOnlySpan<byte> document, int at)
    {
        int length = document[at..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return length < 0 ? document.Length : at + length;
    }

    private static int WordLength(ReadOnlySpan<byte> rest) =>
        rest.StartsWith("true"u8) || rest.StartsWith("null"u8) ? 4 : rest.StartsWith("false"u8) ? 5 : 0;

    /// <summary>The length of an escape or, when it is one, of a surrogate pair; 0 when the reader cannot make text of it.</summary>
    private static int EscapeLength(ReadOnlySpan<byte> rest, out bool isHalf)
    {
        isHalf = false;
        if (rest.Length > 1 && "\"\\/bfnrt"u8.Contains(rest[1]))
        {
            return 2;
        }

        if (!TryUnit(rest, out char unit))
        {
            return 0;
        }

        bool isPair = char.IsHighSurrogate(unit) && TryUnit(rest[6..], out char low) && char.IsLowSurrogate(low);
        isHalf = char.IsSurrogate(unit) && !isPair;
        return isHalf ? 0 : isPair ? 12 : 6;
    }

    private static bool TryUnit(ReadOnlySpan<byte> rest, out char unit)
    {
        ushort code = 0;
        bool isUnit = rest.Length >= 6 && rest.StartsWith("\\u"u8)
            && Utf8Parser.TryParse(rest[2..6], out code, out int used, 'x') && used == 4;
        unit = (char)code;
        return isUnit;
    }

    private static bool Is(ReadOnlySpan<byte> document, int at, char unit) => at < document.Length && document[at] == unit;
}
