using System.Globalization;
using System.Text;

namespace SecureToken.Fuzzing;

/// <summary>
/// The kept inputs of a target: a text of one input a line, so that a change of it can be read. Printable ASCII stands as it is, the rest
/// as <c>\n</c>, <c>\r</c>, <c>\t</c>, <c>\\</c> or <c>\xNN</c>; a line that begins with <c>#</c> says what the next ones found.
/// </summary>
public static class Corpus
{
    /// <summary>The inputs of a target.</summary>
    public static IReadOnlyList<byte[]> Of(string target)
    {
        using Stream? stream = typeof(Corpus).Assembly.GetManifestResourceStream(target);
        return stream is null ? [] : Read(new StreamReader(stream, Encoding.ASCII));
    }

    /// <summary>Reads a corpus.</summary>
    public static IReadOnlyList<byte[]> Read(TextReader text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<byte[]> inputs = [];
        while (text.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                inputs.Add(Unescape(line));
            }
        }

        return inputs;
    }

    /// <summary>An input as a line. One that is empty or begins with <c>#</c> is told from a blank line and a comment.</summary>
    public static string Escape(ReadOnlySpan<byte> input)
    {
        StringBuilder line = new();
        for (int at = 0; at < input.Length; at++)
        {
            byte unit = input[at];
            line.Append(unit switch
            {
                (byte)'\n' => "\\n",
                (byte)'\r' => "\\r",
                (byte)'\t' => "\\t",
                (byte)'\\' => "\\\\",
                (byte)'#' when at == 0 => "\\x23",

                // An editor may take away what nobody sees.
                (byte)' ' when at == input.Length - 1 => "\\x20",
                >= (byte)' ' and <= (byte)'~' => ((char)unit).ToString(),
                _ => string.Create(CultureInfo.InvariantCulture, $"\\x{unit:x2}"),
            });
        }

        return line.Length == 0 ? "\\e" : line.ToString();
    }

    private static byte[] Unescape(string line)
    {
        List<byte> bytes = [];
        for (int at = 0; at < line.Length; at++)
        {
            if (line[at] != '\\')
            {
                bytes.Add((byte)line[at]);
                continue;
            }

            switch (line[++at])
            {
                case 'e':
                    break;
                case 'x':
                    bytes.Add(byte.Parse(line.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                    at += 2;
                    break;
                case var letter:
                    bytes.Add(letter switch { 'n' => (byte)'\n', 'r' => (byte)'\r', 't' => (byte)'\t', _ => (byte)letter });
                    break;
            }
        }

        return [.. bytes];
    }
}
