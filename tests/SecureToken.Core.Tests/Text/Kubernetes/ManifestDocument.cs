using System.Text;
using SecureToken.Core.Text.Kubernetes;

namespace SecureToken.Core.Tests.Text.Kubernetes;

/// <summary>A generated manifest that kubectl and YamlDotNet read, with what must come out of it.</summary>
internal sealed class ManifestDocument
{
    public const string Key = "token";
    public const string New = "n3w-T.o_k~e+n/x==";
    public const string Mark = "0123456789ab";
    public const string Annotation = "sectoken.build/fingerprint.token";

    private static readonly string Encoded = Convert.ToBase64String(Utf8.Of(New));

    private readonly Random _random;
    private readonly StringBuilder _old = new();
    private readonly StringBuilder _expected = new();
    private readonly string _lineEnd;
    private readonly string _top;
    private readonly string _unit;
    private readonly string _secret;
    private bool _endsInBlock;
    private bool _isLastFilled;
    private bool _isIndented;

    private ManifestDocument(int seed)
    {
        _random = new Random(seed);
        _lineEnd = _random.Next(5) == 0 ? "\r\n" : "\n";
        _top = _random.Next(12) == 0 ? "  " : string.Empty;
        _unit = new string(' ', _random.Next(6) switch { 0 => 1, 1 => 3, 2 => 5, 3 => 4, _ => 2 });
        _secret = $"sysdig-{seed}";
        Slot = new ManifestKey(_secret, _random.Next(3) == 0 ? "prod" : null, Key, _random.Next(6) switch { 0 => ManifestForm.Data, 1 => ManifestForm.StringData, _ => null });
        Write();
        Old = Utf8.Of(_old.ToString());
        Expected = Utf8.Of(_expected.ToString());
    }

    public ManifestKey Slot { get; }

    public byte[] Old { get; }

    public byte[] Expected { get; }

    public string What => $"{Slot}:\n{Utf8.Text(Old)}\n-- expected --\n{Utf8.Text(Expected)}";

    /// <summary>Whether the Secret stood there before.</summary>
    public bool IsPresent { get; private set; }

    /// <summary>The same number gives the same document.</summary>
    public static ManifestDocument Generate(int seed) => new(seed);

    private void Write()
    {
        IsPresent = !Maybe(8);
        Both(Maybe(8) ? "\uFEFF" : string.Empty);
        if (Maybe(3))
        {
            Both("# Deployed by hand. kind: Secret, metadata: {name: " + _secret + "}" + _lineEnd);
        }

        int before = _random.Next(3);
        int behind = _random.Next(3);
        if (Maybe(4))
        {
            Both("---" + _lineEnd);
        }

        for (int i = 0; i < before + behind + 1; i++)
        {
            if (i > 0)
            {
                Both("---" + (Maybe(6) ? "  " : string.Empty) + _lineEnd);
            }

            bool isFilled = true;
            if (i == before && IsPresent)
            {
                Secret();
            }
            else
            {
                isFilled = Other(i);
            }

            _isLastFilled = isFilled;

            Trivia(_top);

            // Behind a document that holds nothing kubectl does not take it (measured).
            if (isFilled && Maybe(12) && i < before + behind)
            {
                Both("..." + _lineEnd);
            }
        }

        if (Maybe(4) && !_endsInBlock)
        {
            _old.Length -= _lineEnd.Length;
            _expected.Length -= _lineEnd.Length;
        }

        if (!IsPresent)
        {
            Added();
        }
    }

    private void Added()
    {
        bool isData = Slot.Form == ManifestForm.Data;
        string lineEnd = _old.ToString().IndexOf('\n', StringComparison.Ordinal) is > 0 and int feed && _old[feed - 1] == '\r' ? "\r\n" : "\n";
        _expected.Append(_old[^1] == '\n' ? string.Empty : lineEnd);
        string space = Slot.Namespace is null ? string.Empty : "  namespace: prod\n";
        _expected.Append(((_isLastFilled ? "---\n" : string.Empty) + "apiVersion: v1\nkind: Secret\nmetadata:\n  name: " + _secret + "\n" + space
            + $"  annotations:\n    {Annotation}: \"{Mark}\"\ntype: Opaque\n"
            + (isData ? $"data:\n  {Key}: {Encoded}\n" : $"stringData:\n  {Key}: \"{New}\"\n")).Replace("\n", lineEnd, StringComparison.Ordinal));
    }

