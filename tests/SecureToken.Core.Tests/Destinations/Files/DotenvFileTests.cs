using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Secrets;
using SecureToken.Core.Tests.Destinations.Jobs;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Destinations.Files;

/// <summary>A copy that is right for us and that a reader does not find, with a real shell as the judge.</summary>
public sealed class DotenvFileTests : IDisposable
{
    private readonly Job _job = new();

    public void Dispose() => _job.Dispose();

    [Theory]
    [InlineData("\uFEFFT=old\n", "SECTOK523", 0)]
    [InlineData("\uFEFFexport T=old\nA=1\n", "SECTOK523", 0)]
    [InlineData("\uFEFFA=1\nT=old\n", null, 0)]
    [InlineData("A=1\r\nT=old\r\n", "SECTOK524", 2)]
    [InlineData("A=1\nT='old'\r\nB=2\n", "SECTOK524", 2)]
    [InlineData("A=1\r\nB=2\r\n", "SECTOK524", 3)]
    [InlineData("A=1\r\nB=2", "SECTOK524", 3)]
    [InlineData("A=1\r\nT=old\n", null, 0)]
    [InlineData("A=1\nT=old\n", null, 0)]
    [InlineData("", null, 0)]
    public async Task A_mark_or_a_carriage_return_that_hides_the_token_from_a_shell_is_told_at_inject(string document, string? code, int line)
    {
        string path = _job.Write(".env", document);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell that reads it.");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Destination file = new DestinationBuilder(name => name == "HOME" ? _job.Root : null, _job.Root) { Names = ["T"] }.Dotenv(".env").Value;
        Failure[] told = [.. Preflight.Look([file])[0].Warnings];
        Assert.Equal(code, told.SingleOrDefault()?.Code);
        Assert.True(Job.Inject(file).Value);
        Assert.Equal(code, file.Warnings().SingleOrDefault()?.Code);
        if (line > 0)
        {
            Assert.Contains($".env({line}):", told[0].Message, StringComparison.Ordinal);
            Assert.Equal(told[0].Message, file.Warnings()[0].Message);
        }

        CommandResult shell = await new Command(_job.Root).RunAsync(_job.Root, "bash", "-c", "set -a; . ./.env 2>/dev/null; printf %s \"$T\"");
        Assert.Equal(code is null, shell.Output == CurrentToken.Value);
    }

    [Fact]
    public void Every_name_gets_the_token_and_loses_it()
    {
        string path = _job.Write(".env", "X=1\nB=old\n");
        var file = new DotenvFile(path, null, ["A", "B", "C"]);
        Assert.True(file.IsOccupied().Value);
        Assert.True(Job.Inject(file).Value);
        const string Value = CurrentToken.Value;
        Assert.Equal($"X=1\nB={Value}\nA={Value}\nC={Value}\n", File.ReadAllText(path));
        Assert.False(Job.Inject(file).Value);
        using (Token? read = file.ReadToken().Value)
        {
            Assert.True(read!.Matches(System.Text.Encoding.ASCII.GetBytes(Value)));
        }

        Assert.True(file.IsOccupied().Value);
        Assert.True(file.Remove(CancellationToken.None).Value);
        Assert.Equal("X=1\n", File.ReadAllText(path));
        Assert.False(file.IsOccupied().Value);
    }

    [Theory]
    [InlineData("A=old-token-of-the-team\nB=other\n")]
    [InlineData("A=old-token-of-the-team\n")]
    [InlineData("B=old-token-of-the-team\n")]
    public void Where_the_names_differ_there_is_no_one_token(string document)
    {
        var file = new DotenvFile(_job.Write(".env", document), null, ["A", "B"]);
        Assert.Null(file.ReadToken().Value);
        Assert.True(file.IsOccupied().Value);
    }
}
