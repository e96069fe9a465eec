using System.ComponentModel;
using System.Text.RegularExpressions;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>One system call of a traced run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Ordinal">It is the how-manieth of its name, from 1.</param>
/// <param name="Text">The line of the trace, without the process id; descriptors carry their path.</param>
internal sealed record SystemCall(string Name, int Ordinal, string Text);

/// <summary>What a traced run did and how it ended.</summary>
internal sealed record Trace(Ended Ended, IReadOnlyList<SystemCall> Calls, string Log)
{
    /// <summary>The place of the first call that matches, which must exist.</summary>
    public int First(string pattern)
    {
        int index = Calls.ToList().FindIndex(call => Regex.IsMatch(call.Text, pattern));
        Assert.True(index >= 0, $"No call matches {pattern} in:\n{Log}");
        return index;
    }
}

/// <summary>Runs a program under strace, which can also make its system calls fail.</summary>
internal static partial class Strace
{
    public static async Task<Trace> Run(
        Sandbox box, string[] options, IEnumerable<string> command, string? workingDirectory = null, params (string Name, string Value)[] environment)
    {
        string log = box.At("strace." + Guid.NewGuid().ToString("N"));
        string[] arguments = ["-f", "-qq", "-y", "-s", "64", "-o", log, .. options, "--", .. command];
        try
        {
            Ended ended = workingDirectory is null
                ? await Command.Run("strace", arguments, environment)
                : await Command.Run("env", ["-C", workingDirectory, "strace", .. arguments], environment);
            string text = File.Exists(log) ? await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken) : string.Empty;
            Assert.False(text.Length == 0 && ended.Exit != 0, "strace does not run here: " + ended.Error);
            return new Trace(ended, [.. Parse(text)], text);
        }
        catch (Win32Exception)
        {
            Assert.Fail("strace is not installed, and without it no crash is tested. Install it (apt-get install strace).");
            throw;
        }
    }

    private static IEnumerable<SystemCall> Parse(string log)
    {
        Dictionary<string, int> counts = [];
        foreach (Match match in StraceLog.Lines(log).Select(line => Line().Match(line)).Where(match => match.Success))
        {
            string name = match.Groups["name"].Value;
            int ordinal = counts[name] = counts.GetValueOrDefault(name) + 1;
            yield return new SystemCall(name, ordinal, match.Groups["call"].Value);
        }
    }

    [GeneratedRegex(@"^\d+\s+(?<call>(?<name>\w+)\(.*)$")]
    private static partial Regex Line();
}
