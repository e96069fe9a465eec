using System.Text;
using SecureToken.Core.Text.Yaml;

namespace SecureToken.Core.Text.Kubernetes;

/// <summary>
/// Looks whether a Secret can be added to a file: only to Kubernetes objects. In a kustomization, a values file or another tool's settings
/// it would be no Secret, or spoil the file, and every later comparison would call it current.
/// </summary>
internal static class ManifestNeighbours
{
    private static ReadOnlySpan<byte> Braces => "{{"u8;

    private const string OwnManifest = "give the Secret a manifest of its own";

    /// <summary>Files of tools that look like objects: group of apiVersion, and what is written instead.</summary>
    private static readonly string[] GroupsOfTools =
    [
        "eksctl.io", "kind.x-k8s.io", "k3d.io", "kubeadm.k8s.io", "kubelet.config.k8s.io", "kubeproxy.config.k8s.io",
            "kubescheduler.config.k8s.io",
        "apiserver.config.k8s.io", "apiserver.k8s.io", "audit.k8s.io", "skaffold", "backstage.io", "score.dev", "devspace", "tilt.dev",
            "ctlptl.dev",
    ];

    /// <summary>What stands behind two braces in a template of helm. Alone they stand in the values of other tools, too.</summary>
    private static readonly byte[][] SignsOfHelm =
        [.. ".Values|.Release|.Chart|.Capabilities|include |tpl |if .Values|range .Values|with .Values".Split('|')
        .Select(Encoding.ASCII.GetBytes)];

    /// <summary>Where a controller's object says how the Secret is called that it makes, beside its own name.</summary>
    private static readonly string[][] NamesOfMade =
        [["spec", "target", "name"], ["spec", "destination", "name"], ["spec", "secretName"], ["spec", "template", "metadata", "name"]];

    /// <summary>Why a Secret cannot be added, or null.</summary>
    /// <param name="file">The file.</param>
    /// <param name="roots">What its documents hold.</param>
    /// <param name="slot">The Secret.</param>
    public static TextFault? Fault(ReadOnlySpan<byte> file, IEnumerable<YamlNode> roots, ManifestKey slot)
    {
        foreach (YamlNode root in roots)
        {
            if (root.Kind is not (YamlKind.Mapping or YamlKind.FlowMapping))
            {
                return TextFault.At(file, root.Start, $"this is not a Kubernetes object: {OwnManifest}");
            }

            string? version = null;
            string? kind = null;
            if ((ManifestSecret.Text(file, root, "apiVersion", out version)
                ?? ManifestSecret.Text(file, root, "kind", out kind)) is { } fault)
            {
                return fault;
            }

            if ((OtherFormat(root, version, kind) ?? Maker(file, root, kind, slot)) is { } reason)
            {
                return TextFault.At(file, root.Start, reason);
            }
        }

        return null;
    }

    private static string? OtherFormat(YamlNode root, string? version, string? kind)
    {
        string group = version?.Split('/')[0] ?? string.Empty;
        bool isKustomization = group == "kustomize.config.k8s.io"
            || (kind is null
            && (root.Find("resources") ?? root.Find("secretGenerator")) is { Value.Kind: YamlKind.Sequence or YamlKind.FlowSequence });
        return
            isKustomization && root.Find("secretGenerator") is not null
                ? "this is a kustomization, and its secretGenerator makes the Secrets: write the file that the generator reads, for "
                    + "instance with --dotenv"
            : isKustomization ? $"this is a kustomization: {OwnManifest}, and list it under 'resources'"
            : kind is null && root.Find("services") is not null ? "this is a compose file: use --dotenv, and name the file under 'env_file'"
            : version is null || kind is null
                ? $"this is not a Kubernetes object, since apiVersion or kind is missing, but a values file or another tool's settings: "
                    + $"{OwnManifest}"
            : Array.Exists(GroupsOfTools, tool => group == tool || group.EndsWith("." + tool, StringComparison.Ordinal))
                || root.Find("metadata") is null
                ? $"the settings of another tool stand here, not a Kubernetes object: {OwnManifest}"
            : null;
    }

    /// <summary>An object of which a controller makes the Secret, such as SealedSecret, ExternalSecret or Certificate.</summary>
    private static string? Maker(ReadOnlySpan<byte> file, YamlNode root, string? kind, ManifestKey slot)
    {
        if (kind is "Secret" || !(kind!.Contains("Secret", StringComparison.Ordinal) || kind is "Certificate" or "OnePasswordItem"))
        {
            return null;
        }

        string? made = null;
        foreach (string[] path in NamesOfMade)
        {
            made ??= Named(file, root, path);
        }

        return (made ?? Named(file, root, ["metadata", "name"])) == slot.Secret
            ? $"this is a {kind}, from which a controller creates the Secret '{slot.Secret}': bring the token to where it reads from, or "
                + $"use another name"
            : null;
    }

    /// <summary>Why a file is a template of helm, which is no manifest before it is rendered, or null.</summary>
    public static TextFault? Template(ReadOnlySpan<byte> file)
    {
        for (int at = file.IndexOf(Braces), next; at >= 0; at = next < 0 ? -1 : at + 2 + next)
        {
            ReadOnlySpan<byte> expression = file[(at + 2)..].TrimStart("- \t"u8);
            foreach (byte[] sign in SignsOfHelm)
            {
                if (expression.StartsWith(sign))
                {
                    return TextFault.At(
                        file, at,
                        "this is a Helm template, which is not a manifest before it is rendered: put the token into the values that it "
                            + "reads");
                }
            }

            next = file[(at + 2)..].IndexOf(Braces);
        }

        return null;
    }

    /// <summary>A text at a path, or null when there is none that could be told.</summary>
    private static string? Named(ReadOnlySpan<byte> file, YamlNode root, ReadOnlySpan<string> path)
    {
        YamlNode? at = root;
        foreach (string name in path[..^1])
        {
            at = at?.Find(name)?.Value;
        }

        return at is not null && ManifestSecret.Text(file, at, path[^1], out string? text) is null ? text : null;
    }
}
