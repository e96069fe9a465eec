using System.Text;
using SecureToken.Core.Text.Yaml;

namespace SecureToken.Core.Text.Kubernetes;

/// <summary>A manifest, and the Secret in it.</summary>
internal sealed class ManifestSecret
{
    /// <summary>The Secret's document; null when the manifest holds no such Secret.</summary>
    public YamlNode? Root { get; private set; }

    /// <summary>Whether the last document holds anything.</summary>
    public bool IsLastEmpty { get; private set; }

    /// <summary>A block scalar that the end of the file cuts off, or -1.</summary>
    public int OpenBlock { get; private set; } = -1;

    /// <summary>What the documents hold, in their order.</summary>
    public List<YamlNode> Documents { get; } = [];

    /// <summary>The keys that stand a second time in their mapping, which nobody has looked for.</summary>
    public List<YamlRepeat> Repeats { get; } = [];

    /// <summary>Reads the whole file: a fault behind the Secret is a fault too.</summary>
    public static TextFault? Find(ReadOnlySpan<byte> file, ManifestKey slot, out ManifestSecret found)
    {
        found = new ManifestSecret();
        if (YamlDocuments.Divide(file, out List<YamlDocumentSpan> parts) is { } undivided)
        {
            return undivided;
        }

        foreach (YamlDocumentSpan part in parts)
        {
            TextFault? fault = YamlScanner.Scan(file, part, out YamlNode? root, out int openBlock, out IReadOnlyList<YamlRepeat> repeats);
            found.Repeats.AddRange(repeats);
            found.Documents.AddRange(root is null ? [] : [root]);
            found.IsLastEmpty = root is null;
            found.OpenBlock = openBlock;
            bool isOurs = false;
            fault ??= root is not null ? IsOurs(file, root, slot, out isOurs)
                : part.IsClosed ? TextFault.At(file, part.End, "there is nothing before this end of a document") : null;
            if (fault is null && isOurs)
            {
                fault = found.Root is null
                    ? Untouchable(file, root!)
                    : TextFault.At(file, root!.Start, $"there is a second Secret '{slot.Secret}' here");
                found.Root = root;
            }

            if (fault is not null)
            {
                return fault;
            }
        }

        return null;
    }

    private static TextFault? IsOurs(ReadOnlySpan<byte> file, YamlNode root, ManifestKey slot, out bool isOurs)
    {
        isOurs = false;
        if (root.Kind is not (YamlKind.Mapping or YamlKind.FlowMapping))
        {
            return null;
        }

        if (Text(file, root, "kind", out string? kind) is { } fault)
        {
            return fault;
        }

        if (kind is "List" or "SecretList")
        {
            return TextFault.At(file, root.Find("kind")!.Value.Start, $"there is a {kind} here; a Secret in it cannot be edited");
        }

        if (kind != "Secret")
        {
            return kind is null && root.Find("<<") is { } merge
                ? TextFault.At(file, merge.Start, "there is a merge key at the top level, so the kind cannot be told")
                : null;
        }

        // Other groups have a kind Secret too.
        if (Text(file, root, "apiVersion", out string? version) is { } unknown)
        {
            return unknown;
        }

        if (version is null)
        {
            return TextFault.At(file, root.Start, "there is a Secret without apiVersion here");
        }

        return version == "v1" ? IsNamed(file, root, slot, out isOurs) : null;
    }

    private static TextFault? IsNamed(ReadOnlySpan<byte> file, YamlNode root, ManifestKey slot, out bool isOurs)
    {
        isOurs = false;
        string? name = null;
        string? inNamespace = null;

        // Finding the name first also checks the mappings on the way to it.
        TextFault? fault = YamlPath.Find(file, root, ["metadata", "name"], out YamlPath place);
        if (fault is not null)
        {
            return fault;
        }

        if (place is not { Depth: 1, Host.Kind: not YamlKind.Nothing })
        {
            return TextFault.At(file, root.Start, "there is a Secret without metadata, which Kubernetes does not accept");
        }

        fault = Text(file, place.Host, "name", out name) ?? Text(file, place.Host, "namespace", out inNamespace);
        if (fault is not null || name != slot.Secret)
        {
            return fault;
        }

        if (slot.Namespace is not null && inNamespace is null)
        {
            return TextFault.At(
                file, place.Entry!.Start,
                $"the Secret '{name}' names no namespace, so whether it is the one of '{slot.Namespace}' cannot be told");
        }

        isOurs = slot.Namespace is null || slot.Namespace == inNamespace;
        return null;
    }

    private static TextFault? Untouchable(ReadOnlySpan<byte> file, YamlNode root) =>
        root.Find("sops") is { } sops
            ? TextFault.At(file, sops.Start, "sops has encrypted this document, and its checksum would not survive an edit") : null;

    /// <summary>A text that is needed to tell which object stands there; null when it is absent.</summary>
    public static TextFault? Text(ReadOnlySpan<byte> file, YamlNode mapping, string name, out string? text)
    {
        text = null;
        if (mapping.Again(name) is { } again)
        {
            return again.Fault(file);
        }

        if (mapping.Find(name) is not { } entry || YamlPath.IsNull(file, entry.Value))
        {
            return null;
        }

        // An anchor does not change what the value is.
        if (YamlPath.ValueFault(file, entry with { Value = entry.Value with { IsMarked = false } }) is { } fault)
        {
            return fault;
        }

        text = Encoding.UTF8.GetString(YamlString.Decode(file[entry.Value.Start..entry.Value.End]));
        return null;
    }
}
