using System.Text;
using SecureToken.Core.Text.Kubernetes;
using YamlDotNet.RepresentationModel;
using YamlNode = YamlDotNet.RepresentationModel.YamlNode;

namespace SecureToken.Core.Tests.Text.Kubernetes;

/// <summary>What YamlDotNet reads in a manifest.</summary>
internal static class ManifestReader
{
    /// <summary>The value of a slot under each of the two mappings, and the mark; null where it is absent.</summary>
    public static (string? StringData, string? Data, string? Mark) Read(byte[] document, ManifestKey slot) => Read(Secret(document, slot), slot.Key);

    /// <summary>The value of a key.</summary>
    public static (string? StringData, string? Data, string? Mark) Read(YamlMappingNode secret, string key)
    {
        string? encoded = Text(secret, "data", key);
        return (Text(secret, "stringData", key), encoded is null ? null : Encoding.UTF8.GetString(Convert.FromBase64String(encoded)), Text(secret, "metadata", "annotations", ManifestText.AnnotationOf(key)!));
    }

    /// <summary>The one Secret of a slot.</summary>
    public static YamlMappingNode Secret(byte[] document, ManifestKey slot) => Load(document).OfType<YamlMappingNode>().Single(node =>
        Text(node, "apiVersion") == "v1" && Text(node, "kind") == "Secret" && Text(node, "metadata", "name") == slot.Secret
        && (slot.Namespace is null || Text(node, "metadata", "namespace") == slot.Namespace));

    /// <summary>Everything else, a line for each value with its path. Mappings that hold nothing do not show.</summary>
    public static List<string> Others(byte[] document, string key)
    {
        List<string> lines = [];
        Load(document).ForEach(root => Add(lines, root, string.Empty));

        // A document that is added holds more than value and mark.
        lines.RemoveAll(line => line.StartsWith($"/stringData/{key}=", StringComparison.Ordinal)
            || line.StartsWith($"/data/{key}=", StringComparison.Ordinal)
            || line.StartsWith($"/metadata/annotations/{ManifestText.AnnotationOf(key)}=", StringComparison.Ordinal));
        return lines;
    }

    public static List<YamlNode> Load(byte[] document)
    {
        using StreamReader reader = new(new MemoryStream(document), new UTF8Encoding(false, throwOnInvalidBytes: true));
        YamlStream stream = [];
        stream.Load(reader);
        return [.. stream.Documents.Select(each => each.RootNode)];
    }

    private static string? Text(YamlNode node, params string[] path)
    {
        foreach (string name in path)
        {
            if (node is not YamlMappingNode mapping || !mapping.Children.TryGetValue(new YamlScalarNode(name), out YamlNode? child))
            {
                return null;
            }

            node = child;
        }

        return (node as YamlScalarNode)?.Value;
    }

    private static void Add(List<string> lines, YamlNode node, string path)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                foreach ((YamlNode name, YamlNode child) in mapping.Children)
                {
                    Add(lines, child, $"{path}/{name}");
                }

                break;
            case YamlSequenceNode sequence:
                for (int i = 0; i < sequence.Children.Count; i++)
                {
                    Add(lines, sequence.Children[i], $"{path}/{i}");
                }

                break;
            case YamlScalarNode { Value: { Length: > 0 } value }:
                lines.Add($"{path}={value}");
                break;
        }
    }
}
