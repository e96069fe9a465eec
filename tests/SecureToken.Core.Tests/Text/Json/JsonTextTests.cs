using SecureToken.Core.Text;
using SecureToken.Core.Text.Json;
using Xunit;

namespace SecureToken.Core.Tests.Text.Json;

/// <summary>Every special case of a JSON document, with exact bytes; each result is also read by the real reader.</summary>
public sealed class JsonTextTests
{
    private const string Key = "A:B";

    [Theory]
    [InlineData("nested", """{"A":{"B":"old"}}""", """{"A":{"B":"new"}}""")]
    [InlineData("flat", """{"A:B":"old"}""", """{"A:B":"new"}""")]
    [InlineData("other case", """{"a":{"b":"old"}}""", """{"a":{"b":"new"}}""")]
    [InlineData("escaped name", """{"\u0041":{"\u0062":"old"}}""", """{"\u0041":{"\u0062":"new"}}""")]
    [InlineData("number", """{"A":{"B": -1.5e3 }}""", """{"A":{"B": "new" }}""")]
    [InlineData("null", """{"A":{"B":null}}""", """{"A":{"B":"new"}}""")]
    [InlineData("true", """{"A":{"B":true}}""", """{"A":{"B":"new"}}""")]
    [InlineData("escaped value", """{"A:B":"o\"l\u0064\\"}""", """{"A:B":"new"}""")]
    [InlineData("comments everywhere", "/*1*/{//2\n\"A\":/*3*/{\"B\"\n:/*4*/\"old\"/*5*/,/*6*/}/*7*/}//8", "/*1*/{//2\n\"A\":/*3*/{\"B\"\n:/*4*/\"new\"/*5*/,/*6*/}/*7*/}//8")]
    [InlineData("mark and CRLF", "\uFEFF{\r\n\t\"A:B\" : \"old\"\r\n}\r\n", "\uFEFF{\r\n\t\"A:B\" : \"new\"\r\n}\r\n")]
    [InlineData("key in a string", """{"x":"\"A:B\":\"old\"","A:B":"old"}""", """{"x":"\"A:B\":\"old\"","A:B":"new"}""")]
    [InlineData("key in a comment", "{/*\"A:B\":1*/\"A:B\":\"old\"}", "{/*\"A:B\":1*/\"A:B\":\"new\"}")]
    [InlineData("object with content beside the value", """{"A":{"B":{"C":"1"}},"a:b":"old"}""", """{"A":{"B":{"C":"1"}},"a:b":"new"}""")]
    public void A_value_is_replaced_where_it_stands(string what, string document, string expected) => Sets(what, document, Key, expected);

    [Theory]
    [InlineData("mixed", """{"A:B":{"C":"old"}}""", "A:B:C", """{"A:B":{"C":"new"}}""")]
    [InlineData("mixed the other way", """{"a":{"b:c":"old"}}""", "A:B:C", """{"a":{"b:c":"new"}}""")]
    [InlineData("index", """{"A":["x",{"B":"old"}]}""", "A:1:B", """{"A":["x",{"B":"new"}]}""")]
    [InlineData("element", """{"A":["x", "old" ,"z"]}""", "a:1", """{"A":["x", "new" ,"z"]}""")]
    [InlineData("index as name", """{"A":{"1":"old"}}""", "A:1", """{"A":{"1":"new"}}""")]
    [InlineData("empty name", """{"A":{"":"old"}}""", "A:", """{"A":{"":"new"}}""")]
    [InlineData("letters outside ASCII", """{"\u00e9t\u00E9":"old"}""", "ÉTÉ", """{"\u00e9t\u00E9":"new"}""")]
    public void A_key_of_any_form_is_found(string what, string document, string key, string expected) => Sets(what, document, key, expected);

