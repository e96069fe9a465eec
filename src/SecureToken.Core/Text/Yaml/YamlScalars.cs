namespace SecureToken.Core.Text.Yaml;

/// <summary>Reads the scalars of YAML, as far as YamlDotNet and kubectl read them alike.</summary>
internal static class YamlScalars
{
    private const string BadEscape = "there is a backslash in double quotes that starts no escape which every reader takes";

    /// <summary>The quote that closes the one at <paramref name="open"/>, or -1.</summary>
    public static int Close(ReadOnlySpan<byte> document, int open)
    {
        byte quote = document[open];
        for (int at = open + 1; at < document.Length; at++)
        {
            if (document[at] == quote)
            {
                // In single quotes a pair stands for one.
                if (quote == '"' || at + 1 == document.Length || document[at + 1] != quote)
                {
                    return at;
                }

                at++;
            }
            else if (quote == '"' && document[at] == '\\')
            {
                at++;
            }
        }

        return -1;
    }

    /// <summary>A scalar in quotes, of one or more lines.</summary>
    /// <param name="tokens">At the opening quote; behind the closing one after it.</param>
    /// <param name="indent">What the lines of it must be indented deeper than.</param>
    public static bool Quoted(ref YamlTokens tokens, int indent)
    {
        int open = tokens.At;
        int close = Close(tokens.Document, open);
        if (close < 0)
        {
            return tokens.Fail("the quote that opens here is never closed");
        }

        for (int at = open + 1; at < close;)
        {
            if (tokens.Document[at] == '\n' && !Continues(ref tokens, at + 1, indent))
            {
                return false;
            }

            int length = tokens.Document[at] == '\\' && tokens.Document[open] == '"'
                ? YamlString.EscapeLength(tokens.Document[at..close]) : 1;
            if (length == 0)
            {
                return tokens.FailAt(at, BadEscape);
            }

            at += length;
        }

        tokens.At = close + 1;
        return true;
    }

    /// <summary>A scalar without quotes.</summary>
    /// <param name="tokens">At its first byte; at the content behind it after it.</param>
    /// <param name="indent">What further lines of it are indented deeper than.</param>
    /// <param name="end">Behind its last byte.</param>
    public static bool Plain(ref YamlTokens tokens, int indent, out int end)
    {
        end = tokens.At;
        do
        {
            // Further lines may start with any character, but one that does is rather meant as something else.
            if (!IsPlainStart(tokens, tokens.At))
            {
                return tokens.Fail("a value without quotes cannot start with this character");
            }

            int colon = tokens.PlainColon();
            if (colon >= 0)
            {
                return tokens.FailAt(colon, "there is a second colon on this line");
            }

            tokens.At = PlainEnd(tokens, out bool hasComment);
            end = tokens.At;
            if (!tokens.EndLine() || !tokens.NextContent())
            {
                return false;
            }

            if (tokens.Column > indent && (hasComment || tokens.IsBehindComment))
            {
                return tokens.Fail("there is a comment before this line, which would be part of the value");
            }
        }
        while (tokens.Column > indent);
        return true;
    }

    /// <summary>A scalar after <c>|</c> or <c>&gt;</c>.</summary>
    /// <param name="tokens">At the sign; at the start of a line after it.</param>
    /// <param name="indent">What its lines are indented deeper than.</param>
    /// <param name="nextLine">Where a sibling can stand: behind the content, and behind the empty lines where they belong to it.</param>
    public static bool Block(ref YamlTokens tokens, int indent, out int nextLine)
    {
        int start = tokens.At++;
        int depth = 0;
        int chomping = 0;
        for (; tokens.Next is '+' or '-' or (>= '1' and <= '9'); tokens.At++)
        {
            bool isDigit = tokens.Next >= '1';
            if (isDigit ? depth > 0 : chomping > 0)
            {
                break;
            }

            depth = isDigit ? Math.Max(indent, 0) + tokens.Next - '0' : depth;
            chomping = isDigit ? chomping : tokens.Next;
        }

        nextLine = tokens.LineBehind(tokens.At);
        if (indent < 0)
        {
            return tokens.FailAt(start, "there is a block scalar at the top level");
        }

        if (!tokens.EndLine() || !BlockLines(ref tokens, indent, depth, ref nextLine))
        {
            return false;
        }

        bool isCutOff = tokens.At == tokens.Document.Length && tokens.Document[^1] != '\n';
        tokens.OpenBlock = isCutOff && chomping != '-' ? start : tokens.OpenBlock;
        nextLine = chomping == '+' ? tokens.At : nextLine;
        return true;
    }

    /// <summary>Whether a scalar without quotes, outside of flow collections, may start here.</summary>
    public static bool IsPlainStart(in YamlTokens tokens, int at) =>
        tokens.Peek(at) is '-' or '?' or ':' ? !tokens.IsBlankOrEnd(at + 1) : ",[]{}#&*!|>'\"%@`"u8.IndexOf((byte)tokens.Peek(at)) < 0;

    private static bool BlockLines(ref YamlTokens tokens, int indent, int depth, ref int contentEnd)
    {
        bool hasContent = false;
        while (tokens.At < tokens.Document.Length)
        {
            int content = tokens.At;
            while (tokens.Peek(content) == ' ')
            {
                content++;
            }

            int width = content - tokens.At;
            bool isEmpty = tokens.IsLineEnd(content) && (depth == 0 || width <= depth);
            if (!isEmpty && depth == 0)
            {
                if (tokens.Peek(content) == '\t')
                {
                    return tokens.FailAt(content, "there is a tab in the indentation");
                }

                if (width <= indent)
                {
                    return true;
                }

                depth = width;
            }

            if (!isEmpty && width < depth)
            {
                return tokens.Peek(content) != '\t' || tokens.FailAt(content, "there is a tab in the indentation");
            }

            if (!hasContent && width > 0 && tokens.IsLineEnd(content))
            {
                // Readers disagree on the indentation (measured: YamlDotNet: spaces before a block scalar).
                return tokens.FailAt(content, "there is an empty line with spaces before the first line of a block scalar");
            }

            tokens.At = tokens.LineBehind(content);
            contentEnd = isEmpty ? contentEnd : tokens.At;
            hasContent |= !isEmpty;
        }

        return true;
    }

    /// <summary>YamlDotNet refuses a line of a value that is not indented, other readers do not.</summary>
    private static bool Continues(ref YamlTokens tokens, int lineStart, int indent)
    {
        int content = lineStart;
        while (tokens.Peek(content) == ' ')
        {
            content++;
        }

        return content - lineStart > indent || tokens.IsLineEnd(content)
            || tokens.FailAt(content, "a line of a value in quotes is not indented");
    }

    private static int PlainEnd(in YamlTokens tokens, out bool hasComment)
    {
        int end = tokens.At;
        hasComment = false;
        for (int at = tokens.At; !tokens.IsLineEnd(at) && !hasComment; at++)
        {
            hasComment = tokens.Document[at] == '#' && at > tokens.At && Bytes.IsBlank(tokens.Document[at - 1]);
            end = hasComment || Bytes.IsBlank(tokens.Document[at]) ? end : at + 1;
        }

        return end;
    }
}
