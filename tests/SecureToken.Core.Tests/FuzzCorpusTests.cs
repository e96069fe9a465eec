using SecureToken.Fuzzing;
using Xunit;

namespace SecureToken.Core.Tests;

/// <summary>The kept inputs of the fuzzer, each of which has found something or reaches a place that no other one does.</summary>
public sealed class FuzzCorpusTests
{
    public static TheoryData<string> Targets => [.. FuzzTarget.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void No_input_of_the_corpus_breaks_a_promise(string target)
    {
        IReadOnlyList<byte[]> inputs = Corpus.Of(target);
        Assert.NotEmpty(inputs);
        foreach (byte[] input in inputs)
        {
            Exception? finding = Record.Exception(() => FuzzTarget.Find(target)!.Run(input));
            Assert.True(finding is null, $"{target}: {Corpus.Escape(input)}\n{finding}");
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void An_input_is_the_same_after_it_was_kept(string target)
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(unit => (byte)unit)];
        foreach (byte[] input in (IEnumerable<byte[]>)[[], "#"u8.ToArray(), " "u8.ToArray(), all, .. Corpus.Of(target)])
        {
            Assert.Equal([input], Corpus.Read(new StringReader(Corpus.Escape(input))));
        }
    }
}
