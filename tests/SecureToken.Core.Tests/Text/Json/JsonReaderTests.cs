using System.Text;
using SecureToken.Core.Text;
using SecureToken.Core.Text.Json;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Text.Json;

/// <summary>What the editor writes, read by Microsoft.Extensions.Configuration.Json.</summary>
public sealed class JsonReaderTests
{
    [Fact]
    public void Every_byte_outside_the_value_is_kept_and_the_reader_reads_the_rest_unchanged_in_500_documents()
    {
        int absent = 0;
        for (int seed = 0; seed < 500; seed++)
        {
            JsonSample sample = JsonSample.Generate(seed);
            byte[] edited = Set(sample.Bytes, sample.Key, "new", seed);
            string what = $"seed {seed}, {sample.Key}:\n{Encoding.UTF8.GetString(sample.Bytes)}\n-- became --\n{Encoding.UTF8.GetString(edited)}";
            absent += sample.Prefix is null ? 1 : 0;
            bool isKept = sample.Prefix is { } prefix
                ? edited.AsSpan().SequenceEqual([.. prefix, .. "\"new\""u8, .. sample.Suffix!])
                : Utf8.IsOnlyInserted(sample.Bytes, edited, 2);
            Assert.True(isKept, what);
            Assert.True(ConfigurationReader.Read(edited).GetValueOrDefault(sample.Key) == "new", what);
            Assert.True(ConfigurationReader.Others(sample.Bytes, sample.Key).SequenceEqual(ConfigurationReader.Others(edited, sample.Key)), what);
            Assert.Equal(edited, Set(edited, sample.Key, "new", seed));
        }

        Assert.InRange(absent, 100, 300);
    }

    [Fact]
    public void The_reader_never_finds_a_duplicate_key_in_10_000_documents_set_twice()
    {
        for (int seed = 0; seed < Repeated.Times(10_000); seed++)
        {
            JsonSample sample = JsonSample.Generate(seed);
            byte[] document = sample.Bytes;
            foreach (string value in (string[])["first", "second"])
            {
                document = Set(document, value == "first" ? sample.Key : sample.Key.ToUpperInvariant(), value, seed);
                SortedDictionary<string, string?>? read = null;
                Exception? refused = Record.Exception(() => read = ConfigurationReader.Read(document));
                Assert.True(refused is null, $"seed {seed}: {refused?.Message}\n{Encoding.UTF8.GetString(document)}");
                Assert.Equal(value, read![sample.Key]);
            }
        }
    }

    [Fact]
    public void A_key_is_removed_and_the_reader_reads_the_rest_unchanged()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            JsonSample sample = JsonSample.Generate(seed);
            TextEditResult edit = JsonText.Remove(sample.Bytes, sample.Key);
            if (sample.Key == "Sysdig:1" && sample.Prefix is not null)
            {
                Assert.NotNull(edit.Fault);
                continue;
            }

            Assert.True(edit.Fault is null, $"seed {seed}: {edit.Fault}");
            Assert.Null(Utf8.Text(JsonText.Get(edit.Document, sample.Key)));
            Assert.True(
                ConfigurationReader.Others(sample.Bytes, sample.Key).SequenceEqual(ConfigurationReader.Others(edit.Document!, sample.Key)),
                $"seed {seed}:\n{Encoding.UTF8.GetString(sample.Bytes)}\n-- became --\n{Encoding.UTF8.GetString(edit.Document!)}");
        }
    }

    private static byte[] Set(byte[] document, string key, string value, int seed)
    {
        TextEditResult edit = JsonText.Set(document, key, Utf8.Of(value));
        Assert.True(edit.Fault is null, $"seed {seed}: {edit.Fault}\n{Encoding.UTF8.GetString(document)}");
        return edit.Document!;
    }
}