    [Theory]
    [InlineData("nothing", "", "{\n  \"A:B\": \"new\"\n}\n")]
    [InlineData("white space", " \t\n\n", "{\n  \"A:B\": \"new\"\n}\n")]
    [InlineData("CRLF", "\r\n", "{\r\n  \"A:B\": \"new\"\r\n}\r\n")]
    [InlineData("mark", "\uFEFF", "\uFEFF{\n  \"A:B\": \"new\"\n}\n")]
    [InlineData("mark and CRLF", "\uFEFF \r\n", "\uFEFF{\r\n  \"A:B\": \"new\"\r\n}\r\n")]
    [InlineData("empty object", "{}", "{\n  \"A:B\": \"new\"\n}")]
    [InlineData("empty object and line end", "{}\r\n", "{\r\n  \"A:B\": \"new\"\r\n}\r\n")]
    [InlineData("empty object with a space", "{ }", "{ \"A:B\": \"new\" }")]
    [InlineData("mark and indented empty object", "\uFEFF {}", "\uFEFF {\n   \"A:B\": \"new\"\n }")]
    [InlineData("empty object of two lines", "{\n}\n", "{\n  \"A:B\": \"new\"\n}\n")]
    [InlineData("only a comment of its own line", "{\n\t// secrets\n}", "{\n\t// secrets\n\t\"A:B\": \"new\"\n}")]
    [InlineData("only a comment behind the brace", "{ // secrets\n}", "{ // secrets\n  \"A:B\": \"new\"\n}")]
    [InlineData("only a comment in one line", "{ /* secrets */ }", "{ /* secrets */ \"A:B\": \"new\" }")]
    public void A_document_without_members_gets_the_first(string what, string document, string expected) => Sets(what, document, Key, expected);

    [Theory]
    [InlineData("compact", """{"x":1}""", """{"x":1,"A:B":"new"}""")]
    [InlineData("spaced", """{ "x": 1 }""", """{ "x": 1, "A:B": "new" }""")]
    [InlineData("half spaced", """{"x": 1}""", """{"x": 1, "A:B": "new"}""")]
    [InlineData("compact with trailing comma", """{"x":1,}""", """{"x":1,"A:B":"new",}""")]
    [InlineData("block comment behind", """{"x":1/*c*/}""", """{"x":1/*c*/,"A:B":"new"}""")]
    [InlineData("line comment behind", "{\"x\":1 //c\n}", "{\"x\":1, //c\n  \"A:B\":\"new\"\n}")]
    [InlineData("own lines", "{\n    \"x\": 1\n}\n", "{\n    \"x\": 1,\n    \"A:B\": \"new\"\n}\n")]
    [InlineData("own lines, CRLF and tabs", "{\r\n\t\"x\" : 1\r\n}", "{\r\n\t\"x\" : 1,\r\n\t\"A:B\" : \"new\"\r\n}")]
    [InlineData("own lines, trailing comma", "{\n  \"x\": 1,\n}", "{\n  \"x\": 1,\n  \"A:B\": \"new\",\n}")]
    [InlineData("own lines, comment behind", "{\n  \"x\": 1 // last\n}", "{\n  \"x\": 1, // last\n  \"A:B\": \"new\"\n}")]
    [InlineData("own lines, comma and comment", "{\n  \"x\": 1, // last\n}", "{\n  \"x\": 1, // last\n  \"A:B\": \"new\",\n}")]
    [InlineData("own lines, comment on the next", "{\n  \"x\": 1\n  // \"y\": 2\n}", "{\n  \"x\": 1,\n  \"A:B\": \"new\"\n  // \"y\": 2\n}")]
    [InlineData("own lines, comma on the next", "{\n  \"x\": 1 // c\n  ,\n}", "{\n  \"x\": 1 // c\n  ,\n  \"A:B\": \"new\",\n}")]
    [InlineData("brace behind the value", "{\n  \"x\": 1}", "{\n  \"x\": 1,\n  \"A:B\": \"new\"}")]
    [InlineData("comma first", "{ \"x\": 1\n, \"y\": 2\n}", "{ \"x\": 1\n, \"y\": 2, \"A:B\": \"new\"\n}")]
    [InlineData("parent is text", """{"A":"x"}""", """{"A":"x","A:B":"new"}""")]
    [InlineData("parent is an array", """{"A":["x"]}""", """{"A":["x"],"A:B":"new"}""")]
    [InlineData("parent is null", """{"A":null}""", """{"A":null,"A:B":"new"}""")]
    [InlineData("parent has members", """{"A":{"x":1},"y":2}""", """{"A":{"x":1,"B":"new"},"y":2}""")]
    [InlineData("parent twice", """{"A":{},"a":{"x":1}}""", """{"A":{},"a":{"x":1,"B":"new"}}""")]
    [InlineData("parent is empty, one line", """{"A":{}}""", """{"A":{"B":"new"}}""")]
    [InlineData("parent is empty, lines", "{\n    \"A\": {}\n}", "{\n    \"A\": {\n        \"B\": \"new\"\n    }\n}")]
    [InlineData("parent on own lines", "{\n\t\"A\": {\n\t\t\"x\": 1\n\t}\n}", "{\n\t\"A\": {\n\t\t\"x\": 1,\n\t\t\"B\": \"new\"\n\t}\n}")]
    public void An_absent_key_is_added_in_the_documents_own_manner(string what, string document, string expected) => Sets(what, document, Key, expected);

