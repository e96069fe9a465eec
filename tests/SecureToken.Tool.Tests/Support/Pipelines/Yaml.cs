using SecureToken.TestSupport;
using YamlDotNet.RepresentationModel;

namespace SecureToken.Tool.Tests.Support.Pipelines;

/// <summary>What the pipeline systems read of a file of this repository.</summary>
internal static class Yaml
{
    public static IReadOnlyList<YamlMappingNode> Documents(params string[] path)
    {
        using var text = new StreamReader(Path.Combine([Repository.Root, .. path]));
        var stream = new YamlStream();
        stream.Load(text);
        return [.. stream.Documents.Select(document => (YamlMappingNode)document.RootNode)];
    }

    public static YamlNode At(this YamlNode node, params string[] path) => path.Aggregate(node, (part, name) => part[name]);

    public static string? Text(this YamlNode node, string name) =>
        node is YamlMappingNode map && map.Children.TryGetValue(name, out YamlNode? value) ? ((YamlScalarNode)value).Value : null;

    public static IEnumerable<YamlNode> Items(this YamlNode node) => ((YamlSequenceNode)node).Children;

    public static IEnumerable<(string Name, YamlNode Value)> Members(this YamlNode node) =>
        ((YamlMappingNode)node).Children.Select(pair => (((YamlScalarNode)pair.Key).Value!, pair.Value));

    /// <summary>The members that are texts, or none where the whole map is missing.</summary>
    public static Dictionary<string, string> Texts(this YamlNode node, string name) =>
        ((YamlMappingNode)node).Children.TryGetValue(name, out YamlNode? map)
            ? map.Members().ToDictionary(member => member.Name, member => ((YamlScalarNode)member.Value).Value ?? string.Empty, StringComparer.Ordinal)
            : [];
}
