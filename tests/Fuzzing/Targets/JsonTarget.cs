using SecureToken.Core.Tests.Text.Json;
using SecureToken.Core.Text;
using SecureToken.Core.Text.Json;

namespace SecureToken.Fuzzing.Targets;

/// <summary>
/// The editor of user-secrets and JSON files, against Microsoft.Extensions.Configuration.Json. The first byte of an input chooses key and
/// value, the rest is the document.
/// </summary>
internal static class JsonTarget
{
    private static readonly string[] Keys = ["Sysdig:SecureApiToken", "A:B", "a", "a:0:b"];
    private static readonly byte[][] Values = ["new"u8.ToArray(), "n3w-T.o_k~e+n/x=="u8.ToArray(), "\"\\\n\u0001é"u8.ToArray()];

    public static void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        string key = Keys[input[0] % Keys.Length];
        byte[] value = Values[input[0] / Keys.Length % Values.Length];
        byte[] document = input[1..];
        SortedDictionary<string, string?>? read = Read(document, out Exception? refusal);
        bool isDuplicate = refusal is FormatException duplicate
            && duplicate.Message.StartsWith("A duplicate key", StringComparison.Ordinal);
        bool isBlank = IsBlank(document);

        TextEditResult edit = JsonText.Set(document, key, value);
        bool isOfKey = edit.Fault is { } told && told.Reason.Contains($"the key '{key}'", StringComparison.Ordinal);
        bool isOnTheWay = isDuplicate && edit.Fault?.Reason.EndsWith("' appears here a second time", StringComparison.Ordinal) == true;
        bool isReadable = (read is not null || isDuplicate || isBlank) && System.Text.Unicode.Utf8.IsValid(document);
        Claim.That(
            isReadable == (edit.Fault is null || isOfKey || isOnTheWay), $"taken as the reader does: {refusal?.Message}; we: {edit.Fault}");
        if (edit.Document is not { } edited)
        {
            Claim.IsTold(edit.Fault, document);
            return;
        }

        Claim.Same(value, JsonText.Get(edited, key).Value, "what was edited is there");
        Claim.Same(edited, JsonText.Set(edited, key, value).Document, "editing twice is editing once");
        Claim.That(isBlank || IsKept(document, edited, value), $"every other byte stays: {Corpus.Escape(edited)}");
        if (read is not null)
        {
            Claim.Same(Others(read, key), Others(Read(edited, out _), key), "the reader reads the rest unchanged");
        }

        if (!isDuplicate)
        {
            SortedDictionary<string, string?>? now = Read(edited, out Exception? refused);
            string? back = now?.GetValueOrDefault(key);
            Claim.That(back == System.Text.Encoding.UTF8.GetString(value), $"what was edited reads back: {refused?.Message} {back}");
        }

        Forget(edited, key, isDuplicate);
    }

    private static void Forget(byte[] edited, string key, bool isDuplicate)
    {
        TextEditResult removal = JsonText.Remove(edited, key);
        if (removal.Document is not { } removed)
        {
            // An element of an array is not taken out.
            Claim.IsTold(removal.Fault, edited);
            Claim.That(
                removal.Fault!.Reason.EndsWith("is an element of an array", StringComparison.Ordinal),
                $"what was injected can be forgotten: {removal.Fault}");
            return;
        }

        // An object with members may have stood at the key too.
        TextReadResult left = JsonText.Get(removed, key);
        bool isObject = left.Fault?.Reason == $"there is an object or array at the key '{key}'";
        Claim.That(left.Value is null && (left.Fault is null || isObject), $"what was forgotten is gone: {left.Fault}");
        Claim.That(
            isObject || removed.AsSpan().SequenceEqual(JsonText.Remove(removed, key).Document), "forgetting twice is forgetting once");
        if (!isDuplicate)
        {
            SortedDictionary<string, string?>? was = Read(edited, out _);
            SortedDictionary<string, string?>? now = Read(removed, out Exception? refusal);
            Claim.That(now is not null, $"what is left can be read: {refusal?.Message}");
            Claim.Same(Others(was, key), Others(now, key), "forgetting leaves the rest as it was");
        }
    }

    private static SortedDictionary<string, string?>? Read(byte[] document, out Exception? refusal)
    {
        refusal = null;
        try
        {
            return ConfigurationReader.Read(document);
        }
        catch (Exception exception)
        {
            refusal = exception;
            return null;
        }
    }

    /// <summary>What the reader gives besides a key. A parent has no value of its own, and no more has an emptied one.</summary>
    private static IEnumerable<string> Others(SortedDictionary<string, string?>? read, string key) =>
        from pair in read ?? []
        where !pair.Key.Equals(key, StringComparison.OrdinalIgnoreCase) && pair.Value is not null
        select $"{pair.Key.ToUpperInvariant()}={pair.Value}";

    /// <summary>Whether nothing but one value was replaced, or a member added with at most one comma elsewhere.</summary>
    private static bool IsKept(ReadOnlySpan<byte> document, ReadOnlySpan<byte> edited, byte[] value)
    {
        byte[] quoted = [(byte)'"', .. JsonString.Escape(value), (byte)'"'];
        for (int at = 0, next; (next = edited[at..].IndexOf(quoted)) >= 0; at += next + 1)
        {
            ReadOnlySpan<byte> start = edited[..(at + next)];
            ReadOnlySpan<byte> end = edited[(start.Length + quoted.Length)..];
            if (document.Length >= start.Length + end.Length && document.StartsWith(start) && document.EndsWith(end))
            {
                return true;
            }
        }

        return Claim.IsOnlyInserted(document, edited, 2);
    }

    private static bool IsBlank(ReadOnlySpan<byte> document) =>
        (document.StartsWith("\uFEFF"u8) ? document[3..] : document).IndexOfAnyExcept(" \t\r\n"u8) < 0;
}
