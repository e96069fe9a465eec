using System.Text;
using SecureToken.Core.Text;
using Xunit;

namespace SecureToken.Core.Tests.Text;

/// <summary>What the editor writes, read by bash, Node and DotNetEnv.</summary>
public sealed class DotenvReadersTests(ITestOutputHelper output)
{
    private const int Documents = 500;

    [Fact]
    public void Every_byte_outside_the_value_is_kept_in_500_documents()
    {
        for (int seed = 0; seed < Documents; seed++)
        {
            DotenvDocument document = DotenvDocument.Generate(seed);
            byte[] edited = Edit(document);
            bool isKept = document.Expected is { } expected
                ? expected.AsSpan().SequenceEqual(edited)
                : Utf8.IsOnlyInserted(document.Old, edited, 1);
            Assert.True(isKept, $"seed {seed}:\n{Utf8.Text(document.Old)}\n-- became --\n{Utf8.Text(edited)}");
            Assert.Equal(edited, DotenvText.Set(edited, DotenvDocument.Name, Utf8.Of(DotenvDocument.New)).Document);
        }
    }

    [Fact]
    public async Task Every_reader_that_read_a_document_reads_the_new_value_and_the_others_unchanged()
    {
        DotenvDocument[] documents = [.. Enumerable.Range(0, Documents).Select(DotenvDocument.Generate)];
        byte[][] all = [.. documents.Select(document => document.Old), .. documents.Select(Edit)];

        // A carriage return is part of the value for bash whatever we write.
        Check("bash", documents, await DotenvReaders.Bash(all), document => !document.Old.Contains((byte)'\r'), atLeast: 200);
        Check("node", documents, await DotenvReaders.Node(all), _ => true, atLeast: 400);
        Check("DotNetEnv", documents, DotenvReaders.DotNetEnv(all), _ => true, atLeast: 300);
    }

    [Fact]
    public async Task Ten_thousand_tokens_come_back_from_every_reader()
    {
        const string Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/";
        Random random = new(19);
        List<byte[]> documents = [];
        List<Dictionary<string, string>> expected = [];
        for (int count = 0; count < 100; count++)
        {
            byte[] document = [];
            Dictionary<string, string> tokens = [];
            for (int i = 0; i < 100; i++)
            {
                string token = string.Concat(random.GetItems<char>(Characters, random.Next(1, 64))) + new string('=', random.Next(3));
                document = DotenvText.Set(document, $"{DotenvReaders.Prefix}{i}", Utf8.Of(token)).Document!;
                tokens[$"{DotenvReaders.Prefix}{i}"] = token;
            }

            documents.Add(document);
            expected.Add(tokens);
        }

        Assert.Contains(expected, tokens => tokens.Values.Any(token => token.StartsWith('~')));
        Assert.Equal(expected, (await DotenvReaders.Bash(documents)).Select(reading => reading.Values));
        Assert.Equal(expected, (await DotenvReaders.Node(documents)).Select(reading => reading.Values));
        Assert.Equal(expected, DotenvReaders.DotNetEnv(documents).Select(reading => reading.Values));
    }

    /// <param name="reader">For the message.</param>
    /// <param name="documents">What was read.</param>
    /// <param name="readings">First of all old documents, then of all edited ones.</param>
    /// <param name="concerns">Whether the promise is made for this reader and document.</param>
    /// <param name="atLeast">How many documents the reader must have read, or the test proves nothing.</param>
    private void Check(string reader, DotenvDocument[] documents, DotenvReading[] readings, Func<DotenvDocument, bool> concerns, int atLeast)
    {
        Assert.Equal(2 * documents.Length, readings.Length);
        int proven = 0;
        for (int seed = 0; seed < documents.Length; seed++)
        {
            DotenvReading old = readings[seed];
            DotenvReading edited = readings[documents.Length + seed];
            bool wasRead = old.Complaint.Length == 0 && (documents[seed].Expected is null || old.Values.ContainsKey(DotenvDocument.Name));
            if (!wasRead || !concerns(documents[seed]))
            {
                continue;
            }

            proven++;
            string what = $"{reader}, seed {seed}:\n{Utf8.Text(documents[seed].Old)}\n-- became --\n{Utf8.Text(Edit(documents[seed]))}\n";
            Assert.True(edited.Complaint.Length == 0, what + edited.Complaint);
            string? read = edited.Values.GetValueOrDefault(DotenvDocument.Name);
            Assert.True(read == DotenvDocument.New, what + read);
            Assert.True(Others(old).SequenceEqual(Others(edited)), what + string.Join('\n', Others(edited)));
        }

        output.WriteLine($"{reader}: {proven} of {documents.Length} documents");
        Assert.True(proven >= atLeast, $"{reader} read only {proven} documents");
    }

    private static IEnumerable<string> Others(DotenvReading reading) =>
        from pair in reading.Values
        where !pair.Key.EndsWith(DotenvDocument.Name, StringComparison.Ordinal)
        orderby pair.Key
        select $"{pair.Key}={pair.Value}";

    private static byte[] Edit(DotenvDocument document)
    {
        TextEdit edit = DotenvText.Set(document.Old, DotenvDocument.Name, Utf8.Of(DotenvDocument.New));
        Assert.True(edit.Fault is null, $"{edit.Fault}\n{Encoding.UTF8.GetString(document.Old)}");
        return edit.Document!;
    }
}
