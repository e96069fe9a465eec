using System.Text;
using SecureToken.Core.Tests.Text.Dotenv;
using SecureToken.Core.Tests.Text.Json;
using SecureToken.Core.Text;
using SecureToken.Core.Text.Dotenv;
using SecureToken.Core.Text.Json;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Text;

/// <summary>Documents that nobody would write: random changes of documents that somebody did.</summary>
public sealed class MutationTests
{
    private static readonly int Mutations = Repeated.Times(20_000);

    private static readonly byte[][] Pieces =
    [
        .. "\" ' ` \\ # = : , { } [ ] // /* */ \n \r\n \r \t \0 \uFEFF \u2028 é 😀 \\u0041 \\ud800 null true 0 -1.5e9 export G_TOKEN A:B \"A\" \"b\": ${x} $( ; \uE000"
            .Split(' ').Select(Encoding.UTF8.GetBytes), [0xFF], [0xC3], [(byte)' '],
    ];

    [Fact]
    public void A_mutated_JSON_document_is_taken_exactly_when_the_reader_takes_it_and_reads_back()
    {
        Random random = new(41);
        byte[][] corpus =
        [
            .. Enumerable.Range(0, 40).Select(seed => JsonSample.Generate(seed).Bytes),
            .. ((string[])["", "{}", "{\"A\":{\"B\":1}}", "{\"a:b\":\"x\",//c\n}", "{\"A\":{\"B\":{}},\"c\":[1,[2]]}", "\uFEFF{\"A\":[\"x\"]}", "{\"A\":{\"B\":\"x\"},\"a\":\"y\"}", "{\"a\":\"y\",\"A\":{}}"]).Select(Utf8.Of),
        ];
        int edits = 0;
        for (int i = 0; i < Mutations; i++)
        {
            byte[] document = Mutate(random, corpus, Pieces);
            string key = random.Next(2) == 0 ? "A:B" : "Sysdig:SecureApiToken";
            string what = $"mutation {i}: {Convert.ToBase64String(document)}";
            TextEditResult edit = JsonText.Set(document, key, "new"u8);
            Exception? refused = Record.Exception(() => ConfigurationReader.Read(document));
            bool isDuplicate = refused is FormatException { Message: var message } && message.StartsWith("A duplicate key", StringComparison.Ordinal);
            bool isKeyFault = edit.Fault?.Reason.Contains($"the key '{key}'", StringComparison.Ordinal) ?? false;
            bool isSecondOnTheWay = isDuplicate && (edit.Fault?.Reason.EndsWith("' appears here a second time", StringComparison.Ordinal) ?? false);
            bool isReadable = (refused is null || isDuplicate || IsBlank(document)) && System.Text.Unicode.Utf8.IsValid(document);
            Assert.True(isReadable == (edit.Fault is null || isKeyFault || isSecondOnTheWay), $"{what}: reader {refused?.Message}, we {edit.Fault}");
            if (edit.Document is not { } edited)
            {
                continue;
            }

            edits++;
            Assert.Equal("new", Utf8.Text(JsonText.Get(edited, key)));
            Assert.Equal(edited, JsonText.Set(edited, key, "new"u8).Document);
            if (!isDuplicate)
            {
                Assert.True(ConfigurationReader.Read(edited)[key] == "new", what);
                if (!IsBlank(document))
                {
                    Assert.True(ConfigurationReader.Others(document, key).SequenceEqual(ConfigurationReader.Others(edited, key)), what);
                    byte[] removed = JsonText.Remove(edited, key).Document ?? edited;
                    Assert.True(WithoutNulls(edited, key).SequenceEqual(WithoutNulls(removed, key)), what);
                }
            }
        }

        Assert.InRange(edits, Mutations / 20, Mutations);
    }

    [Fact]
    public void A_mutated_dotenv_document_is_a_fault_or_reads_back()
    {
        Random random = new(42);
        byte[][] corpus = [.. Enumerable.Range(0, 40).Select(seed => DotenvDocument.Generate(seed).Old), [], Utf8.Of("G_TOKEN=\n")];
        int edits = 0;
        for (int i = 0; i < Mutations; i++)
        {
            byte[] document = Mutate(random, corpus, Pieces);
            string what = $"mutation {i}: {Convert.ToBase64String(document)}";
            TextEditResult edit = DotenvText.Set(document, DotenvDocument.Name, "new"u8);
            if (edit.Document is not { } edited)
            {
                continue;
            }

            edits++;
            TextReadResult back = DotenvText.Get(edited, DotenvDocument.Name);
            Assert.True(back.Value.AsSpan().SequenceEqual("new"u8), $"{what}: {back.Fault}");
            Assert.True(edited.AsSpan().SequenceEqual(DotenvText.Set(edited, DotenvDocument.Name, "new"u8).Document), what);
            byte[]? removed = DotenvText.Remove(edited, DotenvDocument.Name).Document;

            // A byte order mark inside becomes one at the start when the lines before it go, and another line can be read.
            bool isMarkFirst = removed.AsSpan().StartsWith("\uFEFF"u8) && !edited.AsSpan().StartsWith("\uFEFF"u8);
            Assert.True(isMarkFirst || DotenvText.Get(removed, DotenvDocument.Name) is { Value: null, Fault: null }, what);
        }

        Assert.InRange(edits, Mutations / 4, Mutations);
    }

    /// <summary>An emptied parent is null for the reader; so is a parent of what stays.</summary>
    private static IEnumerable<string> WithoutNulls(byte[] document, string key) =>
        ConfigurationReader.Others(document, key).Where(other => !other.EndsWith("=null", StringComparison.Ordinal));

    private static bool IsBlank(byte[] document) =>
        document.AsSpan(document.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0).IndexOfAnyExcept(" \t\r\n"u8) < 0;

    /// <summary>One of the documents, with one to three changes: bytes go, come twice, or a piece comes.</summary>
    internal static byte[] Mutate(Random random, byte[][] corpus, byte[][] pieces)
    {
        byte[] document = corpus[random.Next(corpus.Length)];
        for (int count = random.Next(1, 4); count > 0; count--)
        {
            int at = random.Next(document.Length + 1);
            int end = Math.Min(document.Length, at + random.Next(1, 8));
            byte[] piece = pieces[random.Next(pieces.Length)];
            document = random.Next(5) switch
            {
                0 => [.. document[..at], .. document[end..]],
                1 => [.. document[..at], .. piece, .. document[end..]],
                2 => [.. document[..end], .. document[at..]],
                3 => document[..at],
                _ => [.. document[..at], .. piece, .. document[at..]],
            };
        }

        return document;
    }
}
