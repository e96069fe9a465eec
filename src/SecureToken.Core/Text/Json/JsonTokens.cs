namespace SecureToken.Core.Text.Json;

/// <summary>Reads the words of JSON one by one; after a fault <see cref="At"/> is where it is.</summary>
internal ref struct JsonTokens(ReadOnlySpan<byte> document)
{
    /// <summary>What <see cref="Next"/> gives behind the last byte.</summary>
    public const int End = -1;

    public readonly ReadOnlySpan<byte> Document = document;

    public int At { get; set; }

    public string Reason { get; private set; } = string.Empty;

    /// <summary>The byte at the present place.</summary>
    public readonly int Next => Peek(0);

    public bool Fail(string reason)
    {
        Reason = Next == End ? "the document ends too early" : reason;
        return false;
    }

    public void SkipWhite()
    {
        while (Next is ' ' or '\t' or '\r' or '\n')
        {
            At++;
        }
    }

    /// <summary>Skips white space and comments.</summary>
    public bool SkipTrivia()
    {
        for (SkipWhite(); Next == '/'; SkipWhite())
        {
            if (!Comment())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Skips one comment; its line end stays.</summary>
    public bool Comment()
    {
        ReadOnlySpan<byte> rest = Document[At..];
        if (rest.StartsWith("//"u8))
        {
            int length = rest.IndexOfAny((byte)'\r', (byte)'\n');
            length = length < 0 ? rest.Length : length;

            // JavaScript would end the line there (measured: Configuration: line separators in a comment).
            int separator = rest[..length].IndexOf("\u2028"u8);
            separator = separator < 0 ? rest[..length].IndexOf("\u2029"u8) : separator;
            At += separator < 0 ? length : separator;
            return separator < 0 || Fail("a line separator (U+2028 or U+2029) stands in a comment");
        }

        if (!rest.StartsWith("/*"u8))
        {
            return Fail("a slash stands here that starts no comment");
        }

        int close = rest[2..].IndexOf("*/"u8);
        if (close < 0)
        {
            return Fail("the comment that starts here never ends");
        }

        At += close + 4;
        return true;
    }

    /// <summary>A string with its quotes, as far as the reader can make UTF-16 of it.</summary>
    public bool Text()
    {
        int open = At++;
        while (Next != '"')
        {
            if (Next == End)
            {
                At = open;
                return Fail("the string that starts here never ends");
            }

            if (Next < ' ')
            {
                return Fail("a control character stands in a string");
            }

            if (Next != '\\')
            {
                At++;
            }
            else if (!Escape())
            {
                return false;
            }
        }

        At++;
        return true;
    }

    /// <summary>A number, <c>true</c>, <c>false</c> or <c>null</c>.</summary>
    public bool NumberOrWord()
    {
        if (Word("true"u8) || Word("false"u8) || Word("null"u8))
        {
            return true;
        }

        if (Next == '-')
        {
            At++;
        }

        if (Next == '0')
        {
            At++;
        }
        else if (!Digits())
        {
            return Fail("a value is missing here");
        }

        if (Next == '.')
        {
            At++;
            if (!Digits())
            {
                return Fail("a digit is missing here");
            }
        }

        if (Next is 'e' or 'E')
        {
            At++;
            At += Next is '+' or '-' ? 1 : 0;
            return Digits() || Fail("a digit is missing here");
        }

        return true;
    }

    private readonly int Peek(int ahead) => At + ahead < Document.Length ? Document[At + ahead] : End;

    private bool Word(ReadOnlySpan<byte> word)
    {
        bool stands = Document[At..].StartsWith(word);
        At += stands ? word.Length : 0;
        return stands;
    }

    private bool Digits()
    {
        int start = At;
        while (Next is >= '0' and <= '9')
        {
            At++;
        }

        return At > start;
    }

    private bool Escape()
    {
        if (Peek(1) is '"' or '\\' or '/' or 'b' or 'f' or 'n' or 'r' or 't')
        {
            At += 2;
            return true;
        }

        if (!JsonString.TryUnit(Document[At..], out int unit))
        {
            return Fail("a backslash stands in a string that starts no escape");
        }

        if (!char.IsSurrogate((char)unit))
        {
            At += 6;
            return true;
        }

        // Both halves are needed (measured: Configuration: half a surrogate pair).
        bool isPair = char.IsHighSurrogate((char)unit)
            && JsonString.TryUnit(Document[(At + 6)..], out int low) && char.IsLowSurrogate((char)low);
        At += isPair ? 12 : 0;
        return isPair || Fail("half a surrogate pair stands in a string");
    }
}
