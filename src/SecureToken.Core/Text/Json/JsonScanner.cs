using System.Globalization;

namespace SecureToken.Core.Text.Json;

/// <summary>
/// Finds a key in a JSON document under the rules of Microsoft.Extensions.Configuration.Json: comments and trailing commas are allowed, and
/// a path is the names and indexes joined by colons, compared without case.
/// </summary>
/// <remarks>
/// Utf8JsonReader is not used because its exceptions quote the offending bytes, which may be the secret, in a UTF-16 message. That both
/// accept the same documents is tested by mutation against the original.
/// </remarks>
internal ref struct JsonScanner
{
    // The reader's own limit (JsonDocumentOptions.MaxDepth). It also bounds the recursion here.
    private const int DeepestLevel = 64;
    private const int OffPath = -1;

    private readonly string _key;
    private readonly JsonPlaces _places;
    private JsonTokens _tokens;
    private int _depth;

    private JsonScanner(ReadOnlySpan<byte> document, string key)
    {
        _key = key;
        _places = new JsonPlaces();
        _tokens = new JsonTokens(document);
    }

    /// <summary>Reads the whole document: a fault behind the key is a fault too.</summary>
    public static JsonPlaces Scan(ReadOnlySpan<byte> document, string key)
    {
        JsonScanner scanner = new(document, key);
        int invalid = TextFault.FirstInvalidByte(document);
        if (invalid >= 0)
        {
            scanner._places.Fault = TextFault.At(document, invalid, "the bytes are not UTF-8");
        }
        else if (!scanner.Document())
        {
            scanner._places.Fault = TextFault.At(document, scanner._tokens.At, scanner._tokens.Reason);
        }

        return scanner._places;
    }

    private bool Document()
    {
        _tokens.At = Bytes.MarkLength(_tokens.Document);
        if (_tokens.Document[_tokens.At..].IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            _places.IsBlank = true;
            return true;
        }

        if (!_tokens.SkipTrivia())
        {
            return false;
        }

        if (_tokens.Next != '{')
        {
            return _tokens.Fail("the top level is not an object");
        }

        return Object(0, out _) && _tokens.SkipTrivia()
            && (_tokens.Next == JsonTokens.End || _tokens.Fail("something stands behind the end of the top level"));
    }

    /// <param name="offset">Where in the key the names of this object's members start, or <see cref="OffPath"/>.</param>
    /// <param name="kind">Whether it has content.</param>
    private bool Object(int offset, out JsonKind kind)
    {
        int open = _tokens.At;
        bool isTop = _depth == 0;
        JsonMember? last = null;
        kind = JsonKind.Empty;
        if (!Enter())
        {
            return false;
        }

        while (_tokens.SkipTrivia())
        {
            if (_tokens.Next == '}')
            {
                if (offset != OffPath)
                {
                    _places.Offer(new JsonObject(offset, open, _tokens.At, last));
                }

                kind = last is null ? JsonKind.Empty : JsonKind.Filled;
                return Leave();
            }

            if (!Comma(last))
            {
                return false;
            }

            int start = _tokens.At;
            if (_tokens.Next != '"')
            {
                return _tokens.Fail("a name in double quotes is missing here");
            }

            if (!_tokens.Text())
            {
                return false;
            }

            int nameEnd = _tokens.At;
            int reach = offset == OffPath ? OffPath : Reach(offset, JsonString.Name(_tokens.Document[(start + 1)..(nameEnd - 1)]));

            // No comment is allowed here (measured: Configuration: a comment before a colon).
            _tokens.SkipWhite();
            if (_tokens.Next != ':')
            {
                return _tokens.Fail("a colon is missing here");
            }

            _tokens.At++;
            if (!_tokens.SkipTrivia() || !Item(reach, start, nameEnd, inArray: false, ref last))
            {
                return false;
            }

            if (isTop)
            {
                _places.Model ??= last;
            }
        }

        return false;
    }

    private bool Array(int offset, out JsonKind kind)
    {
        JsonMember? last = null;
        kind = JsonKind.Empty;
        if (!Enter())
        {
            return false;
        }

        for (int index = 0; _tokens.SkipTrivia(); index++)
        {
            if (_tokens.Next == ']')
            {
                kind = last is null ? JsonKind.Empty : JsonKind.Filled;
                return Leave();
            }

            int reach = offset == OffPath ? OffPath : Reach(offset, index.ToString(CultureInfo.InvariantCulture));
            if (!Comma(last) || !Item(reach, _tokens.At, _tokens.At, inArray: true, ref last))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>A value, the comma behind it, and the note of it when it stands at the key.</summary>
    private bool Item(int reach, int start, int nameEnd, bool inArray, ref JsonMember? last)
    {
        int valueStart = _tokens.At;
        bool isKey = reach == _key.Length;
        if (!Value(reach == OffPath || isKey ? OffPath : reach + 1, out JsonKind kind))
        {
            return false;
        }

        int valueEnd = _tokens.At;
        if (!_tokens.SkipTrivia())
        {
            return false;
        }

        int comma = _tokens.Next == ',' ? _tokens.At++ : -1;
        last = new JsonMember(start, nameEnd, valueStart, valueEnd, kind, inArray, last?.CommaAfter ?? -1, comma);
        if (isKey)
        {
            _places.AtKey.Add(last.Value);
        }

        return true;
    }

    private bool Value(int offset, out JsonKind kind)
    {
        switch (_tokens.Next)
        {
            case '{':
                return Object(offset, out kind);
            case '[':
                return Array(offset, out kind);
            case '"':
                kind = JsonKind.Text;
                return _tokens.Text();
            default:
                kind = JsonKind.Raw;
                return _tokens.NumberOrWord();
        }
    }

    /// <summary>
    /// How far into the key a name leads: the end of the part (or parts, a name may hold colons) that it equals, or <see cref="OffPath"/>.
    /// </summary>
    private readonly int Reach(int offset, string name)
    {
        int end = offset + name.Length;
        bool isStep = end <= _key.Length
            && (end == _key.Length || _key[end] == ':')
            && _key.AsSpan(offset, name.Length).Equals(name, StringComparison.OrdinalIgnoreCase);
        return isStep ? end : OffPath;
    }

    private bool Comma(JsonMember? last) =>
        last is not { CommaAfter: < 0 } || _tokens.Fail("a comma or the closing bracket is missing here");

    private bool Enter()
    {
        if (_depth == DeepestLevel)
        {
            return _tokens.Fail("the nesting is deeper than 64 levels");
        }

        _depth++;
        _tokens.At++;
        return true;
    }

    private bool Leave()
    {
        _depth--;
        _tokens.At++;
        return true;
    }
}
