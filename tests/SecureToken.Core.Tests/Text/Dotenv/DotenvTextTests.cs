using System.Text;
using SecureToken.Core.Text;
using SecureToken.Core.Text.Dotenv;
using Xunit;

namespace SecureToken.Core.Tests.Text.Dotenv;

/// <summary>Every special case of a dotenv document, with exact bytes.</summary>
public sealed class DotenvTextTests
{
    [Theory]
    [InlineData("N=old\n", "N=new\n")]
    [InlineData("N=old", "N=new")]
    [InlineData("N='old'\n", "N='new'\n")]
    [InlineData("N=\"old\"\n", "N=\"new\"\n")]
    [InlineData("N=\"o\\\"l\nd\\\\\"\nM=1\n", "N=\"new\"\nM=1\n")]
    [InlineData("N='o\\'\nM='1'\n", "N='new'\nM='1'\n")]
    [InlineData("export N=old\n", "export N=new\n")]
    [InlineData("  export \t N=old\n", "  export \t N=new\n")]
    [InlineData("N = old\n", "N = new\n")]
    [InlineData("N = 'old'\n", "N = 'new'\n")]
    [InlineData("N=old # c\n", "N=new # c\n")]
    [InlineData("N='old' # c\n", "N='new' # c\n")]
    [InlineData("N=old   \n", "N=new   \n")]
    [InlineData("N=\n", "N=new\n")]
    [InlineData("N=", "N=new")]
    [InlineData("N=''\n", "N='new'\n")]
    [InlineData("N= # c\n", "N=new # c\n")]
    [InlineData("N=<your token> # c\n", "N=new # c\n")]
    [InlineData("N=$(cat\\ x)#y\n", "N=new\n")]
    [InlineData("\uFEFFN=old\r\nM=1\r\n", "\uFEFFN=new\r\nM=1\r\n")]
    [InlineData("N=\r\nM=1\r\n", "N=new\r\nM=1\r\n")]
    [InlineData("N=old\r\n", "N=new\r\n")]
    [InlineData("N=old\r", "N=new\r")]
    [InlineData("N=1\nM=x\nexport N='2'\n", "N=new\nM=x\nexport N='new'\n")]
    [InlineData("M=\"\nN=fake\n\"\nN=old\n", "M=\"\nN=fake\n\"\nN=new\n")]
    [InlineData("M='\nN=fake\n' # c\nN=old\n", "M='\nN=fake\n' # c\nN=new\n")]
    [InlineData("M=`\nN=fake\n`\nN=old\n", "M=`\nN=fake\n`\nN=new\n")]
    [InlineData("M=it's\nN=old\nL=that's\n", "M=it's\nN=new\nL=that's\n")]
    [InlineData("M=\"a\"b\nN=old\n", "M=\"a\"b\nN=new\n")]
    [InlineData("#N=1\n # N=2\nn=3\nXN=4\nN.=5\nN=old\n", "#N=1\n # N=2\nn=3\nXN=4\nN.=5\nN=new\n")]
    public void A_value_is_replaced_where_it_stands(string document, string expected) => Sets(document, "new", expected);

    [Theory]
    [InlineData("bash runs what stands in backticks as a command", "N=`old`\n", "N=new\n")]
    [InlineData("and so it would after a tab", "N=`old`\t# c\n", "N=\"new\"\t# c\n")]
    [InlineData("bash takes a touching comment for value", "N='old'#c\n", "N='new' #c\n")]
    [InlineData("bash takes a touching comment for value, even of nothing", "N=#c\n", "N=new #c\n")]
    [InlineData("Node takes a touching mark for a comment", "N=old#c\n", "N=new\n")]
    [InlineData("Node takes a tab behind for value", "N=old\t# c\n", "N=\"new\"\t# c\n")]
    [InlineData("Node takes a tab behind for value, even of nothing", "N=\t\n", "N=\"new\"\t\n")]
    [InlineData("Node takes a tab before for value", "N=\told\n", "N=new\n")]
    [InlineData("Node takes a tab before quotes for value", "N=\t'old'\n", "N='new'\n")]
    [InlineData("bash joins quoted and bare", "N='old'er\n", "N=new\n")]
    public void A_form_on_which_readers_differ_gives_way_to_one_on_which_they_agree(string why, string document, string expected)
    {
        Assert.NotEmpty(why);
        Sets(document, "new", expected);

        // The same value in a form that only some read is not there yet.
        Sets(document.Replace("old", "new", StringComparison.Ordinal), "new", expected);
    }

