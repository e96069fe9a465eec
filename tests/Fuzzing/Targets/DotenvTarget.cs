using DotNetEnv;
using SecureToken.Core.Text;
using SecureToken.Core.Text.Dotenv;

namespace SecureToken.Fuzzing.Targets;

/// <summary>
/// The editor of dotenv files, against DotNetEnv. The first byte of an input chooses name and value, the rest is the document.
/// </summary>
internal static class DotenvTarget
{
    // What DotNetEnv alone expands or escapes; and a document of a page is slow to read for it.
    private const int LongestRead = 300;

    private static readonly string[] Names = ["G_TOKEN", "A", "TOKEN_2"];
    private static readonly byte[][] Values = ["new"u8.ToArray(), "~n3w-T.o_k+n/x=="u8.ToArray(), "Bearer a:b,c@d"u8.ToArray()];

    public static void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        string name = Names[input[0] % Names.Length];
        byte[] value = Values[input[0] / Names.Length % Values.Length];
        byte[] document = input[1..];

        // What the file holds besides is looked at before and after.
        Claim.That(DotenvShell.Unreadable(document).All(fault => fault.Line >= 1), "lines are counted from 1");
        DotenvText.ShapeOf(document, name);
        TextEditResult edit = DotenvText.Set(document, name, value);
        TextReadResult before = DotenvText.Get(document, name);
        if (edit.Document is not { } edited)
        {
            Claim.IsTold(edit.Fault, document);
            Claim.That(before.Value is null && DotenvText.Remove(document, name).Document is null, "what cannot be edited cannot be read");
            return;
        }

        Claim.Same(value, DotenvText.Get(edited, name).Value, "what was edited is there");
        Claim.Same(edited, DotenvText.Set(edited, name, value).Document, "editing twice is editing once");
        Forget(document, edited, name, before.Value is not null);
        ReadBack(document, edited, name, System.Text.Encoding.ASCII.GetString(value), before.Value is not null);
    }

    private static void Forget(byte[] document, byte[] edited, string name, bool wasThere)
    {
        byte[] removed = DotenvText.Remove(edited, name).Document ?? throw new FindingException("what was injected can be forgotten");

        // A byte order mark inside becomes one at the start when the lines before it go: another line can be read, or none any more.
        bool isMarkFirst = StartsWithMark(removed) && !StartsWithMark(edited);
        Claim.That(isMarkFirst || DotenvText.Get(removed, name) is { Value: null, Fault: null }, "what was forgotten is gone");
        if (wasThere)
        {
            Claim.Same(DotenvText.Remove(document, name).Document, removed, "every byte of the other lines stays");
            return;
        }

        // The line before may have got its line end, or an empty line behind its backslash; and a mark before nothing is not kept.
        bool isOnlyMark = document.AsSpan().StartsWith("\uFEFF"u8) && document.AsSpan(3).IndexOfAnyExcept(" \t\r\n"u8) < 0;
        ReadOnlySpan<byte> old = isOnlyMark ? document.AsSpan(3) : document;
        int common = old.CommonPrefixLength(removed);
        int added = removed.Length - old.Length;
        Claim.That(
            added >= 0 && removed.AsSpan(common, added).IndexOfAnyExcept("\r\n"u8) < 0
                && removed.AsSpan(common + added).SequenceEqual(old[common..]),
            $"forget undoes inject: {Corpus.Escape(removed)}");
    }

    private static bool StartsWithMark(byte[] document) => document is [0xEF, 0xBB, 0xBF, ..] or [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..];

    private static void ReadBack(byte[] document, byte[] edited, string name, string value, bool wasThere)
    {
        ReadOnlySpan<byte> text = document;
        if (text.Length > LongestRead || text.IndexOfAny("$\\`\""u8) >= 0 || text.ContainsAnyExceptInRange((byte)'\n', (byte)'~'))
        {
            return;
        }

        Dictionary<string, string>? old = Read(document);
        if (old is null || wasThere != old.ContainsKey(name))
        {
            return;
        }

        Dictionary<string, string> now = Read(edited) ?? throw new FindingException("DotNetEnv reads the document still");
        Claim.That(now.GetValueOrDefault(name) == value, $"what was edited reads back: '{now.GetValueOrDefault(name)}'");
        old.Remove(name);
        now.Remove(name);
        Claim.Same(Lines(old), Lines(now), "DotNetEnv reads the rest unchanged");
    }

    private static IEnumerable<string> Lines(Dictionary<string, string> values) =>
        values.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}");

    private static Dictionary<string, string>? Read(byte[] document)
    {
        try
        {
            Dictionary<string, string> values = [];
            foreach ((string name, string value) in Env.Load(new MemoryStream(document), LoadOptions.NoEnvVars()))
            {
                values[name] = value;
            }

            return values;
        }
        catch (Exception)
        {
            return null;
        }
    }
}
