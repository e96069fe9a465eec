using System.Text;

namespace SecureToken.Core.Tests.Text.Json;

/// <summary>Writes JSON as people do: any indentation, any line end, comments, trailing commas, names in any case and escape.</summary>
internal sealed class JsonWriter(Random random)
{
    private static readonly string[] Indents = ["", " ", "  ", "   ", "    ", "\t"];
    private static readonly string[] Colons = [":", ": ", " : ", ":\t"];
    private static readonly string[] Scalars =
        ["1", "-0.5E-7", "true", "false", "null", "\"\"", "\"text\"", "\"// no comment\"", "\"\\\"}]{[,\"", "\"é 😀\"", "\"\\ud83d\\ude00\\n\\/\"", "\"/* \\u002a/\""];

    private readonly string _lineEnd = random.Next(3) == 0 ? "\r\n" : "\n";
    private readonly string _indent = Indents[random.Next(Indents.Length)];
    private readonly string _colon = Colons[random.Next(Colons.Length)];
    private readonly bool _trailingCommas = random.Next(3) == 0;
    private readonly int _commentsIn = random.Next(2) == 0 ? int.MaxValue : random.Next(3, 20);
    private readonly bool _mayBreak = random.Next(4) > 0;
    private readonly StringBuilder _text = new();

    public static string Scalar(Random random) => Scalars[random.Next(Scalars.Length)];

    public string Write(JsonNode root)
    {
        Comment(0);
        Value(root, 0);
        Comment(0);
        if (random.Next(3) > 0)
        {
            _text.Append(_lineEnd);
        }

        return _text.ToString();
    }

    private void Value(JsonNode node, int level)
    {
        if (node.Members is not { } members)
        {
            _text.Append(node.Scalar);
            return;
        }

        bool breaks = _mayBreak && random.Next(5) > 0;
        _text.Append(node.IsArray ? '[' : '{');
        for (int i = 0; i < members.Count; i++)
        {
            Gap(breaks, level + 1);
            if (!node.IsArray)
            {
                _text.Append('"').Append(Spelled(members[i].Name)).Append('"').Append(_colon);
                Comment(level + 1);
            }

            Value(members[i].Node, level + 1);
            if (i < members.Count - 1 || _trailingCommas)
            {
                Comment(level + 1);
                _text.Append(',');
            }
        }

        if (members.Count > 0 || random.Next(2) == 0)
        {
            Gap(breaks, level);
        }

        _text.Append(node.IsArray ? ']' : '}');
    }

    private void Gap(bool breaks, int level)
    {
        Comment(level);
        if (breaks)
        {
            _text.Append(_lineEnd);
            if (random.Next(12) == 0)
            {
                _text.Append(_lineEnd);
            }

            _text.Insert(_text.Length, _indent, random.Next(20) == 0 ? level + 1 : level);
        }
        else if (random.Next(2) == 0)
        {
            _text.Append(' ');
        }

        Comment(level);
    }

    private void Comment(int level)
    {
        if (random.Next(_commentsIn) != 0)
        {
            return;
        }

        _text.Append(random.Next(5) switch
        {
            0 => "/* { \"Sysdig\": */",
            1 => " /**/ ",
            2 => "/*" + _lineEnd + ", } */",
            _ => " // it's \"Sysdig:SecureApiToken\": 1, }" + _lineEnd,
        });
        if (_text[^1] == '\n')
        {
            _text.Insert(_text.Length, _indent, level);
        }
    }

    /// <summary>In any case, a letter as an escape now and then.</summary>
    private string Spelled(string name)
    {
        StringBuilder result = new();
        bool changesCase = random.Next(3) == 0;
        foreach (char unit in name)
        {
            char spelled = !changesCase || unit > 'z' ? unit : random.Next(2) == 0 ? char.ToUpperInvariant(unit) : char.ToLowerInvariant(unit);
            _ = unit is '"' or '\\' ? result.Append('\\').Append(unit)
                : unit != ':' && !char.IsSurrogate(unit) && random.Next(40) == 0 ? result.Append($"\\u{(int)spelled:x4}")
                : result.Append(spelled);
        }

        return result.ToString();
    }
}
