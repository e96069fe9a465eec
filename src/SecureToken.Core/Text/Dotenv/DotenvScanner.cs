using System.Text;

namespace SecureToken.Core.Text.Dotenv;

/// <summary>
/// Finds the assignments of a name. The grammar is what bash (<c>set -a; . file</c>), Node (<c>--env-file</c>), npm dotenv and DotNetEnv
/// share; lines of others that only some of them read are skipped.
/// </summary>
internal ref struct DotenvScanner
{
    private readonly ReadOnlySpan<byte> _document;
    private readonly byte[] _name;
    private readonly DotenvAssignments _places;
    private int _assignments;
    private int _exported;
    private int _unsafeTail;

    private DotenvScanner(ReadOnlySpan<byte> document, string name)
    {
        _document = document;
        _name = Encoding.ASCII.GetBytes(name);
        _places = new DotenvAssignments();
        _unsafeTail = -1;
    }

    /// <summary>Reads the whole document.</summary>
    public static DotenvAssignments Scan(ReadOnlySpan<byte> document, string name)
    {
        DotenvScanner scanner = new(document, name);
        scanner.Document();
        return scanner._places;
    }

    private void Document()
    {
        // PowerShell 5 writes UTF-16 by default; adding ASCII to that would spoil it.
        int alien = _document is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] ? 0 : _document.IndexOf((byte)0);
        if (alien >= 0)
        {
            _places.Fault = TextFault.At(_document, alien, "the document is not UTF-8 text");
            return;
        }

        for (int at = Bytes.MarkLength(_document); at < _document.Length && _places.Fault is null;)
        {
            at = Line(at);
        }

        _places.NewLineAt = _unsafeTail >= 0 ? _unsafeTail : _document.Length;
        _places.AllExported = _assignments > 0 && _exported == _assignments;
    }

    /// <summary>Reads the line (or, in quotes, the lines) of one assignment and gives the start of the next.</summary>
    private int Line(int start)
    {
        int next = NextLine(start);
        int at = Bytes.SkipBlanks(_document, start);
        if (at >= ContentEnd(next))
        {
            return next;
        }

        if (_document[at] == '#')
        {
            Tail(start, swallowsNext: at > start);
            return next;
        }

        bool isExport = _document[at..].StartsWith("export "u8) || _document[at..].StartsWith("export\t"u8);
        at = isExport ? Bytes.SkipBlanks(_document, at + 6) : at;
        int nameEnd = at;
        while (nameEnd < next && IsOfName(_document[nameEnd]))
        {
            nameEnd++;
        }

        int sign = Bytes.SkipBlanks(_document, nameEnd);
        if (nameEnd == at || sign >= next || _document[sign] != '=')
        {
            Tail(start, swallowsNext: isExport);
            return next;
        }

        _unsafeTail = -1;
        _assignments++;
        _exported += isExport ? 1 : 0;
        return Value(start, sign, isOurs: _document[at..nameEnd].SequenceEqual(_name));
    }

    /// <summary>
    /// Keeps a new line away from where Node 20 would not see it: after an indented comment, or <c>export NAME</c> alone, at the end of
    /// the file (measured: Node: the last line of a dotenv file). After any other line, which may be shell code, the end is the right
    /// place.
    /// </summary>
    private void Tail(int start, bool swallowsNext)
    {
        bool isFirstWithMark = start > 0 && start == Bytes.MarkLength(_document);
        if (swallowsNext && !isFirstWithMark && !_document[start..NextLine(start)].Contains((byte)'='))
        {
            _unsafeTail = _unsafeTail < 0 ? start : _unsafeTail;
        }
        else if (_document[start] != '#')
        {
            _unsafeTail = -1;
        }
    }

    private int Value(int lineStart, int sign, bool isOurs)
    {
        int start = Bytes.SkipBlanks(_document, sign + 1);
        int next = NextLine(start);
        if (start < next && _document[start] is (byte)'"' or (byte)'\'' or (byte)'`')
        {
            int close = Close(start);
            if (close < 0)
            {
                return Fail(start, "the quote that opens here is never closed");
            }

            next = NextLine(close);
            int rest = Bytes.SkipBlanks(_document, close + 1);
            if (rest >= ContentEnd(next) || _document[rest] == '#')
            {
                if (isOurs)
                {
                    _places.AtName.Add(DotenvValueReader.Quoted(_document, lineStart, next, sign, start, close));
                }

                return next;
            }

            // Either the quote was meant for one line only and has swallowed others, or this is shell code. Nobody can tell.
            if (_document[start..close].Contains((byte)'\n'))
            {
                return Fail(rest, "there is text after the closing quote of a value of several lines");
            }
        }

        if (!isOurs)
        {
            return next;
        }

        if (DotenvValueReader.Bare(_document, lineStart, next, sign, ContentEnd(next), out DotenvAssignment place) is { } reason)
        {
            return Fail(start, reason);
        }

        _places.AtName.Add(place);
        return next;
    }

    /// <summary>
    /// The closing quote, or -1. A backslash escapes in double quotes only: so say bash and DotNetEnv. Node knows no escape at all, which
    /// only matters for values of several lines that have an escaped quote.
    /// </summary>
    private readonly int Close(int open)
    {
        byte quote = _document[open];
        for (int at = open + 1; at < _document.Length; at++)
        {
            if (_document[at] == quote)
            {
                return at;
            }

            at += quote == '"' && _document[at] == '\\' ? 1 : 0;
        }

        return -1;
    }

    // npm dotenv and Node take dots and dashes too.
    private static bool IsOfName(byte unit) => char.IsAsciiLetterOrDigit((char)unit) || unit is (byte)'_' or (byte)'.' or (byte)'-';

    private readonly int NextLine(int at)
    {
        int feed = _document[at..].IndexOf((byte)'\n');
        return feed < 0 ? _document.Length : at + feed + 1;
    }

    /// <summary>The end of a line without its line end.</summary>
    private readonly int ContentEnd(int next)
    {
        int end = next > 0 && _document[next - 1] == '\n' ? next - 1 : next;
        return end > 0 && _document[end - 1] == '\r' ? end - 1 : end;
    }

    private readonly int Fail(int at, string reason)
    {
        _places.Fault = TextFault.At(_document, at, reason);
        return _document.Length;
    }
}