    [Theory]
    [InlineData("N=old\n", "N=\"~x\"\n")]
    [InlineData("N=~x\n", "N=\"~x\"\n")]
    [InlineData("N='old'\n", "N='~x'\n")]
    [InlineData("N='~x'\n", "N='~x'\n")]
    [InlineData("N=`old`\n", "N=\"~x\"\n")]
    [InlineData("", "N=\"~x\"\n")]
    public void A_tilde_at_the_start_is_quoted_because_bash_expands_it(string document, string expected) => Sets(document, "~x", expected);

    [Theory]
    [InlineData("", "N=new\n")]
    [InlineData("\n", "\nN=new\n")]
    [InlineData("\uFEFF", "N=new\n")]
    [InlineData("\uFEFF\r\n", "\r\nN=new\r\n")]
    [InlineData("M=1\n", "M=1\nN=new\n")]
    [InlineData("M=1", "M=1\nN=new\n")]
    [InlineData("M=1\r\nL=2", "M=1\r\nL=2\r\nN=new\r\n")]
    [InlineData("M='1'\r", "M='1'\r\nN=new\n")]
    [InlineData("\uFEFFM=1\r\n", "\uFEFFM=1\r\nN=new\r\n")]
    [InlineData("#N=old\n", "#N=old\nN=new\n")]
    [InlineData("export M=1\n", "export M=1\nexport N=new\n")]
    [InlineData("export M=1\nL=2\n", "export M=1\nL=2\nN=new\n")]
    [InlineData("M=1\n  # indented\n", "M=1\nN=new\n  # indented\n")]
    [InlineData("M=1\nexport M\n# c\n", "M=1\nN=new\nexport M\n# c\n")]
    [InlineData("if x\nM=1\n  # c\nfi\n", "if x\nM=1\n  # c\nfi\nN=new\n")]
    [InlineData("M=C:\\x\\\n", "M=C:\\x\\\n\nN=new\n")]
    [InlineData("M=C:\\x\\", "M=C:\\x\\\n\nN=new\n")]
    [InlineData("M=C:\\x\\\n\n", "M=C:\\x\\\n\nN=new\n")]
    public void An_absent_name_gets_a_line_that_every_reader_sees(string document, string expected) => Sets(document, "new", expected);

    [Theory]
    [InlineData("N=new\n")]
    [InlineData("export N = 'new'   # c\r\n")]
    [InlineData("\uFEFFN=\"new\"\nM=x\nN=new # c")]
    public void A_value_that_stands_already_changes_no_byte(string document) => Sets(document, "new", document);

    [Theory]
    [InlineData("M=1\n", null)]
    [InlineData("N\n", null)]
    [InlineData("N=1\nN=2\n", "2")]
    [InlineData("N= x y  # c\n", "x y")]
    [InlineData("N=x#c\n", "x#c")]
    [InlineData("N=\"a # b\" # c\n", "a # b")]
    [InlineData("N='a\nb'\n", "a\nb")]
    [InlineData("N=\n", "")]
    public void The_value_is_that_of_the_last_line_without_quotes(string document, string? expected) =>
        Assert.Equal(expected, Utf8.Text(DotenvText.Get(Utf8.Of(document), "N")));

