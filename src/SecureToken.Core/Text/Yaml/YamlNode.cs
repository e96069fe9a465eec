namespace SecureToken.Core.Text.Yaml;

/// <summary>What stands at a place of a YAML document.</summary>
internal enum YamlKind
{
    Nothing,
    Plain,
    Quoted,
    BlockScalar,
    Alias,
    Mapping,
    Sequence,
    FlowMapping,
    FlowSequence,
}

/// <summary>A node of a YAML document. Offsets in bytes of the whole file.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Its first byte, quote included; where there is nothing, behind the colon.</param>
/// <param name="End">Behind its last byte.</param>
/// <param name="NextLine">Where the first line starts that is not part of it: a new sibling can stand there.</param>
internal sealed record YamlNode(YamlKind Kind, int Start, int End, int NextLine)
{
    /// <summary>Whether an anchor or a tag stands before it.</summary>
    public bool IsMarked { get; init; }

    /// <summary>Whether it ends in a block scalar, which would take in indented lines that come to stand behind it.</summary>
    public bool EndsInBlock { get; init; }

    /// <summary>The entries of a mapping, in the order of the document.</summary>
    public IReadOnlyList<YamlEntry> Entries { get; init; } = [];

    /// <summary>The first entry of a name, or null.</summary>
    public YamlEntry? Find(string name) => Entries.FirstOrDefault(entry => entry.Name == name);

    /// <summary>The second entry of a name, which makes the first one doubtful, or null.</summary>
    public YamlRepeat? Again(string name) =>
        Entries.Where(entry => entry.Name == name).Skip(1).FirstOrDefault() is { } second ? new YamlRepeat(second.Start, name) : null;
}

/// <summary>A key that stands a second time in its mapping.</summary>
/// <param name="Start">Where it starts.</param>
/// <param name="Name">The key.</param>
internal readonly record struct YamlRepeat(int Start, string Name)
{
    /// <summary>The fault of a key that is looked for.</summary>
    public TextFault Fault(ReadOnlySpan<byte> document) => TextFault.At(document, Start, $"the key '{Name}' appears here a second time");
}

/// <summary>One entry of a mapping.</summary>
/// <param name="Name">The key without quotes and escapes. A key is no secret.</param>
/// <param name="Start">Where the key starts, quote included.</param>
/// <param name="Colon">The colon.</param>
/// <param name="Value">What stands behind it.</param>
/// <param name="CommaAfter">In a flow mapping the comma that ends it; -1: none.</param>
internal sealed record YamlEntry(string Name, int Start, int Colon, YamlNode Value, int CommaAfter = -1);
