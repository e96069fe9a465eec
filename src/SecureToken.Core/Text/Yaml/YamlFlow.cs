namespace SecureToken.Core.Text.Yaml;

/// <summary>Reads collections in brackets and braces.</summary>
internal static class YamlFlow
{
    // Siblings of what stands in brackets are not lines. To look for the line end of each would take long where all stands on one line.
    private const int NoLine = -1;

    /// <summary>A collection.</summary>
    /// <param name="tokens">At its bracket or brace; behind the closing one after it.</param>
    /// <param name="indent">What lines of values in it are indented deeper than.</param>
    /// <param name="node">The collection.</param>
    public static bool Collection(ref YamlTokens tokens, int indent, out YamlNode? node)
    {
        node = null;
        int start = tokens.At;
        bool isMapping = tokens.Next == '{';
        if (isMapping && tokens.Peek(start + 1) == '{')
        {
            return tokens.Fail("there are two braces here: render the template before you inject");
        }

        if (!tokens.Enter())
        {
            return false;
        }

        tokens.At++;
        List<YamlEntry> entries = [];
        HashSet<string> names = [];
        for (bool needsComma = false; White(ref tokens);)
        {
            if (tokens.Next == (isMapping ? '}' : ']'))
            {
                tokens.At++;
                tokens.Leave();
                node = new YamlNode(
                    isMapping ? YamlKind.FlowMapping : YamlKind.FlowSequence, start, tokens.At, NoLine) { Entries = entries };
                return true;
            }

            if (tokens.Next == YamlTokens.End)
            {
                return tokens.FailAt(start, "the bracket or brace that opens here is never closed");
            }

            if (needsComma)
            {
                return tokens.Fail("a comma or the closing bracket is missing here");
            }

            YamlEntry? entry = null;
            if (isMapping ? !Entry(ref tokens, indent, names, out entry) : !Item(ref tokens, indent, out _) || !White(ref tokens))
            {
                return false;
            }

            int comma = tokens.Next == ',' ? tokens.At++ : -1;
            needsComma = comma < 0;
            if (entry is not null)
            {
                entries.Add(entry with { CommaAfter = comma });
            }
        }

        return false;
    }

    private static bool Entry(ref YamlTokens tokens, int indent, HashSet<string> names, out YamlEntry? entry)
    {
        entry = null;
        int start = tokens.At;
        bool isQuoted = tokens.Next is '"' or '\'';
        if (isQuoted ? !YamlScalars.Quoted(ref tokens, indent) : !Plain(ref tokens, indent))
        {
            return false;
        }

        int end = tokens.At;
        tokens.SkipBlanks();
        ReadOnlySpan<byte> key = tokens.Document[start..tokens.At];
        if (tokens.Next != ':' || key.ContainsAny((byte)'\n', (byte)'\t') || key.IndexOf(" *"u8) >= 0)
        {
            // Readers differ on the asterisk (measured: YamlDotNet: an asterisk in a key).
            return tokens.FailAt(start, "a key with a colon on its line is missing here");
        }

        string name = System.Text.Encoding.UTF8.GetString(YamlString.Decode(tokens.Document[start..end]));
        if (!names.Add(name))
        {
            tokens.Repeats.Add(new YamlRepeat(start, name));
        }

        int colon = tokens.At++;
        if (!isQuoted && tokens.Next is ('[' or '{'))
        {
            return tokens.Fail("a space is missing after the colon");
        }

        if (!White(ref tokens))
        {
            return false;
        }

        YamlNode? value = new(YamlKind.Nothing, colon + 1, colon + 1, NoLine);
        if (tokens.Next is not (',' or '}' or YamlTokens.End) && (!Item(ref tokens, indent, out value) || !White(ref tokens)))
        {
            return false;
        }

        entry = new YamlEntry(name, start, colon, value!);
        return true;
    }

    private static bool Item(ref YamlTokens tokens, int indent, out YamlNode? node)
    {
        node = null;
        int start = tokens.At;
        YamlKind kind;
        bool isRead;
        switch (tokens.Next)
        {
            case '[' or '{':
                return Collection(ref tokens, indent, out node);
            case '&' or '!':
                // Not every reader accepts them here (measured: YamlDotNet: anchors and tags in brackets).
                return tokens.Fail("there is an anchor or tag in brackets");
            case '"' or '\'':
                kind = YamlKind.Quoted;
                isRead = YamlScalars.Quoted(ref tokens, indent);
                break;
            case '*':
                kind = YamlKind.Alias;
                isRead = tokens.Alias();
                break;
            default:
                kind = YamlKind.Plain;
                isRead = Plain(ref tokens, indent);
                break;
        }

        node = new YamlNode(kind, start, tokens.At, NoLine);
        return isRead;
    }

    /// <summary>A scalar without quotes; in brackets it must be on one line here.</summary>
    private static bool Plain(ref YamlTokens tokens, int indent)
    {
        int start = tokens.At;
        if (tokens.Document[Math.Max(0, start - indent - 1)..start].Contains((byte)'\n'))
        {
            // kubectl accepts it (measured: YamlDotNet: a line in brackets without indentation).
            return tokens.Fail("a value or key in brackets is not indented");
        }

        // Readers differ on the key ":a" (measured: YamlDotNet: a colon at the start of a key).
        if (tokens.Next is '?' or ':' || !YamlScalars.IsPlainStart(tokens, start)
            || (tokens.Next == '-' && IsIndicator(tokens.Peek(start + 1))))
        {
            return tokens.Fail("neither a value nor a key can start with this character");
        }

        int end = start;
        for (int at = start; !tokens.IsLineEnd(at) && !IsIndicator(tokens.Document[at]); at++)
        {
            bool isColon = tokens.Document[at] == ':' && (tokens.IsBlankOrEnd(at + 1) || IsIndicator(tokens.Peek(at + 1)));
            if (isColon || (tokens.Document[at] == '#' && Bytes.IsBlank(tokens.Document[at - 1])))
            {
                break;
            }

            end = Bytes.IsBlank(tokens.Document[at]) ? end : at + 1;
        }

        tokens.At = end;
        return true;
    }

    /// <summary>Skips blanks, line ends and comments.</summary>
    private static bool White(ref YamlTokens tokens)
    {
        while (true)
        {
            tokens.SkipBlanks();
            if (tokens.Next == '#')
            {
                int before = tokens.At - 1;
                if (!Bytes.IsBlank(tokens.Document[before]) && tokens.Document[before] != '\n')
                {
                    return tokens.Fail("a comment touches the text before it");
                }
            }
            else if (tokens.Next == YamlTokens.End || !tokens.IsLineEnd(tokens.At))
            {
                return true;
            }

            tokens.At = tokens.LineBehind(tokens.At);
            int content = tokens.At + tokens.Document[tokens.At..].IndexOfAnyExcept((byte)' ');
            if (content >= tokens.At && tokens.Document[content] == '\t')
            {
                return tokens.FailAt(content, "there is a tab in the indentation");
            }
        }
    }

    private static bool IsIndicator(int unit) => unit is ',' or '[' or ']' or '{' or '}';
}