    [Theory]
    [InlineData("N=old\n", "")]
    [InlineData("M=1\nexport N='a\nb' # c\r\nL=2\nN=x", "M=1\nL=2\n")]
    [InlineData("\uFEFFN=old\n#N=1\n", "\uFEFF#N=1\n")]
    [InlineData("M=1", "M=1")]
    public void Removing_takes_every_line_of_the_name(string document, string expected) =>
        Assert.Equal(expected, Utf8.Text(DotenvText.Remove(Utf8.Of(document), "N")));

    [Theory]
    [InlineData("M=1\n N=\"old\nL=2\n", 2, 4, "the quote that opens here is never closed")]
    [InlineData("M='tis\n", 1, 3, "the quote that opens here is never closed")]
    [InlineData("M=\"old\nN=\"old\"\n", 2, 4, "there is text after the closing quote of a value of several lines")]
    [InlineData("N=old; export N\n", 1, 3, "there is more than the value on this line, which readers take differently")]
    [InlineData("N='old' && x\n", 1, 3, "there is more than the value on this line, which readers take differently")]
    [InlineData("é=1\nN=old M=1\n", 2, 3, "there is more than the value on this line, which readers take differently")]
    [InlineData("N=old\rM=1\n", 1, 3, "there is a carriage return without line feed in the value, which readers take differently")]
    [InlineData("M=é\0\n", 1, 4, "the document is not UTF-8 text")]
    public void A_document_that_readers_take_differently_is_a_fault(string document, int line, int column, string reason)
    {
        TextFault expected = new(line, column, reason);
        Assert.Equal(expected, DotenvText.Set(Utf8.Of(document), "N", "new"u8).Fault);
        Assert.Equal(expected, DotenvText.Get(Utf8.Of(document), "N").Fault);
        Assert.Equal(expected, DotenvText.Remove(Utf8.Of(document), "N").Fault);
    }

    [Fact]
    public void A_document_in_UTF_16_is_a_fault() =>
        Assert.Equal(new TextFault(1, 1, "the document is not UTF-8 text"), DotenvText.Set(Encoding.Unicode.GetBytes("\uFEFFM=1"), "N", "new"u8).Fault);

    [Fact]
    public void Bytes_of_another_code_page_in_a_comment_are_kept()
    {
        byte[] document = [.. "# "u8, 0xE9, .. "\nN="u8];
        Assert.Equal([.. document, .. "new"u8], DotenvText.Set(document, "N", "new"u8).Document!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1N")]
    [InlineData("N.M")]
    [InlineData("N M")]
    [InlineData("É")]
    public void A_name_that_not_every_reader_takes_is_refused(string name)
    {
        Assert.NotNull(DotenvText.Set("x=1"u8, name, "new"u8).Fault);
        Assert.NotNull(DotenvText.Get("x=1"u8, name).Fault);
        Assert.NotNull(DotenvText.Remove("x=1"u8, name).Fault);
    }

    [Fact]
    public void A_value_with_characters_on_which_readers_differ_is_refused_without_being_named()
    {
        for (int unit = 0; unit < 256; unit++)
        {
            bool isPlain = char.IsAsciiLetterOrDigit((char)unit) || "-._~+/= :,@".Contains((char)unit, StringComparison.Ordinal);
            byte[] value = [.. "hush"u8, (byte)unit, .. "hush"u8];
            TextEditResult edit = DotenvText.Set("N=old\n"u8, "N", value);
            Assert.True(isPlain == edit.Fault is null, $"byte {unit}");
            Assert.DoesNotContain("hush", edit.Fault?.Reason ?? string.Empty, StringComparison.Ordinal);
        }

        Assert.Equal(new TextFault(1, 1, "the value is empty"), DotenvText.Set("N=old\n"u8, "N", default).Fault);
    }

    private static void Sets(string document, string value, string expected)
    {
        TextEditResult edit = DotenvText.Set(Utf8.Of(document), "N", Utf8.Of(value));
        Assert.Equal(expected, Utf8.Text(edit));
        Assert.Equal(value, Utf8.Text(DotenvText.Get(edit.Document, "N")));
        Assert.Equal(expected, Utf8.Text(DotenvText.Set(edit.Document, "N", Utf8.Of(value))));
    }
}
