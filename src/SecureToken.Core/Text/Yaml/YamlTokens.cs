namespace SecureToken.Core.Text.Yaml;

/// <summary>Walks through the lines of one YAML document; after a fault <see cref="At"/> is where it is.</summary>
/// <param name="document">The file up to the end of the document, so that offsets are those of the file.</param>
/// <param name="start">Where the document starts.</param>
internal ref struct YamlTokens(ReadOnlySpan<byte> document, int start)
{
    /// <summary>What <see cref="Next"/> gives behind the last byte, and <see cref="Column"/> behind the last line.</summary>
    public const int End = -1;

    // Deeper than any manifest; it bounds the recursion.
    private const int DeepestLevel = 100;

    public readonly ReadOnlySpan<byte> Document = document;

    private readonly HashSet<string> _anchors = [];
    private int _depth;

    public int At { get; set; } = start;

    /// <summary>How far the content of the present line is indented.</summary>
    public int Column { get; set; }

    /// <summary>Whether a comment stood between the line before and the present one.</summary>
    public bool IsBehindComment { get; private set; }

    /// <summary>A block scalar that the end of the file cuts off: readers do not agree whether it ends in a line end; -1: none.</summary>
    public int OpenBlock { get; set; } = -1;

    public string Reason { get; private set; } = string.Empty;

    /// <summary>The keys that stand a second time in their mapping.</summary>
    public List<YamlRepeat> Repeats { get; } = [];

    /// <summary>The byte at the present place.</summary>
    public readonly int Next => Peek(At);

    public readonly int Peek(int at) => at < Document.Length ? Document[at] : End;

    public readonly bool IsLineEnd(int at) => Peek(at) is End or '\n' or '\r';

    public readonly bool IsBlankOrEnd(int at) => Peek(at) is End or '\n' or '\r' or ' ' or '\t';

    /// <summary>Whether a sequence entry starts at the present place.</summary>
    public readonly bool IsDash => Next == '-' && IsBlankOrEnd(At + 1);

    public bool Fail(string reason)
    {
        Reason = reason;
        return false;
    }

    public bool FailAt(int at, string reason)
    {
        At = at;
        return Fail(reason);
    }

    public bool Enter() => ++_depth <= DeepestLevel || Fail($"the nesting is deeper than {DeepestLevel} levels");

    public void Leave() => _depth--;

    public void SkipBlanks() => At = Bytes.SkipBlanks(Document, At);

    /// <summary>The start of the line behind the one of a byte.</summary>
    public readonly int LineBehind(int at)
    {
        int feed = Document[at..].IndexOf((byte)'\n');
        return feed < 0 ? Document.Length : at + feed + 1;
    }

    /// <summary>Leaves a line behind a node: only a comment may follow.</summary>
    public bool EndLine()
    {
        SkipBlanks();
        if (Next == '#')
        {
            if (!Bytes.IsBlank(Document[At - 1]))
            {
                return Fail("a comment touches the text before it");
            }
        }
        else if (!IsLineEnd(At))
        {
            return Fail("there is something after the end of the value");
        }

        At = LineBehind(At);
        return true;
    }

    /// <summary>Goes from the start of a line to the content of the first line that has some.</summary>
    public bool NextContent()
    {
        IsBehindComment = false;
        while (At < Document.Length)
        {
            int content = At;
            while (Peek(content) == ' ')
            {
                content++;
            }

            if (Peek(content) == '\t')
            {
                return FailAt(content, "there is a tab in the indentation");
            }

            if (Peek(content) != '#' && !IsLineEnd(content))
            {
                Column = content - At;
                At = content;
                return true;
            }

            IsBehindComment |= Peek(content) == '#';
            At = LineBehind(content);
        }

        Column = End;
        return true;
    }

    /// <summary>The colon that makes a key of what stands at the present place, on the same line; or -1.</summary>
    public readonly int KeyColon()
    {
        if (Next is '[' or '{')
        {
            return -1;
        }

        if (Next is '"' or '\'')
        {
            int close = YamlScalars.Close(Document, At);
            int colon = close < 0 ? -1 : Bytes.SkipBlanks(Document, close + 1);
            return colon >= 0 && Peek(colon) == ':' && IsBlankOrEnd(colon + 1) && !Document[At..colon].Contains((byte)'\n') ? colon : -1;
        }

        return PlainColon();
    }

    /// <summary>The first colon with a blank behind it on the line, before a comment; or -1.</summary>
    public readonly int PlainColon()
    {
        for (int at = At; !IsLineEnd(at); at++)
        {
            if (Document[at] == ':' && IsBlankOrEnd(at + 1))
            {
                return at;
            }

            if (Document[at] == '#' && at > At && Bytes.IsBlank(Document[at - 1]))
            {
                return -1;
            }
        }

        return -1;
    }

    /// <summary>Skips an anchor and a tag in front of a node.</summary>
    /// <param name="isMarked">Whether there was one.</param>
    /// <param name="anchor">The anchor's name, to be <see cref="Define">defined</see> behind the node.</param>
    public bool Properties(out bool isMarked, out string? anchor)
    {
        anchor = null;
        isMarked = false;
        bool hasTag = false;
        while (Next is '&' or '!')
        {
            int mark = At;
            if (Next == '&' ? anchor is not null : hasTag)
            {
                return Fail("there is a second anchor or tag here");
            }

            int name = Next == '!' && Peek(At + 1) == '!' ? At + 2 : At + 1;
            At = NameEnd(name);
            if (!IsBlankOrEnd(At) || (At == name && name != mark + 1) || (At == name && Document[mark] == '&'))
            {
                return FailAt(mark, "there is an anchor or tag here in a form that not every reader takes");
            }

            anchor = Document[mark] == '&' ? System.Text.Encoding.ASCII.GetString(Document[name..At]) : anchor;
            hasTag |= Document[mark] == '!';
            isMarked = true;
            SkipBlanks();
        }

        return true;
    }

    /// <summary>From here on an alias may name the anchor: readers refuse one that stands inside the anchored node.</summary>
    public readonly void Define(string? anchor)
    {
        if (anchor is not null)
        {
            _anchors.Add(anchor);
        }
    }

    /// <summary>Skips an alias.</summary>
    public bool Alias()
    {
        int star = At++;
        At = NameEnd(At);
        return _anchors.Contains(System.Text.Encoding.ASCII.GetString(Document[(star + 1)..At]))
            || FailAt(star, "there is an alias here whose anchor is not known");
    }

    private readonly int NameEnd(int at)
    {
        while (Peek(at) is >= 0 and int unit && (char.IsAsciiLetterOrDigit((char)unit) || unit is '_' or '-'))
        {
            at++;
        }

        return at;
    }
}
