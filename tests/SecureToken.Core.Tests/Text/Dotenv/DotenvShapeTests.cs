using SecureToken.Core.Text;
using SecureToken.Core.Text.Dotenv;
using Xunit;

namespace SecureToken.Core.Tests.Text.Dotenv;

/// <summary>What stands around values, and where lines begin and end.</summary>
public sealed class DotenvShapeTests
{
    [Theory]
    [InlineData("N=x\n", false, null)]
    [InlineData("A=1\r\nN=x\r\n", false, 2)]
    [InlineData("N=1\nN=2\r\n", false, 2)]
    [InlineData("N=x\r", false, 1)]
    [InlineData("N='a\r\nb'\r\n", false, 2)]
    [InlineData("A=1\r\nN=x\n", false, null)]
    [InlineData("\uFEFFN=x\n", true, null)]
    [InlineData("\uFEFFN=x\r\n", true, 1)]
    [InlineData("\uFEFFA=1\nN=x\n", false, null)]
    [InlineData("", false, null)]
    [InlineData("\uFEFF", false, null)]
    [InlineData("A=1\n", false, null)]
    [InlineData("A=1\r\nB=2\r\n", false, 3)]
    [InlineData("A=1\r\nB=2", false, 3)]
    [InlineData("\uFEFFA=1\r\n", false, 2)]
    [InlineData("N='x\r\n", false, null)]
    public void What_stands_around_a_value_is_told(string document, bool isBehindMark, int? lineWithReturn) =>
        Assert.Equal(new DotenvShape(isBehindMark, lineWithReturn), DotenvText.ShapeOf(Utf8.Of(document), "N"));

    [Theory]
    [InlineData(" # c", "N=new\n # c")]
    [InlineData("# c\n", "# c\nN=new\n")]
    [InlineData(" # c\n\n", "N=new\n # c\n\n")]
    [InlineData(" # a\n # b\n", "N=new\n # a\n # b\n")]
    [InlineData("A=1\n # a\n # b\n", "A=1\nN=new\n # a\n # b\n")]
    [InlineData("\uFEFF # c", "\uFEFF # c\nN=new\n")]
    [InlineData("export A=1\n=x\n", "export A=1\n=x\nexport N=new\n")]
    [InlineData("ABC", "ABC\nN=new\n")]
    [InlineData("A_N=1\nB.N=2\nC-N=3\n", "A_N=1\nB.N=2\nC-N=3\nN=new\n")]
    [InlineData("export A_B=1\n", "export A_B=1\nexport N=new\n")]
    [InlineData("N=\"a#\"\n", "N=\"new\"\n")]
    [InlineData("N=\"a\"#c\n", "N=\"new\" #c\n")]
    [InlineData("N=`a`\t# c\n", "N=\"new\"\t# c\n")]
    [InlineData("N=`a\t`\n", "N=new\n")]
    [InlineData("N\t= x\n", "N\t= new\n")]
    [InlineData("N=a;b\n", "N=new\n")]
    public void A_value_is_put_where_every_reader_finds_it(string document, string edited) =>
        Assert.Equal(edited, Utf8.Text(DotenvText.Set(Utf8.Of(document), "N", "new"u8).Document));

    [Theory]
    [InlineData("A_B =x\n", 1, "there is a space before the sign")]
    [InlineData("A\t=x\n", 1, "there is a space before the sign")]
    [InlineData("A.B=x\n", 1, "no shell accepts such a name")]
    [InlineData("A-B=x\n", 1, "no shell accepts such a name")]
    [InlineData("1A=x\n", 1, "no shell accepts such a name")]
    [InlineData("A= x\n", 1, "there is a space after the sign or in a value without quotes")]
    [InlineData("A=x y\n", 1, "there is a space after the sign or in a value without quotes")]
    [InlineData("A= x y\n", 1, "there is a space after the sign or in a value without quotes")]
    [InlineData("A=\"a\\\"\nB =x\n\"\nC =y\n", 4, "there is a space before the sign")]
    [InlineData("A='a\\'\nB =x\nC='\n", 2, "there is a space before the sign")]
    [InlineData("A=\"x\nB =y\n", 2, "there is a space before the sign")]
    public void A_line_that_a_shell_reads_differently_is_told_with_the_reason(string document, int line, string reason)
    {
        TextFault fault = Assert.Single(DotenvShell.Unreadable(Utf8.Of(document)));
        Assert.Equal((line, reason), (fault.Line, fault.Reason));
    }

    [Theory]
    [InlineData("")]
    [InlineData("A=")]
    [InlineData("A= ")]
    [InlineData("A= # c")]
    [InlineData("A=#")]
    [InlineData("= x")]
    [InlineData("ABC")]
    [InlineData("A=x # said\n")]
    [InlineData("A=x y; B=z\n")]
    public void Nothing_is_told_of_a_line_that_a_shell_reads_alike_or_runs(string document) =>
        Assert.Empty(DotenvShell.Unreadable(Utf8.Of(document)));

    [Fact]
    public void A_name_that_is_none_is_told_so()
    {
        TextFault? fault = DotenvText.Set(default, "1A", "new"u8).Fault;
        Assert.Equal("the name is not one that every reader takes: letters, digits and underscores, no digit first", fault?.Reason);
    }
}
