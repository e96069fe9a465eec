using System.Text;

namespace SecureToken.Core.Text;

/// <summary>
/// Adds to a project file what injects a token at build time. Text is put in and nothing else is touched; a file whose layout is not
/// certain is left alone.
/// </summary>
public static class ProjectText
{
    /// <summary>The package.</summary>
    public const string Package = "SecureToken.Build";

    private const string PropertyGroup = nameof(PropertyGroup);
    private const string ItemGroup = nameof(ItemGroup);
    private const string Reference = "PackageReference";
    private const string Id = "UserSecretsId";
    private const string Condition = nameof(Condition);

    /// <summary>The line that gives a project its user-secrets.</summary>
    public static string IdLine(string id) => $"<{Id}>{id}</{Id}>";

    /// <summary>The line that references the package.</summary>
    public static string ReferenceLine(string version) => $"<{Reference} Include=\"{Package}\" Version=\"{version}\" PrivateAssets=\"all\" />";

    /// <summary>Whether a file mentions the package in any way, so that a second reference could be one too many.</summary>
    public static bool MentionsPackage(ReadOnlySpan<byte> document) => Encoding.UTF8.GetString(document).Contains(Package, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a project file says something of a <c>UserSecretsId</c>.</summary>
    public static bool MentionsId(ReadOnlySpan<byte> document) => Encoding.UTF8.GetString(document).Contains(Id, StringComparison.OrdinalIgnoreCase);

    /// <summary>The document with the lines in it.</summary>
    /// <param name="document">The project file.</param>
    /// <param name="id">The <c>UserSecretsId</c> to add, or null.</param>
    /// <param name="version">The version of the package whose reference is to be added, or null.</param>
    /// <returns>The document; or why it is left alone.</returns>
    public static TextEditResult Add(ReadOnlySpan<byte> document, string? id, string? version)
    {
        if (TextFault.FirstInvalidByte(document) is >= 0 and int alien)
        {
            return TextEditResult.Failed(TextFault.At(document, alien, "this is not UTF-8"));
        }

        string text = Encoding.UTF8.GetString(document);
        if (XmlTags.Read(text) is not { } tags || tags[0] is not { Name: "Project", IsEmpty: false } root)
        {
            return TextEditResult.Failed(new TextFault(1, 1, "its layout is not that of a project file"));
        }

        if (!root.Attributes.ContainsKey("Sdk") && !tags.Any(tag => tag is { Name: "Sdk", Depth: 1 }))
        {
            return TextEditResult.Failed(new TextFault(1, 1, "it names no SDK"));
        }

        // From the end to the start, so that offsets stay what they are.
        var layout = new Layout(text, tags);
        (int At, string Lines)?[] insertions =
        [
            id is null ? null : layout.InGroup(PropertyGroup, Id, IdLine(id)) ?? (-1, string.Empty),
            version is null ? null : layout.InGroup(ItemGroup, Reference, ReferenceLine(version)) ?? layout.NewGroup(ItemGroup, ReferenceLine(version)) ?? (-1, string.Empty),
        ];
        foreach ((int at, string lines) in insertions.OfType<(int At, string Lines)>().OrderByDescending(insertion => insertion.At))
        {
            if (at < 0)
            {
                return TextEditResult.Failed(new TextFault(1, 1, "its layout leaves no certain place"));
            }

            text = text.Insert(at, lines);
        }

        return TextEditResult.Of(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Where lines of a project file go, and how they are indented.</summary>
    private sealed class Layout
    {
        private readonly string _text;
        private readonly IReadOnlyList<XmlTag> _tags;
        private readonly string _lineEnd;
        private readonly string _unit;

        public Layout(string text, IReadOnlyList<XmlTag> tags)
        {
            _text = text;
            _tags = tags;
            int feed = text.IndexOf('\n', StringComparison.Ordinal);
            _lineEnd = feed > 0 && text[feed - 1] == '\r' ? "\r\n" : "\n";
            _unit = tags.FirstOrDefault(tag => tag.Depth == 1) is { } child && IndentOf(child) is { Length: > 0 } indent ? indent : "  ";
        }

        /// <summary>Before the end of the first group without a condition; one of items has to hold items of the kind already.</summary>
        public (int At, string Lines)? InGroup(string group, string kind, string line)
        {
            for (int i = 0; i < _tags.Count; i++)
            {
                if (_tags[i] is not { Depth: 1, IsEnd: false, IsEmpty: false } start || start.Name != group || start.Attributes.ContainsKey(Condition))
                {
                    continue;
                }

                XmlTag end = _tags.Skip(i + 1).First(tag => tag.Depth == 1 && tag.IsEnd);
                bool isHome = group == PropertyGroup || _tags.Any(tag => tag.Depth == 2 && tag.Name == kind && tag.Start > start.Start && tag.Start < end.Start);
                if (isHome && IndentOf(end) is { } indent)
                {
                    return (end.Start - indent.Length, indent + _unit + line + _lineEnd);
                }
            }

            return null;
        }

        /// <summary>Before the end of the project, with an empty line between it and what stands before.</summary>
        public (int At, string Lines)? NewGroup(string group, string line)
        {
            XmlTag end = _tags[^1];
            if (IndentOf(end) is not { } indent)
            {
                return null;
            }

            int at = end.Start - indent.Length;
            string lines = $"{_unit}<{group}>{_lineEnd}{_unit}{_unit}{line}{_lineEnd}{_unit}</{group}>{_lineEnd}";
            bool hasGap = _text[..at].EndsWith(_lineEnd + _lineEnd, StringComparison.Ordinal);
            return (at, hasGap ? lines + _lineEnd : _lineEnd + lines);
        }

        /// <summary>The blanks before a tag that stands first on its line; null when something else does.</summary>
        private string? IndentOf(XmlTag tag)
        {
            int line = _text.LastIndexOf('\n', Math.Max(tag.Start - 1, 0)) + 1;
            string before = _text[line..tag.Start];
            return line > 0 && before.All(character => character is ' ' or '\t') ? before : null;
        }
    }
}
