using System.Text;
using SecureToken.Core.Text;
using SecureToken.Core.Text.Dotenv;
using Xunit;

namespace SecureToken.Core.Tests.Text.Dotenv;

/// <summary>What the editor writes, read by bash, Node, npm dotenv, DotNetEnv and as docker reads it.</summary>
[Trait("System", "Unix")]
[Trait("Needs", "npm")]
public sealed class DotenvReadersTests(NpmDotenv npm, ITestOutputHelper output) : IClassFixture<NpmDotenv>
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
        DotenvReading[] node = await DotenvReaders.Node(all);
        Check("node", documents, node, _ => true, atLeast: 400);
        Check("npm dotenv", documents, await npm.Read(all, isFast: false), _ => true, atLeast: 400);
        Check("npm dotenv, fast", documents, await npm.Read(all, isFast: true), _ => true, atLeast: 400);
        Check("DotNetEnv", documents, DotenvReaders.DotNetEnv(all), _ => true, atLeast: 300);

        // Quotes, and whatever stands behind a value, are part of it for docker: it is held to what it reads as the others do.
        DotenvReading[] docker = DockerEnvFile.Read(all);
        Check("docker", documents, docker, document => IsAlike(docker, node, Array.IndexOf(documents, document)), atLeast: 40);
    }

    [Fact]
    public void Docker_reads_the_new_value_and_the_others_unchanged_in_500_files_as_it_wants_them()
    {
        string[] others = [string.Empty, "# it's", "   # c", $"#{DotenvDocument.Name}=no", "G_A=of # no comment", "G_B=it's", "G_C=\"quoted\"", "  G_D=x ", "G_E", $"{DotenvDocument.Name}2=x", "G_F=a=b", "G_G="];
        for (int seed = 0; seed < Documents; seed++)
        {
            Random random = new(seed);
            string lineEnd = random.Next(3) == 0 ? "\r\n" : "\n";
            List<string> lines = [.. random.GetItems(others, random.Next(12))];
            for (int count = random.Next(3); count > 0; count--)
            {
                lines.Insert(random.Next(lines.Count + 1), $"{DotenvDocument.Name}={random.GetItems<string>(["old", string.Empty, "o/l+d=="], 1)[0]}");
            }

            byte[] old = Utf8.Of((random.Next(6) == 0 ? "\uFEFF" : string.Empty) + string.Join(lineEnd, lines) + (random.Next(4) == 0 ? string.Empty : lineEnd));
            TextEditResult edit = DotenvText.Set(old, DotenvDocument.Name, Utf8.Of(DotenvDocument.New));
            Assert.True(edit.Fault is null, $"seed {seed}: {edit.Fault}");
            DotenvReading[] readings = DockerEnvFile.Read([old, edit.Document!]);
            Assert.All(readings, reading => Assert.Empty(reading.Complaint));
            Assert.True(readings[1].Values[DotenvDocument.Name] == DotenvDocument.New, $"seed {seed}:\n{Utf8.Text(edit.Document)}");
            Assert.Equal(Others(readings[0]), Others(readings[1]));
        }
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
        Assert.Equal(expected, (await npm.Read(documents, isFast: false)).Select(reading => reading.Values));
        Assert.Equal(expected, (await npm.Read(documents, isFast: true)).Select(reading => reading.Values));
        Assert.Equal(expected, DotenvReaders.DotNetEnv(documents).Select(reading => reading.Values));

        // A tilde at the start must be quoted for bash, and for docker the quotes are part of the value.
        Assert.Equal(
            expected.Select(tokens => tokens.ToDictionary(token => token.Key, token => token.Value.StartsWith('~') ? $"\"{token.Value}\"" : token.Value)),
            DockerEnvFile.Read(documents).Select(reading => reading.Values));
    }

    [Fact]
    public async Task A_value_in_quotes_with_text_around_the_token_comes_back_from_every_reader_that_knows_quotes()
    {
        const string Characters = "ABCxyz019._~+/=- :,@";
        Random random = new(29);
        byte[] document = [];
        Dictionary<string, string> expected = [];
        for (int i = 0; i < 500; i++)
        {
            string value = $"{(char)('A' + (i % 26))}{string.Concat(random.GetItems<char>(Characters, random.Next(40)))}{(i % 2 == 0 ? "~" : ":")}";
            document = DotenvText.Set(document, $"{DotenvReaders.Prefix}{i}", Utf8.Of(value)).Document!;
            expected[$"{DotenvReaders.Prefix}{i}"] = value;
        }

        Assert.Contains("\"", Utf8.Text(document), StringComparison.Ordinal);
        Assert.Equal(expected, (await DotenvReaders.Bash([document]))[0].Values);
        Assert.Equal(expected, (await DotenvReaders.Node([document]))[0].Values);
        Assert.Equal(expected, (await npm.Read([document], isFast: false))[0].Values);
        Assert.Equal(expected, (await npm.Read([document], isFast: true))[0].Values);
        Assert.Equal(expected, DotenvReaders.DotNetEnv([document])[0].Values);
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

    private static bool IsAlike(DotenvReading[] one, DotenvReading[] other, int index) =>
        one[index].Values.GetValueOrDefault(DotenvDocument.Name) == other[index].Values.GetValueOrDefault(DotenvDocument.Name);

    private static IEnumerable<string> Others(DotenvReading reading) =>
        from pair in reading.Values
        where !pair.Key.EndsWith(DotenvDocument.Name, StringComparison.Ordinal)
        orderby pair.Key
        select $"{pair.Key}={pair.Value}";

    private static byte[] Edit(DotenvDocument document)
    {
        TextEditResult edit = DotenvText.Set(document.Old, DotenvDocument.Name, Utf8.Of(DotenvDocument.New));
        Assert.True(edit.Fault is null, $"{edit.Fault}\n{Encoding.UTF8.GetString(document.Old)}");
        return edit.Document!;
    }
}
