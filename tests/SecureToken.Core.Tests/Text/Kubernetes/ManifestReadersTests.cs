using SecureToken.Core.Text;
using SecureToken.Core.Text.Kubernetes;
using Xunit;
using KubernetesObject = System.Text.Json.Nodes.JsonNode;

namespace SecureToken.Core.Tests.Text.Kubernetes;

/// <summary>What the editor writes, read by YamlDotNet and kubectl.</summary>
[Trait("Needs", "kubectl")]
public sealed class ManifestReadersTests
{
    private const int Documents = 500;

    [Fact]
    public void Every_byte_outside_the_value_and_the_mark_is_kept_in_500_documents()
    {
        int absent = 0;
        for (int seed = 0; seed < Documents; seed++)
        {
            ManifestDocument document = ManifestDocument.Generate(seed);
            byte[] edited = Edit(document);
            absent += document.IsPresent ? 0 : 1;
            Assert.True(document.Expected.AsSpan().SequenceEqual(edited), $"seed {seed}, {document.What}\n-- is --\n{Utf8.Text(edited)}");
            Assert.Equal(edited, ManifestText.Set(edited, document.Slot, Utf8.Of(ManifestDocument.New), ManifestDocument.Mark).Document);
        }

        Assert.InRange(absent, 30, 100);
    }

    [Fact]
    public void YamlDotNet_reads_the_token_and_everything_else_unchanged()
    {
        for (int seed = 0; seed < Documents; seed++)
        {
            ManifestDocument document = ManifestDocument.Generate(seed);
            byte[] edited = Edit(document);
            string what = $"seed {seed}, {document.What}\n";
            (string? stringData, string? data, string? mark) = ManifestReader.Read(edited, document.Slot);
            Assert.True((stringData ?? data, data ?? stringData) == (ManifestDocument.New, ManifestDocument.New), what);
            Assert.Equal(ManifestDocument.Mark, mark);
            List<string> others = ManifestReader.Others(edited, ManifestDocument.Key);
            List<string> before = ManifestReader.Others(document.Old, ManifestDocument.Key);
            Assert.True(before.SequenceEqual(document.IsPresent ? others : others[..before.Count]), what + string.Join('\n', others));

            TextEditResult removed = ManifestText.Remove(edited, document.Slot);
            Assert.Null(Utf8.Text(ManifestText.Get(removed.Document, document.Slot)));
            Assert.True(others.SequenceEqual(ManifestReader.Others(removed.Document!, ManifestDocument.Key)), what + Utf8.Text(removed.Document));
        }
    }

    [Fact]
    public async Task Kubectl_reads_the_token_and_everything_else_unchanged()
    {
        ManifestDocument[] documents = [.. Enumerable.Range(0, Documents).Select(ManifestDocument.Generate)];
        List<KubernetesObject> before = await Kubectl.Read([.. documents.Select(document => document.Old)]);
        List<KubernetesObject> after = await Kubectl.Read([.. documents.Select(Edit)]);
        List<KubernetesObject> removed = await Kubectl.Read([.. documents.Select(document => ManifestText.Remove(Edit(document), document.Slot).Document!)]);
        foreach (ManifestDocument document in documents)
        {
            KubernetesObject secret = after.Single(each => Kubectl.Is(each, document.Slot));
            Assert.True(Kubectl.Token(secret, ManifestDocument.Key) == ManifestDocument.New, document.What);
            Assert.Equal(ManifestDocument.Mark, (string?)secret["metadata"]!["annotations"]![ManifestDocument.Annotation]);
            Assert.Null(Kubectl.Token(removed.Single(each => Kubectl.Is(each, document.Slot)), ManifestDocument.Key));
        }

        // The added Secrets stand at the end of their files, so they are left out of what is compared.
        ManifestKey[] added = [.. documents.Where(document => !document.IsPresent).Select(document => document.Slot)];
        Assert.Equal(Others(before, []), Others(after, added));
        Assert.Equal(Others(before, []), Others(removed, added));
    }

    [Fact]
    public async Task Ten_thousand_tokens_come_back_from_every_reader()
    {
        const string Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/";
        Random random = new(23);
        List<byte[]> documents = [];
        List<string[]> expected = [];
        for (int count = 0; count < 100; count++)
        {
            string[] tokens = [.. Enumerable.Range(0, 100).Select(_ => string.Concat(random.GetItems<char>(Characters, random.Next(1, 40))) + new string('=', random.Next(3)))];
            byte[] document = Utf8.Of("apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\ndata:\nstringData:\n" + string.Concat(Enumerable.Range(0, 50).Select(i => $"  k{i}: old\n")));
            for (int i = 0; i < tokens.Length; i++)
            {
                document = ManifestText.Set(document, new ManifestKey("s", null, $"k{i}", ManifestForm.Data), Utf8.Of(tokens[i]), ManifestDocument.Mark).Document!;
            }

            documents.Add(document);
            expected.Add(tokens);
        }

        Assert.Equal(expected, documents.Select(document => ManifestReader.Secret(document, new ManifestKey("s", null, "k"))).Select(secret =>
            Enumerable.Range(0, 100).Select(i => ManifestReader.Read(secret, $"k{i}")).Select(read => read.StringData ?? read.Data!).ToArray()));
        Assert.Equal(expected, (await Kubectl.Read(documents)).Select(each => Enumerable.Range(0, 100).Select(i => Kubectl.Token(each, $"k{i}")!).ToArray()));
    }

    private static IEnumerable<string> Others(IEnumerable<KubernetesObject> objects, ManifestKey[] without) =>
        from each in objects
        where !Array.Exists(without, slot => Kubectl.Is(each, slot))
        select Kubectl.Without(each, ManifestDocument.Key);

    private static byte[] Edit(ManifestDocument document)
    {
        TextEditResult edit = ManifestText.Set(document.Old, document.Slot, Utf8.Of(ManifestDocument.New), ManifestDocument.Mark);
        Assert.True(edit.Fault is null, $"{edit.Fault}\n{document.What}");
        return edit.Document!;
    }
}