    [Theory]
    [InlineData("deepest parent", """{"A":{"x":1}}""", "A:B:C", """{"A":{"x":1,"B:C":"new"}}""")]
    [InlineData("deeper one behind", """{"A":{"x":1},"a":{"B":{"y":1}}}""", "A:B:C", """{"A":{"x":1},"a":{"B":{"y":1,"C":"new"}}}""")]
    [InlineData("parent of several parts", """{"A:B":{"x":1}}""", "A:B:C", """{"A:B":{"x":1,"C":"new"}}""")]
    [InlineData("value on the way", """{"A":{"B":"x"}}""", "A:B:C", """{"A":{"B":"x","B:C":"new"}}""")]
    [InlineData("element that is not there", """{"A":["x"]}""", "A:1", """{"A":["x"],"A:1":"new"}""")]
    [InlineData("empty object beside a value", """{"a":"x","A":{}}""", "A:B", """{"a":"x","A":{},"A:B":"new"}""")]
    [InlineData("object in an array", """{"A":[{"x":1}]}""", "A:0:B", """{"A":[{"x":1,"B":"new"}]}""")]
    [InlineData("name that needs escapes", "{}", "A\"\\\t", "{\n  \"A\\\"\\\\\\t\": \"new\"\n}")]
    public void An_absent_key_goes_into_the_deepest_object_on_its_way(string what, string document, string key, string expected) =>
        Sets(what, document, key, expected);

    [Theory]
    [InlineData("quote \" backslash \\ slash /", "quote \\\" backslash \\\\ slash /")]
    [InlineData("\n\r\t\0\u001f\u007f", "\\n\\r\\t\\u0000\\u001f\u007f")]
    [InlineData("é 日本 😀 \u2028", "é 日本 😀 \u2028")]
    [InlineData("", "")]
    public void Any_text_is_escaped_as_JSON_needs_it_and_read_back(string value, string inner)
    {
        TextEditResult edit = JsonText.Set("{}"u8, Key, Utf8.Of(value));
        Assert.Equal($"{{\n  \"A:B\": \"{inner}\"\n}}", Utf8.Text(edit));
        Assert.Equal(value, ConfigurationReader.Read(edit.Document!)[Key]);
        Assert.Equal(value, Utf8.Text(JsonText.Get(edit.Document, Key)));
    }

    [Theory]
    [InlineData("""{"A:B":"new"}""")]
    [InlineData("""{"A":{"b":"n\u0065w"}}""")]
    [InlineData("\uFEFF{ \"a\" : { \"B\" : /* c */ \"new\" , } }\r\n")]
    public void A_value_that_stands_already_changes_no_byte(string document) => Sets("same", document, Key, document);

    [Theory]
    [InlineData("""{"A":{"B":"a\b\f\n\r\t\/\\\"\u00e9\uD83D\uDE00z"}}""", "a\b\f\n\r\t/\\\"é😀z")]
    [InlineData("""{"A:B":-12.50e+1}""", "-12.50e+1")]
    [InlineData("""{"A:B":true}""", "True")]
    [InlineData("""{"A:B":false}""", "False")]
    [InlineData("""{"A:B":null}""", null)]
    [InlineData("""{"A":{"C":1}}""", null)]
    [InlineData("", null)]
    public void A_value_is_read_as_the_reader_gives_it(string document, string? expected)
    {
        Assert.Equal(expected, Utf8.Text(JsonText.Get(Utf8.Of(document), Key)));
        if (document.Length > 0)
        {
            Assert.Equal(expected, ConfigurationReader.Read(Utf8.Of(document)).GetValueOrDefault(Key));
        }
    }

    private static void Sets(string what, string document, string key, string expected)
    {
        TextEditResult edit = JsonText.Set(Utf8.Of(document), key, "new"u8);
        Assert.True(Utf8.Text(edit) == expected, $"{what}: {Utf8.Text(edit)}");
        Assert.Equal("new", ConfigurationReader.Read(edit.Document!)[key]);
        Assert.Equal("new", Utf8.Text(JsonText.Get(edit.Document, key)));
    }
}
