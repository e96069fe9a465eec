using System.Buffers;
using System.Security.Cryptography;

namespace SecureToken.Core.Text.Dotenv;

/// <summary>
/// Reads and changes one name of a file of <c>NAME=value</c> lines and keeps every other byte. What it writes, bash (<c>set -a; .
/// file</c>), Node (<c>--env-file</c>), npm dotenv and DotNetEnv read alike.
/// </summary>
/// <remarks>
/// A line that bash cannot read for what stands outside the value (spaces around the sign, CRLF, a byte order mark) keeps those bytes, and
/// bash still cannot read it. For <c>docker run --env-file</c> quotes, and whatever stands behind a value, are part of it: it agrees with
/// the others where the line has neither.
/// </remarks>
public static class DotenvText
{
    // The characters of a b64token (RFC 6750) are those that no reader treats specially inside a word.
    private static readonly SearchValues<byte> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~+/=-"u8);

    private static readonly SearchValues<char> OfName =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    // Those that no reader treats specially inside double quotes.
    private static readonly SearchValues<byte> Quotable =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~+/=- :,@"u8);

    /// <summary>
    /// Puts a value at a name, on every line that assigns it: readers take the last, but a stale one must not come back when a line is
    /// deleted. Where the name stands nowhere a line is added. Where the value stands already, the bytes are the same.
    /// </summary>
    /// <param name="document">UTF-8, with or without a byte order mark.</param>
    /// <param name="name">Letters, digits and underscores, not starting with a digit; with case.</param>
    /// <param name="value">
    /// One or more of <c>A-Z a-z 0-9 . _ ~ + / = -</c>, and inside the value spaces and <c>: , @</c>, which are written in quotes (docker's
    /// <c>--env-file</c> alone would take the quotes for a part of it). Anything else is a fault: readers do not agree on it.
    /// </param>
    public static TextEditResult Set(ReadOnlySpan<byte> document, string name, ReadOnlySpan<byte> value)
    {
        if (ValueFault(value) is { } valueFault)
        {
            return TextEditResult.Failed(valueFault);
        }

        if (Find(document, name, out DotenvAssignments places) is { } fault)
        {
            return TextEditResult.Failed(fault);
        }

        // A tilde needs quotes (measured: bash: a tilde at the start of a value).
        char needed = value[0] == '~' || value.ContainsAnyExcept(Plain) ? '"' : '\0';
        List<TextChange> changes = [];
        foreach (DotenvAssignment place in places.AtName)
        {
            bool isQuoted = place.SlotStart < place.ValueStart && place.Quote != '\0';
            bool isThere = place.IsAgreed && (isQuoted || needed == '\0')
                && document[place.ValueStart..place.ValueEnd].SequenceEqual(value);
            if (!isThere)
            {
                char quote = place.Quote != '\0' ? place.Quote : needed;
                string quotes = quote == '\0' ? string.Empty : quote.ToString();
                changes.Add(new TextChange(place.SlotStart, place.SlotEnd - place.SlotStart, quotes, HasValue: true, quotes + place.After));
            }
        }

        return places.AtName.Count > 0
            ? TextChanges.Apply(document, changes.ToArray(), value)
            : TextChanges.Apply(document, NewLine(document, places, name, needed), value);
    }

    /// <summary>
    /// The value of the last line that assigns the name, without its quotes. Escapes and expansions stay as they are written, because
    /// readers differ on them; in a value that <see cref="Set"/> wrote there are none.
    /// </summary>
    public static TextReadResult Get(ReadOnlySpan<byte> document, string name)
    {
        if (Find(document, name, out DotenvAssignments places) is { } fault)
        {
            return TextReadResult.Failed(fault);
        }

        return places.AtName is [.., { } last]
            ? TextReadResult.Of(Bytes.Copy(document[last.ValueStart..last.ValueEnd])) : TextReadResult.Absent;
    }

    /// <summary>Whether <see cref="Get"/> gives this value, which is not copied.</summary>
    internal static bool Holds(ReadOnlySpan<byte> document, string name, ReadOnlySpan<byte> value) =>
        Find(document, name, out DotenvAssignments places) is null && places.AtName is [.., { } last]
        && CryptographicOperations.FixedTimeEquals(document[last.ValueStart..last.ValueEnd], value);

