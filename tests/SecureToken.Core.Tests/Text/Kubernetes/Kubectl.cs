using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SecureToken.Core.Text.Kubernetes;
using Xunit;
using KubernetesObject = System.Text.Json.Nodes.JsonNode;

namespace SecureToken.Core.Tests.Text.Kubernetes;

/// <summary>kubectl, with a command that asks no server. One process reads all files.</summary>
internal static partial class Kubectl
{
    /// <summary>All objects of all documents, in order. What kubectl refuses fails the test.</summary>
    public static async Task<List<KubernetesObject>> Read(IReadOnlyList<byte[]> documents)
    {
        (List<KubernetesObject> objects, HashSet<int> refused, string complaints) = await ReadWhatItCan(documents);
        Assert.True(refused.Count == 0, $"kubectl refused {refused.Count} of {documents.Count} documents: {complaints}");
        return objects;
    }

    /// <summary>The objects of all documents that kubectl takes, and the numbers of those it refuses.</summary>
    public static async Task<(List<KubernetesObject> Objects, HashSet<int> Refused, string Complaints)> ReadWhatItCan(IReadOnlyList<byte[]> documents)
    {
        DirectoryInfo box = Directory.CreateTempSubdirectory("sectoken-manifests-");
        try
        {
            for (int i = 0; i < documents.Count; i++)
            {
                await File.WriteAllBytesAsync(Path.Combine(box.FullName, $"{i:d6}.yaml"), documents[i], TestContext.Current.CancellationToken);
            }

            (byte[] output, string complaints) = await Run(box.FullName);
            return (Objects(output), [.. FileName().Matches(complaints).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))], complaints);
        }
        finally
        {
            box.Delete(recursive: true);
        }
    }

    /// <summary>What kubectl reads at a key of a Secret: <c>stringData</c> wins, as in the cluster.</summary>
    public static string? Token(KubernetesObject secret, string key)
    {
        string? encoded = (string?)secret["data"]?[key];
        return (string?)secret["stringData"]?[key] ?? (encoded is null ? null : System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(encoded)));
    }

    /// <summary>Whether an object is the Secret of a slot.</summary>
    public static bool Is(KubernetesObject each, ManifestKey slot) =>
        (string?)each["apiVersion"] == "v1" && (string?)each["kind"] == "Secret" && (string?)each["metadata"]?["name"] == slot.Secret
        && (slot.Namespace is null || (string?)each["metadata"]?["namespace"] == slot.Namespace);

    /// <summary>An object as text, without a key and its mark. Mappings that hold nothing do not show.</summary>
    public static string Without(KubernetesObject each, string key)
    {
        KubernetesObject rest = each.DeepClone();
        Drop(rest, "stringData", key);
        Drop(rest, "data", key);
        Drop(rest["metadata"]!, "annotations", ManifestText.AnnotationOf(key)!);
        return rest.ToJsonString();
    }

    private static void Drop(KubernetesObject parent, string mapping, string key)
    {
        if (parent[mapping] is System.Text.Json.Nodes.JsonObject found)
        {
            found.Remove(key);
        }

        if (parent[mapping] is null or System.Text.Json.Nodes.JsonObject { Count: 0 })
        {
            parent.AsObject().Remove(mapping);
        }
    }

    private static List<KubernetesObject> Objects(byte[] output)
    {
        // Objects one behind the other, without a separator.
        Utf8JsonReader reader = new(output, new JsonReaderOptions { AllowMultipleValues = true });
        List<KubernetesObject> objects = [];
        while (reader.Read())
        {
            objects.Add(KubernetesObject.Parse(ref reader)!);
        }

        return objects;
    }

    private static async Task<(byte[] Output, string Complaints)> Run(string directory)
    {
        ProcessStartInfo start = new("kubectl", ["label", "--local", "-o", "json", "-f", directory, "read=back"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = "/dev/null";
        start.Environment["HOME"] = directory;
        Process? process = null;
        try
        {
            process = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception absent)
        {
            Assert.Fail($"'kubectl' is needed to prove that it reads what we write, and cannot be started: {absent.Message}");
        }

        using (process)
        {
            CancellationToken cancellation = TestContext.Current.CancellationToken;
            Task<string> error = process!.StandardError.ReadToEndAsync(cancellation);
            MemoryStream output = new();
            await process.StandardOutput.BaseStream.CopyToAsync(output, cancellation);
            await process.WaitForExitAsync(cancellation);
            return (output.ToArray(), await error);
        }
    }

    [GeneratedRegex(@"/(\d{6})\.yaml")]
    private static partial Regex FileName();
}
