using SecureToken.Core.Diagnostics;
using SecureToken.Core.Text;

namespace SecureToken.Fuzzing;

/// <summary>What must hold for every input.</summary>
internal static class Claim
{
    public static void That(bool holds, string promise)
    {
        if (!holds)
        {
            throw new FindingException(promise);
        }
    }

    /// <summary>Two arrays of bytes are the same.</summary>
    public static void Same(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, string promise)
    {
        if (!expected.SequenceEqual(actual))
        {
            throw new FindingException($"{promise}\nexpected: {Corpus.Escape(expected)}\nactual:   {Corpus.Escape(actual)}");
        }
    }

    /// <summary>Two lists of texts are the same.</summary>
    public static void Same(IEnumerable<string> expected, IEnumerable<string> actual, string promise)
    {
        string[] one = [.. expected];
        string[] other = [.. actual];
        if (!one.SequenceEqual(other))
        {
            throw new FindingException($"{promise}\nexpected: {string.Join(" | ", one)}\nactual:   {string.Join(" | ", other)}");
        }
    }

    /// <summary>A fault stands in the document, and its reason is a phrase on one line.</summary>
    public static void IsTold(TextFault? fault, ReadOnlySpan<byte> document)
    {
        That(fault is not null, "an edit gives a document or a fault");
        That(fault!.Line >= 1 && fault.Line <= document.Count((byte)'\n') + 1, $"the line of {fault} is one of the document");
        That(fault.Column >= 1 && fault.Column <= document.Length + 1, $"the column of {fault} is one of the document");
        That(
            fault.Reason.Length > 0 && !fault.Reason.EndsWith('.') && !fault.Reason.Any(char.IsControl),
            $"a phrase on one line: {Shown(fault.Reason)}");
    }

    /// <summary>A refusal has a code, a message and a next step, each on one line, and is never the one for a bug.</summary>
    public static void IsCoded(Failure? failure)
    {
        That(failure is not null, "a refusal is a failure");
        That(
            failure!.Code is { Length: 9 } code && code.StartsWith("SECTOK", StringComparison.Ordinal) && int.TryParse(code[6..], out _),
            $"'{failure.Code}' is a code");
        That(failure.Descriptor != DiagnosticDescriptors.Unexpected, $"{failure} is no bug");
        That(failure.Message.Length > 0 && failure.NextStep.Length > 0, $"{failure.Code} says what failed and what to do");
        That(!failure.ToString().Any(char.IsControl), $"no terminal obeys {Shown(failure.ToString())}");
    }

    private static string Shown(string text) => Corpus.Escape(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Whether taking at most so many runs of bytes out of one gives the other.</summary>
    public static bool IsOnlyInserted(ReadOnlySpan<byte> old, ReadOnlySpan<byte> edited, int runs)
    {
        int common = old.CommonPrefixLength(edited);
        int inserted = edited.Length - old.Length;
        if (inserted < 0 || (inserted == 0 && common < old.Length))
        {
            return false;
        }

        // Bytes that are the same by chance may belong to the inserted run, so each place before is tried too.
        for (int at = common; at >= 0; at--)
        {
            if (edited[(at + inserted)..].SequenceEqual(old[at..]))
            {
                return true;
            }
        }

        for (int at = common; runs > 1 && at >= 0; at--)
        {
            if (at < edited.Length && edited[at] == ',' && IsOnlyInserted(old[at..], edited[(at + 1)..], runs - 1))
            {
                return true;
            }
        }

        return false;
    }
}