    private void Secret()
    {
        // Which mappings there are, and where the key stands.
        bool hasStrings = Maybe(2);
        bool hasData = Maybe(3);
        bool inStrings = hasStrings && Maybe(2);
        bool inData = hasData && Maybe(2);
        bool isNew = !inStrings && !inData;
        ManifestForm target = Slot.Form ?? (hasStrings || !hasData ? ManifestForm.StringData : ManifestForm.Data);
        List<Action> parts = [() => Line(_top, Named("apiVersion", "v1")), () => Line(_top, Named("kind", "Secret")), Metadata];
        if (hasStrings)
        {
            parts.Add(() => Values(ManifestForm.StringData, inStrings, isNew && target == ManifestForm.StringData));
        }

        if (hasData)
        {
            parts.Add(() => Values(ManifestForm.Data, inData, isNew && target == ManifestForm.Data));
        }

        if (Maybe(2))
        {
            parts.Add(() => Line(_top, "type: Opaque"));
        }

        Action[] order = [.. parts];
        _random.Shuffle(order);
        foreach (Action part in order)
        {
            part();
            Inner(part == order[^1] ? null : _top);
        }

        if (isNew && (target == ManifestForm.StringData ? !hasStrings : !hasData))
        {
            Comes($"{_top}{(target == ManifestForm.Data ? "data" : "stringData")}:{_lineEnd}");
            Comes($"{_top}{(_isIndented ? _unit : "  ")}{Key}: {(target == ManifestForm.Data ? Encoded : $"\"{New}\"")}{_lineEnd}");
        }
    }

    private void Metadata()
    {
        string space = Slot.Namespace is null && Maybe(2) ? "dev" : "prod";
        if (Maybe(6))
        {
            // In one line.
            Both($"{_top}metadata: {{name: {_secret}, namespace: \"{space}\"");
            if (Maybe(2))
            {
                Comes($", annotations: {{{Annotation}: \"{Mark}\"}}");
                Both("}" + Comment() + _lineEnd);
                return;
            }

            Both($", annotations: {{a: b, {Annotation}: ");
            Change("\"ffff\"", $"\"{Mark}\"");
            Both("}, }" + Comment() + _lineEnd);
            return;
        }

        string indent = _top + _unit;
        _isIndented = true;
        Line(_top, "metadata:");
        Inner(indent);
        int form = _random.Next(6);
        if (form == 0)
        {
            Annotations(indent);
        }

        Line(indent, Named("name", _secret));
        Inner(indent);
        Line(indent, Named("namespace", space));
        if (Maybe(2))
        {
            Inner(indent);
            Both($"{indent}labels:{_lineEnd}{indent}{_unit}app: sysdig{_lineEnd}");
        }

        if (form is > 0 and < 4)
        {
            Inner(indent);
            Annotations(indent);
        }

        if (form >= 4)
        {
            Comes($"{indent}annotations:{_lineEnd}{indent}{_unit}{Annotation}: \"{Mark}\"{_lineEnd}");
        }
    }

    private void Annotations(string indent)
    {
        string inner = indent + _unit;
        string mark = $"\"{Mark}\"";
        switch (_random.Next(5))
        {
            case 0:
                Both($"{indent}annotations:{Comment()}{_lineEnd}");
                Comes($"{inner}{Annotation}: {mark}{_lineEnd}");
                break;
            case 1:
                Both($"{indent}annotations: {{");
                Comes($"{Annotation}: {mark}");
                Both("}" + Comment() + _lineEnd);
                break;
            case 2:
                Both($"{indent}annotations:{_lineEnd}{inner}a/b: |{_lineEnd}{inner} {Annotation}: no{_lineEnd}");
                Comes($"{inner}{Annotation}: {mark}{_lineEnd}");
                break;
            default:
                Both($"{indent}annotations:{_lineEnd}{inner}{Named(Annotation, string.Empty).TrimEnd()} ");
                (string old, string expected) = _random.Next(4) switch
                {
                    0 => ("'ffff'", $"'{Mark}'"),
                    1 => ("ffff", $"\"{Mark}\""),
                    2 => (mark, mark),
                    _ => ("\"\"", mark),
                };
                Change(old, expected);
                Both(Comment() + _lineEnd);
                break;
        }
    }

    /// <param name="form">Which mapping.</param>
    /// <param name="holdsKey">Whether the key stands in it.</param>
    /// <param name="getsKey">Whether the key comes to it.</param>
    private void Values(ManifestForm form, bool holdsKey, bool getsKey)
    {
        bool isData = form == ManifestForm.Data;
        string name = Maybe(6) ? $"\"{(isData ? "data" : "stringData")}\"" : isData ? "data" : "stringData";
        string fresh = isData ? Encoded : New;
        if (Maybe(4))
        {
            string quoted = $"{Key}: \"{fresh}\"";
            Both($"{_top}{name}: {{");
            bool hasOthers = Maybe(2);
            Both(hasOthers ? "a: YQ==, 'b' : \"Yg==\"" : string.Empty);
            if (holdsKey)
            {
                Both((hasOthers ? ", " : string.Empty) + Key + ": ");
                Change(isData ? "b2xk" : "old#er", $"\"{fresh}\"");
            }
            else if (getsKey)
            {
                Comes((hasOthers ? ", " : string.Empty) + quoted);
            }

            Both("}" + Comment() + _lineEnd);
            return;
        }

        string indent = _top + _unit;
        _isIndented = true;
        Line(_top, name + ":");
        Inner(indent);
        int others = _random.Next(1, 4);
        int at = holdsKey ? _random.Next(others + 1) : -1;
        char quote = '\0';
        for (int i = 0; i <= others; i++)
        {
            if (i == at)
            {
                Both($"{indent}{Named(Key, string.Empty).TrimEnd()} ");
                (string old, string expected) = OldValue(isData, fresh);
                Change(old, expected);
                Both(Comment() + _lineEnd);
                Inner(i < others ? indent : null);
            }

            if (i < others)
            {
                quote = Neighbour(indent, i, isData);
                Inner(i < others - 1 || at == others ? indent : null);
            }
        }

        if (getsKey)
        {
            string quotes = quote != '\0' ? quote.ToString() : isData ? string.Empty : "\"";
            Comes($"{indent}{Key}: {quotes}{fresh}{quotes}{_lineEnd}");
        }
    }

    private (string Old, string Expected) OldValue(bool isData, string fresh)
    {
        string old = isData ? "b2xk" : "old";
        return _random.Next(7) switch
        {
            0 => ($"'{old}'", $"'{fresh}'"),
            1 => ($"\"{old}\"", $"\"{fresh}\""),
            2 => ($"\"{(isData ? "b2x\\x6b" : "o\\\"ld \\\\ # \\u00e9")}\"", $"\"{fresh}\""),
            3 => ($"'{(isData ? "b2xk" : "it''s: # old")}'", $"'{fresh}'"),
            4 when !isData => ("a b#c, [d] it's", fresh),
            5 => ($"\"{fresh}\"", $"\"{fresh}\""),
            _ => (old, fresh),
        };
    }

    /// <summary>Another key of the mapping; gives the quote of its value.</summary>
    private char Neighbour(string indent, int number, bool isData)
    {
        string name = $"{indent}{Named($"k{number}", string.Empty).TrimEnd()} ";
        string deeper = indent + _unit;
        switch (isData ? _random.Next(4) : _random.Next(10))
        {
            case 0:
                Both($"{name}YWJj{Comment()}{_lineEnd}");
                return '\0';
            case 1:
                Both($"{name}'YWJj'{Comment()}{_lineEnd}");
                return '\'';
            case 2:
                Both($"{name}\"YW\\x4aj\"{Comment()}{_lineEnd}");
                return '"';
            case 3:
                Both($"{name}|{_lineEnd}{deeper}YWJj{_lineEnd}{_lineEnd}{deeper}YWJj{_lineEnd}");
                return '\0';
            case 4:
                Both($"{name}|-{Comment()}{_lineEnd}{deeper}---{_lineEnd}{deeper}{Key}: no{_lineEnd}{deeper} # no comment{_lineEnd}{_lineEnd}{deeper}...{_lineEnd}");
                return '\0';
            case 5:
                Both($"{name}|+{_lineEnd}{deeper}keeps{_lineEnd}{_lineEnd}{_lineEnd}");
                return '\0';
            case 6:
                Both($"{name}>2{_lineEnd}{indent}    more{_lineEnd}{indent}  less{_lineEnd}");
                return '\0';
            case 7:
                Both($"{name}two{_lineEnd}{deeper}lines it's{_lineEnd}");
                return '\0';
            case 8:
                Both($"{name}\"{Key}: no{_lineEnd}{_lineEnd}{deeper}\\\"two\\\" # lines \\{_lineEnd}{deeper}\"{Comment()}{_lineEnd}");
                return '"';
            default:
                Both($"{name}'{{it''s' # \"{_lineEnd}");
                return '\'';
        }
    }

    /// <summary>Another document; whether it holds anything.</summary>
    private bool Other(int number)
    {
        string document = _random.Next(7) switch
        {
            0 => $"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c{number}\ndata:\n  x.yaml: |\n    ---\n    kind: Secret\n    metadata:\n      name: {_secret}\n    ---\n  'y': \"a\n    b\"\n",
            1 => $"apiVersion: v1\nkind: Secret\nmetadata:\n  name: {_secret}x\n  namespace: prod\nstringData:\n  {Key}: other # {_secret}\n",
            2 => $"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n    name: d{number}\n    labels: &labels\n        app: a\nspec:\n    selector: {{matchLabels: *labels}}\n    template:\n        spec:\n            containers:\n            - name: a\n              args: [\"--x={{}}\",\n                '-y', z]\n              env:\n                - {{name: A, value: \"1\"}}\n                -\n                    name: B\n                    value: &b b\n                - name: C\n                  value: *b\n",
            3 => "# nothing but a comment\n",
            4 => $"{{apiVersion: v1, kind: Secret, metadata: {{name: f{number}}}, stringData: {{{Key}: x}}}}\n".Insert(0, "# in one line\n"),
            5 when Slot.Namespace is not null => $"apiVersion: v1\nkind: Secret\nmetadata:\n  name: {_secret}\n  namespace: other{number}\ndata:\n  {Key}: b3RoZXI=\n",
            _ => $"kind: Service\napiVersion: v1\nmetadata:\n  name: s{number}\nspec:\n  ports:\n  - port: 80\n    name: http\n\n  # last\n  - port: 443\n",
        };
        Both(document.Replace("\n", _lineEnd, StringComparison.Ordinal));
        return document.Contains("kind", StringComparison.Ordinal);
    }

    /// <summary>A key in one of its spellings, with a value.</summary>
    private string Named(string name, string value)
    {
        string key = _random.Next(8) switch { 0 => $"\"{name}\"", 1 => $"'{name}'", 2 => $"{name} ", _ => name };
        return $"{key}: {(Maybe(5) ? " " : string.Empty)}{(value.Length > 0 && Maybe(6) ? $"'{value}'" : value)}";
    }

    private void Line(string indent, string text) => Both(indent + text + Comment() + _lineEnd);

    private string Comment() => _random.Next(6) switch { 0 => " # it's a \"comment: {", 1 => "   ", 2 => "\t# c", _ => string.Empty };

    /// <summary>Comments and empty lines between entries. Behind the last one there are none, since a new entry comes before them.</summary>
    private void Inner(string? indent)
    {
        if (indent is not null && Maybe(5))
        {
            Trivia(indent);
        }
    }

    private void Trivia(string indent)
    {
        string[] lines = ["# c", string.Empty, $"{indent}# {Key}: no", $"{indent}   # c", "  "];
        for (int count = Maybe(3) ? _random.Next(3) : 0; count > 0; count--)
        {
            // Anything else could still be part of a block scalar.
            Both(lines[_endsInBlock ? 0 : _random.Next(lines.Length)] + _lineEnd);
        }
    }

    private bool Maybe(int among) => _random.Next(among) == 0;

    private void Change(string old, string expected)
    {
        _old.Append(old);
        _expected.Append(expected);
    }

    private void Comes(string text) => _expected.Append(text);

    private void Both(string text)
    {
        _old.Append(text);
        _expected.Append(text);
        _endsInBlock = text.Contains(": |", StringComparison.Ordinal) || text.Contains(": >", StringComparison.Ordinal);
    }
}
