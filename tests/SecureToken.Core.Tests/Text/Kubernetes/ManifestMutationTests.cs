using System.Text;
using SecureToken.Core.Text.Kubernetes;
using Xunit;
using KubernetesObject = System.Text.Json.Nodes.JsonNode;
using SecureToken.TestSupport;

namespace SecureToken.Core.Tests.Text.Kubernetes;

/// <summary>Manifests that nobody would write: random changes of manifests that somebody did.</summary>
public sealed class ManifestMutationTests
{
    private static readonly int Mutations = Repeated.Times(20_000);

    private static readonly byte[][] Pieces =
    [
        .. "\"|'|\\|#| #|: |:|, |,|{|}|[|]|- |-|? |&a |*a|!!str |! |<<: *a|%|@|>|>-\n|\n|\r\n|\n\n|\r|\t| \t|  |    |\n  |\n    |\n---\n|---|...\n|\n...\n|~|null|\0|\uFEFF|\u2028|\u0085|é|😀|\\x41|\\u00e9|\\/|\\n|''|{{|token: x\n|  token: x\n|\"token\": 1\n|stringData:\n|data:\n|data: {}\n|kind: List\n|annotations:\n|name: x\n|+|2|1"
            .Split('|').Select(Encoding.UTF8.GetBytes), "|"u8.ToArray(), "|\n"u8.ToArray(), "|+\n"u8.ToArray(), [0xFF], [0xC3],
    ];

    [Fact]
    public void A_mutated_manifest_is_a_fault_or_YamlDotNet_reads_the_token_and_everything_else_unchanged()
    {
        Random random = new(43);
        ManifestDocument[] corpus = [.. Enumerable.Range(0, 200).Select(ManifestDocument.Generate)];
        int edits = 0;
        for (int i = 0; i < Mutations; i++)
        {
            ManifestDocument source = corpus[random.Next(corpus.Length)];
            byte[] document = MutationTests.Mutate(random, [source.Old], Pieces);
            if (Edit(document, source.Slot) is not { } edited)
            {
                continue;
            }

            edits++;
            string what = $"mutation {i}, {source.Slot}:\n{Utf8.Text(document)}\n-- became --\n{Utf8.Text(edited)}\n-- {Convert.ToBase64String(document)}\n";
            Exception? refused = Record.Exception(() => Check(document, edited, source.Slot, what));
            Assert.True(refused is null, what + refused);
        }

        Assert.InRange(edits, Mutations / 4, Mutations);
    }

    [Fact]
    [Trait("Needs", "kubectl")]
    public async Task A_mutated_manifest_is_a_fault_or_kubectl_reads_the_token_if_it_reads_the_manifest()
    {
        Random random = new(44);
        List<(byte[] Old, byte[] Edited, ManifestKey Slot)> edits = [];
        for (int i = 0; i < Mutations / 20; i++)
        {
            // Each has a name of its own, by which it is found again.
            ManifestDocument source = ManifestDocument.Generate(1000 + i);
            byte[] document = MutationTests.Mutate(random, [source.Old], Pieces);
            if (Edit(document, source.Slot) is { } edited)
            {
                edits.Add((document, edited, source.Slot));
            }
        }

        (List<KubernetesObject> objects, HashSet<int> refused, string complaints) = await Kubectl.ReadWhatItCan([.. edits.Select(edit => edit.Edited)]);
        int[] suspects = [.. refused.Order()];
        (_, HashSet<int> refusedBefore, _) = await Kubectl.ReadWhatItCan([.. suspects.Select(suspect => edits[suspect].Old)]);
        Assert.True(refusedBefore.Count == suspects.Length, complaints);
        Assert.InRange(edits.Count - refused.Count, edits.Count / 2, edits.Count);
        for (int i = 0; i < edits.Count; i++)
        {
            string what = $"{edits[i].Slot}:\n{Utf8.Text(edits[i].Old)}\n-- became --\n{Utf8.Text(edits[i].Edited)}";
            bool isFound = objects.Exists(each => Kubectl.Is(each, edits[i].Slot) && Kubectl.Token(each, ManifestDocument.Key) == ManifestDocument.New);
            Assert.True(isFound || refused.Contains(i), what);
        }
    }

    // A key that stands twice is kept, and YamlDotNet does not read it.
    private static byte[]? Edit(byte[] document, ManifestKey slot) => ManifestText.Repeats(document, slot).Count > 0 ? null : ManifestText.Set(document, slot, Utf8.Of(ManifestDocument.New), ManifestDocument.Mark).Document;

    private static void Check(byte[] document, byte[] edited, ManifestKey slot, string what)
    {
        (string? stringData, string? data, string? mark) = ManifestReader.Read(edited, slot);
        Assert.Equal((ManifestDocument.New, ManifestDocument.New), (stringData ?? data, data ?? stringData));
        Assert.Equal(ManifestDocument.Mark, mark);
        Assert.Equal(ManifestDocument.New, Utf8.Text(ManifestText.Get(edited, slot)));
        Assert.Equal(edited, Edit(edited, slot));

        List<string> before = ManifestReader.Others(document, ManifestDocument.Key);
        List<string> others = ManifestReader.Others(edited, ManifestDocument.Key);
        Assert.True(before.SequenceEqual(others) || before.SequenceEqual(others.Take(before.Count)), what + string.Join('\n', others));

        byte[] removed = ManifestText.Remove(edited, slot).Document!;
        Assert.Null(Utf8.Text(ManifestText.Get(removed, slot)));
        Assert.Equal(others, ManifestReader.Others(removed, ManifestDocument.Key));
    }
}
