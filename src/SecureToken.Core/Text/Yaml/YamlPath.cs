using System.Text;

namespace SecureToken.Core.Text.Yaml;

/// <summary>Where a path of keys leads in a document.</summary>
/// <param name="Entry">The entry at the whole path; null when it is absent.</param>
/// <param name="Host">The deepest mapping on the way, or the place of nothing where one belongs.</param>
/// <param name="HostEntry">The entry whose value is the host; null for the top level.</param>
/// <param name="Depth">How many keys of the path lead to the host.</param>
/// <param name="IsInBraces">Whether the host stands in braces, or is what stands in them.</param>
internal readonly record struct YamlPath(YamlEntry? Entry, YamlNode Host, YamlEntry? HostEntry, int Depth, bool IsInBraces)
{
    /// <summary>Finds a path whose mappings and value can be edited on their own, or tells why they cannot.</summary>
    public static TextFault? Find(ReadOnlySpan<byte> document, YamlNode root, ReadOnlySpan<string> path, out YamlPath place)
    {
        place = new YamlPath(null, root, null, 0, IsBraces(root));
        while (true)
        {
            if (place.Host.Kind == YamlKind.Nothing)
            {
                return null;
            }

            if (MappingFault(document, place) is { } fault)
            {
                return fault;
            }

            if (place.Host.Find(path[place.Depth]) is not { } entry)
            {
                return null;
            }

            if (place.Host.Again(entry.Name) is { } again)
            {
                return again.Fault(document);
            }

            if (place.Depth + 1 == path.Length)
            {
                place = place with { Entry = entry };
                return ValueFault(document, entry);
            }

            if (entry.Value.IsMarked)
            {
                return Marked(document, entry);
            }

            place = new YamlPath(null, entry.Value, entry, place.Depth + 1, place.IsInBraces || IsBraces(entry.Value));
        }
    }

    /// <summary>Whether a scalar, as it is written without quotes, means that there is none.</summary>
    public static bool IsNull(ReadOnlySpan<byte> document, YamlNode node) =>
        node.Kind == YamlKind.Nothing
        || (node.Kind == YamlKind.Plain
            && (document[node.Start..node.End] is [(byte)'~'] || Ascii.EqualsIgnoreCase(document[node.Start..node.End], "null"u8)));

    /// <summary>Why the text of a value cannot be told or replaced, or null.</summary>
    public static TextFault? ValueFault(ReadOnlySpan<byte> document, YamlEntry entry)
    {
        YamlNode value = entry.Value;
        if (value.IsMarked)
        {
            return Marked(document, entry);
        }

        string? reason = value.Kind switch
        {
            YamlKind.Alias => $"there is an alias at '{entry.Name}'",
            YamlKind.BlockScalar => $"there is a block scalar at '{entry.Name}'",
            YamlKind.Mapping or YamlKind.FlowMapping => $"there is a mapping at '{entry.Name}'",
            YamlKind.Sequence or YamlKind.FlowSequence => $"there is a sequence at '{entry.Name}'",
            _ when IsMultiline(document, value) => $"there is a value of several lines at '{entry.Name}'",
            _ => null,
        };
        return reason is null ? null : TextFault.At(document, value.Start, reason);
    }

    private static TextFault? MappingFault(ReadOnlySpan<byte> document, YamlPath place)
    {
        string name = place.HostEntry is { } entry ? $"'{entry.Name}'" : "the top level";
        YamlNode host = place.Host;
        string? reason = host.Kind switch
        {
            YamlKind.Alias => $"there is an alias at {name}",
            YamlKind.FlowMapping when IsMultiline(document, host) => $"braces of several lines stand at {name}",
            YamlKind.Mapping or YamlKind.FlowMapping => null,
            _ => $"there is something else than a mapping at {name}",
        };
        if (reason is not null)
        {
            return TextFault.At(document, host.Start, reason);
        }

        return host.Find("<<") is { } merge ? TextFault.At(document, merge.Start, $"there is a merge key in {name}") : null;
    }

    private static TextFault Marked(ReadOnlySpan<byte> document, YamlEntry entry) =>
        TextFault.At(document, Bytes.SkipBlanks(document, entry.Colon + 1), $"there is an anchor or tag at '{entry.Name}'");

    private static bool IsBraces(YamlNode node) => node.Kind == YamlKind.FlowMapping;

    private static bool IsMultiline(ReadOnlySpan<byte> document, YamlNode node) => document[node.Start..node.End].Contains((byte)'\n');
}