    /// <summary>
    /// What stands around the value of a name, where it is written or will be: shells and some libraries take it for a part of the name or
    /// value.
    /// </summary>
    internal static DotenvShape ShapeOf(ReadOnlySpan<byte> document, string name)
    {
        if (Find(document, name, out DotenvAssignments places) is not null)
        {
            return default;
        }

        int mark = Bytes.MarkLength(document);
        foreach (DotenvAssignment place in places.AtName)
        {
            if (document[place.LineStart..place.LineEnd].EndsWith("\r\n"u8) || document[place.LineStart..place.LineEnd].EndsWith("\r"u8))
            {
                return new DotenvShape(IsAtMark(places, mark), document[..place.ValueEnd].Count((byte)'\n') + 1);
            }
        }

        bool endsInReturn = places.AtName.Count == 0 && document.Length > mark && Bytes.LineEnd(document) == "\r\n";
        return new DotenvShape(
            IsAtMark(places, mark),
            endsInReturn ? document[..places.NewLineAt].Count((byte)'\n') + (document[..places.NewLineAt].EndsWith("\n"u8) ? 1 : 2) : null);
    }

    private static bool IsAtMark(DotenvAssignments places, int mark) => mark > 0 && places.AtName.Exists(place => place.LineStart == mark);

    /// <summary>Takes out every line that assigns the name, with the comment on it.</summary>
    public static TextEditResult Remove(ReadOnlySpan<byte> document, string name)
    {
        if (Find(document, name, out DotenvAssignments places) is { } fault)
        {
            return TextEditResult.Failed(fault);
        }

        TextChange[] changes = [.. places.AtName.Select(place => new TextChange(place.LineStart, place.LineEnd - place.LineStart))];
        return TextChanges.Apply(document, changes, default);
    }

    private static TextFault? Find(ReadOnlySpan<byte> document, string name, out DotenvAssignments places)
    {
        ArgumentNullException.ThrowIfNull(name);
        places = new DotenvAssignments();
        if (name.Length == 0 || char.IsAsciiDigit(name[0]) || name.AsSpan().ContainsAnyExcept(OfName))
        {
            return new TextFault(1, 1, "the name is not one that every reader takes: letters, digits and underscores, no digit first");
        }

        places = DotenvScanner.Scan(document, name);
        return places.Fault;
    }

    private static TextFault? ValueFault(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return new TextFault(1, 1, "the value is empty");
        }

        return value.ContainsAnyExcept(Quotable) || value[0] == ' ' || value[^1] == ' '
            ? new TextFault(1, 1, "the value has characters that cannot be written so that every reader agrees") : null;
    }

    private static TextChange[] NewLine(ReadOnlySpan<byte> document, DotenvAssignments places, string name, char quote)
    {
        string lineEnd = Bytes.LineEnd(document);
        ReadOnlySpan<byte> before = document[..places.NewLineAt];
        int mark = Bytes.MarkLength(document);
        string lead = before.Length == mark || before[^1] == '\n' ? string.Empty : before[^1] == '\r' ? "\n" : lineEnd;

        // A backslash at the end of a line joins the next to it in bash; an empty line takes the harm.
        ReadOnlySpan<byte> line = before.TrimEnd("\r\n"u8);
        lead += line.EndsWith("\\"u8) && before[line.Length..].Count((byte)'\n') < 2 ? lineEnd : string.Empty;

        // A file whose every line is exported is one that is sourced without "set -a": without the word no program would see the value.
        string word = places.AllExported ? "export " : string.Empty;
        string quotes = quote == '\0' ? string.Empty : quote.ToString();
        TextChange added = new(places.NewLineAt, 0, $"{lead}{word}{name}={quotes}", HasValue: true, quotes + lineEnd);

        // bash, and Node in text it is given, take a mark for part of the first name. Where the new line is the first, nothing speaks for
        // the mark.
        return mark > 0 && document[mark..].IndexOfAnyExcept(" \t\r\n"u8) < 0 ? [new TextChange(0, mark), added] : [added];
    }
}
