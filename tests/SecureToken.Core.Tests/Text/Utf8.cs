using System.Text;
using SecureToken.Core.Text;
using Xunit;

namespace SecureToken.Core.Tests.Text;

/// <summary>Documents as text, for tests: "\uFEFF" at the start is a byte order mark.</summary>
internal static class Utf8
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static byte[] Of(string text) => Strict.GetBytes(text);

    public static string Text(byte[]? bytes) => Strict.GetString(bytes!);

    /// <summary>The document of an edit that must have one.</summary>
    public static string Text(TextEditResult edit)
    {
        Assert.True(edit.Fault is null, $"fault: {edit.Fault}");
        return Text(edit.Document);
    }

    /// <summary>The value, or null when absent; there must be no fault.</summary>
    public static string? Text(TextReadResult value)
    {
        Assert.True(value.Fault is null, $"fault: {value.Fault}");
        return value.Value is { } bytes ? Text(bytes) : null;
    }

    /// <summary>Whether taking at most so many runs of bytes out of one gives the other.</summary>
    public static bool IsOnlyInserted(ReadOnlySpan<byte> old, ReadOnlySpan<byte> edited, int runs)
    {
        int inserted = edited.Length - old.Length;
        int common = old.CommonPrefixLength(edited);
        if (inserted < 0 || inserted == 0)
        {
            return inserted == 0 && common == old.Length;
        }

        // With two runs the first is the comma.
        return edited[(common + inserted)..].SequenceEqual(old[common..])
            || (runs == 2 && edited[common] == ',' && IsOnlyInserted(old[common..], edited[(common + 1)..], 1));
    }
}
