using SecureToken.Core.Tests.Processes;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Destinations.Commands;

/// <summary>One call of a stand-in.</summary>
internal sealed record Recording(string[] Arguments, string[] Environment, string Input)
{
    /// <summary>Checks that the token, in any form, is neither in an argument nor in the environment.</summary>
    public void AssertTokenOnlyOnInput()
    {
        var canary = new Canary("the token", CurrentToken.Value);
        Assert.Empty(canary.FindIn(string.Join('\n', Arguments), "the arguments"));
        Assert.Empty(canary.FindIn(string.Join('\n', Environment), "the environment"));
        Assert.NotEmpty(canary.FindIn(Input, "standard input"));
    }
}

/// <summary>A stand-in for a vendor's client: it records what it is given. Another script can follow, which sees the arguments.</summary>
internal sealed class Recorder
{
    private readonly string _directory;

    private Recorder(string directory) => _directory = directory;

    /// <summary>The calls so far, in order.</summary>
    public IReadOnlyList<Recording> Calls => [.. Enumerable.Range(1, Directory.GetFiles(_directory, "arguments.*").Length).Select(Read)];

    public static Recorder Add(Programs programs, string name, string then = "exit 0")
    {
        string directory = Directory.CreateDirectory(programs.At($"calls of {name}")).FullName;
        programs.Add(
            name,
            $"""
            n=$(($(ls '{directory}' | grep -c ^arguments) + 1))
            for a in "$@"; do printf '%s\n' "$a"; done >'{directory}/arguments.'$n
            env >'{directory}/environment.'$n
            cat >'{directory}/input.'$n
            {then}
            """);
        return new Recorder(directory);
    }

    private Recording Read(int number) => new(
        File.ReadAllLines(Path.Combine(_directory, $"arguments.{number}")),
        File.ReadAllLines(Path.Combine(_directory, $"environment.{number}")),
        File.ReadAllText(Path.Combine(_directory, $"input.{number}")));
}
