using System.Text;
using SecureToken.Core.Text;
using SecureToken.Core.Text.Json;
using Xunit;

namespace SecureToken.Core.Tests.Text.Json;

/// <summary>Documents that must not be edited, and where the fault is said to be.</summary>
public sealed class JsonFaultTests
{
    private const string Key = "A:B";

    [Theory]
    [InlineData("{\"A:B\":1,\n \"a\":{\"b\":2}}", 2, 7, "the key 'A:B' appears here a second time")]
    [InlineData("{\"A:B\":1,\"A:B\":2}", 1, 10, "the key 'A:B' appears here a second time")]
    [InlineData("{\"A:B\":1,\"A\":{\"B\":{}}}", 1, 15, "the key 'A:B' appears here a second time")]
    [InlineData("{\"A\":{\"B\":{}}}", 1, 11, "there is an object or array at the key 'A:B'")]
    [InlineData("{\"A\":{\"B\":[]}}", 1, 11, "there is an object or array at the key 'A:B'")]
    [InlineData("{\"A\":\n{\"B\":\n  {\"C\":1}}}", 3, 3, "there is an object or array at the key 'A:B'")]
    [InlineData("[1]", 1, 1, "the top level is not an object")]
    [InlineData("\uFEFF\"text\"", 1, 1, "the top level is not an object")]
    [InlineData("// only a comment", 1, 18, "the document ends too early")]
    public void A_place_that_cannot_hold_the_value_is_a_fault(string document, int line, int column, string reason) =>
        Faults(Utf8.Of(document), new TextFault(line, column, reason));

    [Theory]
    [InlineData("{\"a\":1", 1, 7, "the document ends too early")]
    [InlineData("{\"a\":1}}", 1, 8, "there is something after the end of the top level")]
    [InlineData("{\"é😀\" 1}", 1, 7, "a colon is missing here")]
    [InlineData("{\"a\"/*c*/:1}", 1, 5, "a colon is missing here")]
    [InlineData("{\"a\":secret}", 1, 6, "a value is missing here")]
    [InlineData("{\"a\":truth}", 1, 6, "a value is missing here")]
    [InlineData("{\r\n\"a\":1 \"b\":2}", 2, 7, "a comma or the closing bracket is missing here")]
    [InlineData("{,}", 1, 2, "a name in double quotes is missing here")]
    [InlineData("{'a':1}", 1, 2, "a name in double quotes is missing here")]
    [InlineData("{\"a\":01}", 1, 7, "a comma or the closing bracket is missing here")]
    [InlineData("{\"a\":1.}", 1, 8, "a digit is missing here")]
    [InlineData("{\"a\":1e+}", 1, 9, "a digit is missing here")]
    [InlineData("{\"a\":\"se\\cret\"}", 1, 9, "there is a backslash in a string that starts no escape")]
    [InlineData("{\"a\":\"\\ud800\"}", 1, 7, "there is half a surrogate pair in a string")]
    [InlineData("{\"a\":\"\\udc00\\ud800\"}", 1, 7, "there is half a surrogate pair in a string")]
    [InlineData("{\"a\":\"x\ny\"}", 1, 8, "there is a control character in a string")]
    [InlineData("{\"a\":\"x", 1, 6, "the string that starts here never ends")]
    [InlineData("{}/*x", 1, 3, "the comment that starts here never ends")]
    [InlineData("{}/x", 1, 3, "there is a slash here that starts no comment")]
    [InlineData("{}// a\u2028b", 1, 7, "there is a line separator (U+2028 or U+2029) in a comment")]
    [InlineData("\uFEFF\uFEFF{}", 1, 1, "the top level is not an object")]
    public void A_document_that_the_reader_refuses_is_a_fault(string document, int line, int column, string reason)
    {
        Assert.ThrowsAny<Exception>(() => ConfigurationReader.Read(Utf8.Of(document)));
        Faults(Utf8.Of(document), new TextFault(line, column, reason));
    }

    [Theory]
    [InlineData("""{"Sysdig":{},"sysdig":"x"}""", 14)]
    [InlineData("""{"Sysdig":"x","sysdig":"y","SYSDIG":{"Url":"z"}}""", 15)]
    [InlineData("""{"Sysdig":{"Token":"1"},"sysdig":[],"SYSDIG":"y"}""", 37)]
    public void A_section_with_a_second_value_by_case_is_refused_as_the_reader_refuses_it(string document, int column)
    {
        Assert.Throws<FormatException>(() => ConfigurationReader.Read(Utf8.Of(document)));
        Assert.Equal(new TextFault(1, column, "the key 'Sysdig' appears here a second time"), JsonText.Set(Utf8.Of(document), "Sysdig:Token", "new"u8).Fault);
    }

    [Theory]
    [InlineData("""{"A":tru,"B":"secret"}""")]
    [InlineData("""{"A":[nul,"secret"]}""")]
    [InlineData("""{"A":1,/*c*/"B":[2, falsy "secret"]}""")]
    public void No_exception_text_quotes_what_stands_behind_a_broken_word(string document)
    {
        var texts = new System.Collections.Concurrent.ConcurrentBag<string>();
        EventHandler<System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs> listen = (_, thrown) => texts.Add(thrown.Exception.ToString());
        AppDomain.CurrentDomain.FirstChanceException += listen;
        try
        {
            Assert.NotNull(JsonText.Set(Utf8.Of(document), Key, "new"u8).Fault);
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= listen;
        }

        Assert.NotEmpty(texts);
        Assert.DoesNotContain(texts, text => text.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_a_fault()
    {
        Faults([.. "{\n\"é\":\""u8, 0xC3, .. "\"}"u8], new TextFault(2, 6, "the bytes are not UTF-8"));
        Faults(Encoding.Unicode.GetBytes("\uFEFF{}"), new TextFault(1, 1, "the bytes are not UTF-8"));
        Assert.Equal(new TextFault(1, 1, "the value is not UTF-8"), JsonText.Set("{}"u8, Key, [0xFF]).Fault);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(100_000, false)]
    public void Nesting_is_taken_as_deep_as_the_reader_takes_it(int levels, bool isTaken)
    {
        byte[] document = Utf8.Of(string.Concat(Enumerable.Repeat("{\"x\":", levels - 1)) + "{}" + new string('}', levels - 1));
        Assert.Equal(isTaken, Record.Exception(() => ConfigurationReader.Read(document)) is null);
        Assert.Equal(isTaken ? null : new TextFault(1, (64 * 5) + 1, "the nesting is deeper than 64 levels"), JsonText.Set(document, Key, "new"u8).Fault);
    }

    private static void Faults(byte[] document, TextFault expected)
    {
        Assert.Equal(expected, JsonText.Set(document, Key, "new"u8).Fault);
        Assert.Equal(expected, JsonText.Get(document, Key).Fault);
        Assert.Equal(expected, JsonText.Remove(document, Key).Fault);
    }
}
