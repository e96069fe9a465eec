using System.Text;

namespace SecureToken.Core.Text.Yaml;

/// <summary>
/// Reads one document of a YAML file: the part of YAML 1.1 and 1.2 that people write in manifests and that YamlDotNet and kubectl read
/// alike. Whatever it is not certain of is a fault, so that no edit goes to a wrong place.
/// </summary>
/// <remarks>
/// YamlDotNet is not used because it makes UTF-16 strings of all values, the secret among them. That both see the same in a document is
/// tested by mutation against it.
/// </remarks>
internal ref struct YamlScanner
{
    // Readers take a key of at most 1024 characters.
    private const int LongestKey = 1000;

    private YamlTokens _tokens;

    private YamlScanner(ReadOnlySpan<byte> file, YamlDocumentSpan part) => _tokens = new YamlTokens(file[..part.End], part.Start);

    /// <summary>Reads a document.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="part">Which document of it.</param>
    /// <param name="root">What it holds; null when that is nothing but comments.</param>
    /// <param name="openBlock">A block scalar that the end of the file cuts off, or -1.</param>
    /// <param name="repeats">The keys that stand a second time in their mapping: one that nobody looks for is no fault.</param>
    public static TextFault? Scan(
        ReadOnlySpan<byte> file, YamlDocumentSpan part, out YamlNode? root, out int openBlock, out IReadOnlyList<YamlRepeat> repeats)
    {
        YamlScanner scanner = new(file, part);
        bool isRead = scanner.Document(out root);
        openBlock = scanner._tokens.OpenBlock;
        repeats = scanner._tokens.Repeats;
        return isRead ? null : TextFault.At(file, scanner._tokens.At, scanner._tokens.Reason);
    }

    private bool Document(out YamlNode? root)
    {
        root = null;
        return _tokens.NextContent()
            && (_tokens.Column == YamlTokens.End
                || (OwnLine(YamlTokens.End, out root)
                    && (_tokens.Column == YamlTokens.End || _tokens.Fail("there is something after the end of the document's content"))));
    }

    /// <summary>A node that starts a line.</summary>
    private bool OwnLine(int indent, out YamlNode? node)
    {
        node = null;
        int colon = _tokens.KeyColon();
        if (_tokens.IsDash)
        {
            return Sequence(_tokens.Column, out node);
        }

        if (colon >= 0)
        {
            return Mapping(_tokens.Column, out node);
        }

        return _tokens.Properties(out bool isMarked, out string? anchor)
            && (!_tokens.IsBlankOrEnd(_tokens.At) || _tokens.Fail("there is an anchor or tag on a line of its own"))
            && SameLine(indent, isMarked, anchor, out node);
    }

    private bool Mapping(int column, out YamlNode? node)
    {
        node = null;
        int start = _tokens.At;
        List<YamlEntry> entries = [];
        HashSet<string> names = [];
        if (!_tokens.Enter())
        {
            return false;
        }

        do
        {
            int keyStart = _tokens.At;
            if (!Key(names, out string name, out int colon))
            {
                return false;
            }

            _tokens.At = colon + 1;
            if (!Value(column, out YamlNode? value))
            {
                return false;
            }

            entries.Add(new YamlEntry(name, keyStart, colon, value!));
        }
        while (_tokens.Column == column);

        _tokens.Leave();
        YamlNode last = entries[^1].Value;
        node = new YamlNode(YamlKind.Mapping, start, last.End, last.NextLine) { Entries = entries, EndsInBlock = last.EndsInBlock };
        return _tokens.Column < column || _tokens.Fail("this line is indented deeper than the key above it");
    }

    private bool Key(HashSet<string> names, out string name, out int colon)
    {
        name = string.Empty;
        int start = _tokens.At;
        colon = _tokens.IsDash ? -1 : _tokens.KeyColon();
        if (colon < 0)
        {
            return _tokens.Fail("a key with a colon and a space after it is missing here");
        }

        bool isQuoted = _tokens.Next is '"' or '\'';
        if (!isQuoted && (_tokens.Next is '?' or ':' || !YamlScalars.IsPlainStart(_tokens, start)))
        {
            return _tokens.Fail(
                _tokens.Next is '&' or '*' or '!'
                ? "there is an anchor, alias or tag before a key" : "a key cannot start with this character");
        }

        int end = colon;
        if (isQuoted)
        {
            if (!YamlScalars.Quoted(ref _tokens, YamlTokens.End))
            {
                return false;
            }

            end = _tokens.At;
        }

        ReadOnlySpan<byte> key = _tokens.Document[start..end].TrimEnd(" \t"u8);
        string? reason = key.IsEmpty ? "a key is missing here" : colon - start > LongestKey ? "the key is too long"
            : _tokens.Document[start..colon].Contains((byte)'\t') || key.IndexOf(" *"u8) >= 0
                ? "there is a tab or an asterisk after a space in the key" : null;
        if (reason is not null)
        {
            return _tokens.FailAt(start, reason);
        }

        name = Encoding.UTF8.GetString(YamlString.Decode(key));
        if (!names.Add(name))
        {
            _tokens.Repeats.Add(new YamlRepeat(start, name));
        }

        return true;
    }

    /// <summary>What stands behind a colon, on its line or below.</summary>
    private bool Value(int column, out YamlNode? node)
    {
        node = null;
        int start = _tokens.At;
        int nextLine = _tokens.LineBehind(start);
        _tokens.SkipBlanks();
        if (!_tokens.Properties(out bool isMarked, out string? anchor))
        {
            return false;
        }

        if (_tokens.Next != '#' && !_tokens.IsLineEnd(_tokens.At))
        {
            return SameLine(column, isMarked, anchor, out node);
        }

        if (!_tokens.EndLine() || !_tokens.NextContent())
        {
            return false;
        }

        if (_tokens.Column > column)
        {
            if (!OwnLine(column, out node))
            {
                return false;
            }

            if (isMarked && (node!.IsMarked || node.Kind == YamlKind.Alias))
            {
                return _tokens.FailAt(node.Start, "there is a second anchor or tag, or an alias, after an anchor or tag");
            }

            node = node! with { IsMarked = node.IsMarked || isMarked };
            _tokens.Define(anchor);
            return true;
        }

        if (isMarked)
        {
            return _tokens.FailAt(start, "there is nothing after an anchor or tag");
        }

        if (_tokens.Column == column && _tokens.IsDash)
        {
            return Sequence(column, out node);
        }

        node = new YamlNode(YamlKind.Nothing, start, start, nextLine);
        return true;
    }

    private bool Sequence(int column, out YamlNode? node)
    {
        node = null;
        int start = _tokens.At;
        YamlNode? last = null;
        if (!_tokens.Enter())
        {
            return false;
        }

        while (_tokens.Column == column && _tokens.IsDash)
        {
            if (!Item(column, out last))
            {
                return false;
            }
        }

        _tokens.Leave();
        node = new YamlNode(YamlKind.Sequence, start, last!.End, last.NextLine) { EndsInBlock = last.EndsInBlock };
        return _tokens.Column <= column || _tokens.Fail("this line is indented deeper than the entry above it");
    }

    private bool Item(int column, out YamlNode? node)
    {
        node = null;
        int lineStart = _tokens.At++ - column;
        int start = _tokens.At;
        int nextLine = _tokens.LineBehind(start);
        _tokens.SkipBlanks();
        if (_tokens.Document[start.._tokens.At].Contains((byte)'\t'))
        {
            return _tokens.FailAt(start, "there is a tab after the dash");
        }

        if (_tokens.Next == '#' || _tokens.IsLineEnd(_tokens.At))
        {
            node = new YamlNode(YamlKind.Nothing, start, start, nextLine);
            return _tokens.EndLine() && _tokens.NextContent() && (_tokens.Column <= column || OwnLine(column, out node));
        }

        // A collection may start on the line of the dash; it goes on at the same column.
        _tokens.Column = _tokens.At - lineStart;
        return OwnLine(column, out node);
    }

    /// <summary>A node that has the rest of a line: no collection without brackets.</summary>
    private bool SameLine(int indent, bool isMarked, string? anchor, out YamlNode? node)
    {
        node = null;
        int start = _tokens.At;
        int end = start;
        YamlKind kind = YamlKind.Quoted;
        int nextLine = -1;
        bool isRead;
        switch (_tokens.Next)
        {
            case '[' or '{':
                isRead = YamlFlow.Collection(ref _tokens, indent, out node);
                break;
            case '"' or '\'':
                isRead = YamlScalars.Quoted(ref _tokens, indent);
                break;
            case '|' or '>':
                kind = YamlKind.BlockScalar;
                isRead = YamlScalars.Block(ref _tokens, indent, out nextLine) && _tokens.NextContent();
                end = nextLine;
                break;
            case '*' when !isMarked:
                kind = YamlKind.Alias;
                isRead = _tokens.Alias();
                break;
            default:
                kind = YamlKind.Plain;
                isRead = YamlScalars.Plain(ref _tokens, indent, out end);
                nextLine = _tokens.LineBehind(end);
                break;
        }

        if (!isRead)
        {
            return false;
        }

        if (nextLine < 0)
        {
            end = _tokens.At;
            if (!_tokens.EndLine())
            {
                return false;
            }

            nextLine = _tokens.At;
            if (!_tokens.NextContent())
            {
                return false;
            }
        }

        node = (node ?? new YamlNode(kind, start, end, nextLine))
            with { NextLine = nextLine, IsMarked = isMarked, EndsInBlock = kind == YamlKind.BlockScalar };
        _tokens.Define(anchor);
        return true;
    }
}
