using System.Text;
using SecureToken.Core.Tests.Text.Kubernetes;
using SecureToken.Core.Text;
using SecureToken.Core.Text.Kubernetes;

namespace SecureToken.Fuzzing.Targets;

/// <summary>
/// The editor of Kubernetes manifests, against YamlDotNet. The first byte of an input chooses the slot, the rest is the file.
/// </summary>
internal static class ManifestTarget
{
    private const string Value = "n3w-T.o_k~e+n/x==";
    private const string Mark = "0123456789ab";

    /// <summary>The lines in which value, encoded value and annotation stand, and the brace that gets them.</summary>
    private const int MostChanged = 3;

    private static readonly ManifestKey[] Slots =
    [
        new("sysdig", null, "token"), new("sysdig", "prod", "token"), new("sysdig", null, "token", ManifestForm.Data),
        new("sysdig", "prod", "token", ManifestForm.StringData),
    ];

    public static void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        ManifestKey slot = Slots[input[0] % Slots.Length];
        byte[] document = input[1..];
        TextReadResult before = ManifestText.Get(document, slot);
        IReadOnlyList<TextFault> repeats = ManifestText.Repeats(document, slot);
        TextEditResult edit = ManifestText.Set(document, slot, Encoding.ASCII.GetBytes(Value), Mark);
        if (edit.Document is not { } edited)
        {
            Claim.IsTold(edit.Fault, document);
            return;
        }

        Claim.Same(Encoding.ASCII.GetBytes(Value), ManifestText.Get(edited, slot).Value, "what was edited is there");
        Claim.Same(edited, ManifestText.Set(edited, slot, Encoding.ASCII.GetBytes(Value), Mark).Document, "editing twice is editing once");
        Claim.That(Changed(document, edited) <= MostChanged, $"every other line stays: {Corpus.Escape(edited)}");
        byte[] removed = ManifestText.Remove(edited, slot).Document ?? throw new FindingException("what was injected can be forgotten");
        Claim.That(ManifestText.Get(removed, slot) is { Value: null, Fault: null }, "what was forgotten is gone");

        // A key that stands twice is kept, and YamlDotNet does not read it.
        if (repeats.Count > 0)
        {
            return;
        }

        (string? stringData, string? data, string? mark) = ManifestReader.Read(edited, slot);
        Claim.That((stringData ?? data, data ?? stringData) == (Value, Value), $"what was edited reads back: {stringData}, {data}");
        Claim.That(mark == Mark, $"the annotation reads back: {mark}");
        List<string> old = ManifestReader.Others(document, slot.Key);
        List<string> now = ManifestReader.Others(edited, slot.Key);
        Claim.Same(old, now.Count > old.Count ? now.Take(old.Count) : now, "YamlDotNet reads the rest unchanged");
        Claim.That(now.Count == old.Count || before.Value is null, "nothing comes to a Secret that is there");
        Claim.Same(now, ManifestReader.Others(removed, slot.Key), "forgetting leaves the rest as it was");
    }

    /// <summary>How many lines of the old file are not in the new one, in their order.</summary>
    private static int Changed(byte[] document, byte[] edited)
    {
        string[] old = Encoding.UTF8.GetString(document).Split('\n');
        string[] now = Encoding.UTF8.GetString(edited).Split('\n');
        int start = 0;
        while (start < old.Length && start < now.Length && old[start] == now[start])
        {
            start++;
        }

        int end = 0;
        while (end < old.Length - start && end < now.Length - start && old[^(end + 1)] == now[^(end + 1)])
        {
            end++;
        }

        ReadOnlySpan<string> left = old.AsSpan(start, old.Length - start - end);
        ReadOnlySpan<string> right = now.AsSpan(start, now.Length - start - end);
        int[] row = new int[right.Length + 1];
        foreach (string line in left)
        {
            int diagonal = 0;
            for (int i = 1; i <= right.Length; i++)
            {
                int above = row[i];
                row[i] = line == right[i - 1] ? diagonal + 1 : Math.Max(row[i], row[i - 1]);
                diagonal = above;
            }
        }

        return left.Length - row[^1];
    }
}
