using SecureToken.Core.Text;
using SecureToken.Core.Text.Dotenv;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Text.Dotenv;

/// <summary>Lines that a shell reads in another way, with a real shell as the judge.</summary>
[Trait("System", "Unix")]
public sealed class DotenvShellTests
{
    [Theory]
    [InlineData("N=old", false)]
    [InlineData("export N=old", false)]
    [InlineData("  N=old  ", false)]
    [InlineData("N=old # said", false)]
    [InlineData("N=\"old\"", false)]
    [InlineData("N='old'   ", false)]
    [InlineData("# N = x\nN=old", false)]
    [InlineData("A=\"one\nB = 1\"\nN=old", false)]
    [InlineData("\uFEFFA=1\nN=old", false)]
    [InlineData("N = old", true)]
    [InlineData("N =old", true)]
    [InlineData("N= old", true)]
    [InlineData("N= 'old'", true)]
    [InlineData("N=ol d", true)]
    [InlineData("export N = old", true)]
    public async Task The_lines_that_are_told_are_those_that_a_shell_does_not_read(string document, bool isOdd)
    {
        using var directory = new TemporaryDirectory("shell");
        directory.Write(".env", document + "\n");
        CommandResult shell = await new Command(directory.Path).RunAsync(directory.Path, "bash", "-c", "set -a; . ./.env 2>/dev/null; printf %s \"$N\"");
        Assert.Equal(isOdd, shell.Output != "old");
        Assert.Equal(isOdd, DotenvShell.Unreadable(Utf8.Of(document + "\n")).Count > 0);
    }

    [Fact]
    public void Each_line_is_told_with_its_number_and_nothing_of_its_content()
    {
        TextFault[] faults = [.. DotenvShell.Unreadable("A=1\nB = geheim\n\nC-D=x\nE=f g\nF\n"u8)];
        Assert.Equal([2, 4, 5], faults.Select(fault => fault.Line));
        Assert.All(faults, fault => Assert.DoesNotContain("geheim", fault.Reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("A=\"never closed\nB = 1\n")]
    [InlineData("=\n = \nA=\n")]
    [InlineData("A='")]
    [InlineData("A=\"\\")]
    [InlineData("export")]
    [InlineData("")]
    public void No_document_is_too_odd(string document) => Assert.True(DotenvShell.Unreadable(Utf8.Of(document)).Count <= 1);
}
