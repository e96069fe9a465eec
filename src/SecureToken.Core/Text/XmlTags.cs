namespace SecureToken.Core.Text;

/// <summary>A tag of an XML document. Offsets in characters.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Start">Where it starts.</param>
/// <param name="End">Behind it.</param>
/// <param name="Depth">How many elements are around it; 0 for the root.</param>
internal sealed record XmlTag(string Name, int Start, int End, int Depth)
{
    /// <summary>Whether it ends an element.</summary>
    public bool IsEnd { get; init; }

    /// <summary>Whether the element has no content and no tag of its own to end it.</summary>
    public bool IsEmpty { get; init; }

    /// <summary>Its attributes.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
}

/// <summary>
/// Finds the tags of an XML document, so that text can be put between them. It is sure or it gives up: what it does not know (a DOCTYPE,
/// tags that do not match) makes it answer nothing.
/// </summary>
internal ref struct XmlTags
{
    private readonly ReadOnlySpan<char> _text;
    private readonly List<XmlTag> _tags = [];
    private readonly Stack<string> _open = new();
    private int _at;

    private XmlTags(ReadOnlySpan<char> text) => _text = text;

    /// <summary>The tags in their order; null when the document is not understood.</summary>
    public static IReadOnlyList<XmlTag>? Read(string text)
    {
        XmlTags reader = new(text);
        return reader.Document() ? reader._tags : null;
    }

    private bool Document()
    {
        while (_text[_at..].IndexOf('<') is >= 0 and int next)
        {
            _at += next;
            bool understood =
                Starts("<!--") ? SkipTo("-->")
                : Starts("<![CDATA[") ? _open.Count > 0 && SkipTo("]]>")
                : Starts("<?") ? SkipTo("?>")
                : !Starts("<!") && Tag();
            if (!understood)
            {
                return false;
            }
        }

        return _open.Count == 0 && _tags.Count > 0;
    }

    private readonly bool Starts(string text) => _text[_at..].StartsWith(text, StringComparison.Ordinal);

    private bool SkipTo(string end)
    {
        int found = _text[_at..].IndexOf(end, StringComparison.Ordinal);
        _at = found < 0 ? _text.Length : _at + found + end.Length;
        return found >= 0;
    }

    private bool Tag()
    {
        int start = _at++;
        bool isEnd = Take('/');
        string name = Name();
        if (name.Length == 0 || (_open.Count == 0 && (isEnd || _tags.Count > 0)))
        {
            return false;
        }

        Dictionary<string, string> attributes = new(StringComparer.Ordinal);
        SkipBlanks();
        while (_at < _text.Length && _text[_at] is not ('>' or '/'))
        {
            if (isEnd || !Attribute(attributes))
            {
                return false;
            }

            SkipBlanks();
        }

        bool isEmpty = !isEnd && Take('/');
        if (!Take('>') || (isEnd && _open.Pop() != name))
        {
            return false;
        }

        _tags.Add(new XmlTag(name, start, _at, _open.Count) { IsEnd = isEnd, IsEmpty = isEmpty, Attributes = attributes });
        if (!isEnd && !isEmpty)
        {
            _open.Push(name);
        }

        return true;
    }

    private bool Attribute(Dictionary<string, string> attributes)
    {
        string name = Name();
        SkipBlanks();
        if (name.Length == 0 || !Take('='))
        {
            return false;
        }

        SkipBlanks();
        if (_at >= _text.Length || _text[_at] is not ('"' or '\''))
        {
            return false;
        }

        char quote = _text[_at++];
        int length = _text[_at..].IndexOf(quote);
        if (length < 0 || _text.Slice(_at, length).Contains('<') || !attributes.TryAdd(name, _text.Slice(_at, length).ToString()))
        {
            return false;
        }

        _at += length + 1;
        return true;
    }

    private string Name()
    {
        int start = _at;
        while (_at < _text.Length && !char.IsWhiteSpace(_text[_at]) && _text[_at] is not ('=' or '/' or '>' or '<' or '"' or '\''))
        {
            _at++;
        }

        return _text[start.._at].ToString();
    }

    private bool Take(char expected)
    {
        bool isThere = _at < _text.Length && _text[_at] == expected;
        _at += isThere ? 1 : 0;
        return isThere;
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }
}
