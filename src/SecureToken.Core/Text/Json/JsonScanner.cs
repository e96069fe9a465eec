using System.Globalization;
using System.Text.Json;

namespace SecureToken.Core.Text.Json;

/// <summary>
/// Finds a key in a JSON document under the rules of Microsoft.Extensions.Configuration.Json: comments and trailing commas are allowed, and
/// a path is the names and indexes joined by colons, compared without case.
/// </summary>
internal ref struct JsonScanner
{
    private const int OffPath = -1;

    private readonly ReadOnlySpan<byte> _document;
    private readonly int _mark;
    private readonly string _key;
    private readonly JsonPlaces _places;
    private Utf8JsonReader _reader;
    private JsonState _state;

    private JsonScanner(ReadOnlySpan<byte> document, string key, JsonPlaces places)
    {
        _document = document;
        _mark = Bytes.MarkLength(document);
        _key = key;
        _places = places;

        // The depth is the configuration reader's own limit (JsonDocumentOptions.MaxDepth). It also bounds the recursion here.
        _reader = new Utf8JsonReader(
            document[_mark..],
            new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 64 });
    }

    private readonly int Start => _mark + (int)_reader.TokenStartIndex;

    private readonly bool IsAtEnd => _reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;

    private readonly int End => _mark + (int)_reader.BytesConsumed;

    /// <summary>Reads the whole document: a fault behind the key is a fault too.</summary>
    public static JsonPlaces Scan(ReadOnlySpan<byte> document, string key)
    {
        JsonPlaces places = new() { IsBlank = Bytes.Trim(document[Bytes.MarkLength(document)..]).IsEmpty };
        int invalid = TextFault.FirstInvalidByte(document);
        if (invalid >= 0)
        {
            places.Fault = TextFault.At(document, invalid, "the bytes are not UTF-8");
        }
        else if (!places.IsBlank)
        {
            new JsonScanner(document, key, places).Document();
        }

        return places;
    }

    private void Document()
    {
        try
        {
            Next(inArray: false);
            Container(0);
            _state.IsDone = true;
            Next(inArray: false);
        }
        catch (JsonException)
        {
            // Its text quotes the document, and its place is counted in bytes.
            (int at, string reason) = JsonGrammar.Explain(_document, _state);
            _places.Fault = TextFault.At(_document, at, at == _document.Length ? "the document ends too early" : reason);
        }
    }

    /// <summary>Reads a token.</summary>
    private void Next(bool inArray)
    {
        _state.End = End;
        _state.Before = _reader.TokenType;
        _state.InArray = inArray;
        int start = JsonGrammar.Next(_document, _state.End, out _);
        if (JsonGrammar.IsUnfit(_document, start, _state.Before))
        {
            throw new JsonException();
        }

        // Half a surrogate pair is found by the reader only when the text is asked for.
        if (_reader.Read() && _reader.ValueSpan.IndexOf("\\u"u8) >= 0
            && JsonGrammar.Text(_document, start, out _) is not null)
        {
            throw new JsonException();
        }
    }

    /// <summary>The rest of an object or array on the key's way, whose bracket has been read.</summary>
    /// <param name="offset">Where in the key the names of its members start.</param>
    private JsonKind Container(int offset)
    {
        bool inArray = _reader.TokenType == JsonTokenType.StartArray;
        int open = Start;
        JsonMember? last = null;
        Next(inArray);
        for (int index = 0; !IsAtEnd; index++)
        {
            int start = Start;
            int nameEnd = start + _reader.ValueSpan.Length + 2;
            int reach = Reach(offset, inArray ? index.ToString(CultureInfo.InvariantCulture) : _reader.GetString()!);
            if (!inArray)
            {
                Next(inArray);
            }

            int valueStart = Start;
            JsonKind kind = _reader.TokenType switch
            {
                JsonTokenType.StartObject or JsonTokenType.StartArray =>
                    reach == OffPath || reach == _key.Length ? Skip() : Container(reach + 1),
                JsonTokenType.String => JsonKind.Text,
                _ => JsonKind.Raw,
            };
            JsonGrammar.Next(_document, End, out int comma);
            last = new JsonMember(start, nameEnd, valueStart, End, kind, inArray, offset, last?.CommaAfter ?? -1, comma);
            _places.Note(_document, _key, last, reach);
            Next(inArray);
        }

        if (!inArray)
        {
            _places.Offer(new JsonObject(offset, open, Start, last));
        }

        return last is null ? JsonKind.Empty : JsonKind.Filled;
    }

    /// <summary>The rest of an object or array that is off the key's way.</summary>
    private JsonKind Skip()
    {
        bool inArray = _reader.TokenType == JsonTokenType.StartArray;
        JsonKind kind = JsonKind.Empty;
        for (Next(inArray); !IsAtEnd; Next(inArray))
        {
            kind = JsonKind.Filled;
            if (_reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                Skip();
            }
        }

        return kind;
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
}
