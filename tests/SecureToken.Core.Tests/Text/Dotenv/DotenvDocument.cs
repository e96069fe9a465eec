using System.Text;

namespace SecureToken.Core.Tests.Text.Dotenv;

/// <summary>A generated dotenv document, with what must come out of it.</summary>
/// <param name="Old">The document.</param>
/// <param name="Expected">The document with the new value; null when the name is absent and a line comes.</param>
internal sealed record DotenvDocument(byte[] Old, byte[]? Expected)
{
    public const string Name = DotenvReaders.Prefix + "TOKEN";
    public const string New = "n3w-T.o_k~e+n/x==";

    private static readonly string[] Words = ["", "1", "value", "a=b", "https://host/path?x=1", "C:/x", "é", "+-._~/="];

    /// <summary>The same number gives the same document.</summary>
    public static DotenvDocument Generate(int seed)
    {
        Random random = new(seed);
        string lineEnd = random.Next(6) == 0 ? "\r\n" : "\n";
        StringBuilder old = new();
        StringBuilder expected = new();
        int lines = random.Next(1, 12);
        int present = random.Next(5) switch { 0 => 0, 1 => 2, _ => 1 };
        int[] slots = [.. Enumerable.Range(0, present).Select(_ => random.Next(lines))];
        if (random.Next(10) == 0)
        {
            // Node takes the mark for part of the first name, so the first line is another's.
            Both($"\uFEFF{DotenvReaders.Prefix}MARK=1{lineEnd}");
        }

        for (int line = 0; line < lines; line++)
        {
            foreach (int _ in slots.Where(slot => slot == line))
            {
                Ours();
                Both(lineEnd);
            }

            Both(Other(random, line, lineEnd) + lineEnd);
        }

        if (random.Next(4) == 0)
        {
            old.Length -= lineEnd.Length;
            expected.Length -= lineEnd.Length;
        }

        return new DotenvDocument(Utf8.Of(old.ToString()), present == 0 ? null : Utf8.Of(expected.ToString()));

        void Ours()
        {
            string gap = random.Next(10) == 0 ? " " : string.Empty;
            Both($"{Lead(random)}{Name}{gap}={gap}");
            (string before, string after) = random.Next(9) switch
            {
                0 => ("'old'", $"'{New}'"),
                1 => ("\"old\"", $"\"{New}\""),
                2 => ("\"old\nline\"", $"\"{New}\""),
                3 => ("'# old'", $"'{New}'"),
                4 => ("`old`", New),
                5 => ("old#er", New),
                6 when gap.Length == 0 => (string.Empty, New),
                _ => (random.Next(2) == 0 ? "old" : "o.l~d/+==", New),
            };
            old.Append(before);
            expected.Append(after);
            switch (random.Next(8))
            {
                case 0:
                    Both(" # it's the \"token\"");
                    break;
                case 1:
                    Both("   ");
                    break;
                case 2 when before.StartsWith('\'') || before.StartsWith('"'):
                    old.Append("#c");
                    expected.Append(" #c");
                    break;
                case 3:
                    bool isBare = !after.StartsWith('\'') && !after.StartsWith('"');
                    expected.Length -= isBare ? after.Length : 0;
                    expected.Append(isBare ? $"\"{New}\"" : string.Empty);
                    Both("\t#c");
                    break;
            }
        }

        void Both(string text)
        {
            old.Append(text);
            expected.Append(text);
        }
    }

    private static string Lead(Random random) => random.Next(8) switch { 0 => "export ", 1 => "  ", 2 => " export ", _ => string.Empty };

    private static string Other(Random random, int line, string lineEnd)
    {
        string name = $"{Lead(random)}{DotenvReaders.Prefix}{(char)('A' + random.Next(4))}{line}";
        string word = Words[random.Next(Words.Length)];
        return random.Next(16) switch
        {
            0 => string.Empty,
            1 => "# it's a \"comment",
            2 => $"#{Name}=commented",
            3 => $"{(random.Next(2) == 0 ? "  " : string.Empty)}# {Name}: note",
            4 => $"{name}='{word} with spaces'",
            5 => $"{name}=\"{word} # no comment\" # comment",
            6 => $"{name}=\"one{lineEnd}{Name}=fake{lineEnd}three\"",
            7 => $"{name}='{lineEnd}{Name}=\"fake\"{lineEnd}'",
            8 when random.Next(3) == 0 => $"{name}=`{Name}={lineEnd}`",
            9 when random.Next(3) == 0 => $"{name} = {word}",
            10 when random.Next(3) == 0 => $"{name}=it's",
            11 => $"{Name}_2={word}",
            12 => $"{name}={word} # {Name}=no",
            _ => $"{name}={word}",
        };
    }
}
