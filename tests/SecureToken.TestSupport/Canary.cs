using System.Text;

namespace SecureToken.TestSupport;

/// <summary>A secret in all the forms in which it could leak, and a scanner that finds them.</summary>
public sealed class Canary
{
    private readonly (string Form, byte[] Bytes)[] _forms;

    public Canary(string name, string secret)
    {
        Name = name;
        byte[] utf8 = Encoding.UTF8.GetBytes(secret);
        List<(string, byte[])> forms =
        [
            ("plain", utf8),
            ("UTF-16", Encoding.Unicode.GetBytes(secret)),
            ("hexadecimal", Encoding.UTF8.GetBytes(Convert.ToHexStringLower(utf8))),
            ("HEXADECIMAL", Encoding.UTF8.GetBytes(Convert.ToHexString(utf8))),
            ("URL", Encoding.UTF8.GetBytes(Uri.EscapeDataString(secret))),
            ("JSON", Encoding.UTF8.GetBytes(secret.Replace("/", "\\/", StringComparison.Ordinal))),
        ];

        // Base64 looks different at each of the three alignments; the ends depend on what stands beside, so they are cut.
        for (int shift = 0; shift < 3; shift++)
        {
            string text = Convert.ToBase64String([.. new byte[shift], .. utf8]);
            int from = shift == 0 ? 0 : 4;
            string middle = text[from..(text.TrimEnd('=').Length - 2)];
            forms.Add(($"base64+{shift}", Encoding.UTF8.GetBytes(middle)));
            forms.Add(($"base64url+{shift}", Encoding.UTF8.GetBytes(middle.Replace('+', '-').Replace('/', '_'))));
        }

        _forms = [.. forms];
    }

    public string Name { get; }

    /// <summary>The forms that stand in a text.</summary>
    public IEnumerable<string> FindIn(string text, string place) => FindIn(Encoding.UTF8.GetBytes(text), place);

    /// <summary>The forms that stand in some bytes.</summary>
    public IEnumerable<string> FindIn(ReadOnlyMemory<byte> content, string place) =>
        _forms.Where(form => content.Span.IndexOf(form.Bytes) >= 0).Select(form => $"{Name} as {form.Form} in {place}");

    /// <summary>The forms that stand in any file below a directory. Lock files hold a process id, and cannot be read while they are held.</summary>
    public IEnumerable<string> FindBelow(string directory) =>
        Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(path => Path.GetExtension(path) != ".lock").SelectMany(path => FindIn(File.ReadAllBytes(path), path));
}
