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

    [Theory]
    [InlineData("""{"A":{"B":"old"},"a":"x"}""", """{"a":"x"}""")]
    [InlineData("""{"a":"x","A":{"B":"old"}}""", """{"a":"x"}""")]
    [InlineData("""{"a":null,"A":{"B":"old"}}""", """{"a":null}""")]
    [InlineData("""{"a":[],"A":{"B":"old",},"y":2}""", """{"a":[],"y":2}""")]
    [InlineData("""{"A":{"B":"old","C":"1"},"a":"x"}""", """{"A":{"C":"1"},"a":"x"}""")]
    [InlineData("""{"A":{"B":"old"},"a":{"C":"1"}}""", """{"A":{},"a":{"C":"1"}}""")]
    public void A_section_twice_by_case_stays_readable_and_its_value_stays(string document, string expected)
    {
        byte[] old = Utf8.Of(document);
        TextEditResult edit = JsonText.Remove(old, "A:B");
        Assert.Equal(expected, Utf8.Text(edit));
        Assert.Equal(ConfigurationReader.Others(old, "A:B"), ConfigurationReader.Others(edit.Document!, "A:B").Where(other => other != "A=null" || document.Contains("null", StringComparison.Ordinal)));
    }

    [Fact]
    public void Emptied_parents_go_as_far_as_each_has_a_value_beside_it()
    {
        byte[] document = Utf8.Of("""{"A":{"B":{"C":"old"}},"a:b":"1","a":"2","x":3}""");
        TextEditResult edit = JsonText.Remove(document, "A:B:C");
        Assert.Equal("""{"a:b":"1","a":"2","x":3}""", Utf8.Text(edit));
        Assert.Equal("2", ConfigurationReader.Read(edit.Document!)["A"]);
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
