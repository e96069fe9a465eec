using SecureToken.Core.Text;
using SecureToken.Core.Text.Json;
using Xunit;

namespace SecureToken.Core.Tests.Text.Json;

/// <summary>Taking a key out of a JSON document.</summary>
public sealed class JsonRemoveTests
{
    [Theory]
    [InlineData("""{"A:B":"old"}""", "{}")]
    [InlineData("""{ "A:B": "old" }""", "{ }")]
    [InlineData("""{"x":1,"A:B":"old"}""", """{"x":1}""")]
    [InlineData("""{"x": 1, "A:B": "old", "y": 2}""", """{"x": 1, "y": 2}""")]
    [InlineData("""{"A":{"B":"old",},"y":2}""", """{"A":{},"y":2}""")]
    [InlineData("{\n  \"x\": 1,\n  \"A:B\": \"old\"\n}\n", "{\n  \"x\": 1\n}\n")]
    [InlineData("{\r\n  \"A:B\": \"old\",\r\n  \"y\": 2\r\n}", "{\r\n  \"y\": 2\r\n}")]
    [InlineData("{\n  \"x\": 1, // one\n  \"A:B\": \"old\"\n}", "{\n  \"x\": 1 // one\n}")]
    [InlineData("{\n  \"x\": 1,\n  \"A:B\": \"old\" /* c */ ,\n  \"y\": 2\n}", "{\n  \"x\": 1,\n  /* c */ \n  \"y\": 2\n}")]
    [InlineData("{\n  \"A:B\": \"old\" // c\n}", "{\n  // c\n}")]
    [InlineData("{ \"x\": 1\n, \"A:B\": \"old\"\n}", "{ \"x\": 1\n}")]
    [InlineData("\uFEFF{\"x\":1}", "\uFEFF{\"x\":1}")]
    public void A_key_goes_with_its_comma_and_its_line_and_nothing_else(string document, string expected)
    {
        TextEditResult edit = JsonText.Remove(Utf8.Of(document), "A:B");
        Assert.Equal(expected, Utf8.Text(edit));
        Assert.DoesNotContain("A:B", ConfigurationReader.Read(edit.Document!).Keys);
    }

    [Fact]
    public void An_element_of_an_array_stays_because_the_others_would_be_renumbered() =>
        Assert.Equal(new TextFault(1, 7, "the key 'A:0' is an element of an array"), JsonText.Remove("""{"A":["x","y"]}"""u8, "A:0").Fault);

    [Fact]
    public void What_was_added_on_its_own_line_can_be_taken_out_to_the_byte()
    {
        byte[] document = Utf8.Of("{\n  \"x\": 1 // one\n  // two\n}\n");
        byte[]? added = JsonText.Set(document, "A:B", "new"u8).Document;
        Assert.Equal(document, JsonText.Remove(added, "A:B").Document);
    }
}
