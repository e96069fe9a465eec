using System.Text.Json;
using SecureToken.Core.Text;
using SecureToken.Core.Text.Json;
using Xunit;

namespace SecureToken.Core.Tests.Text.Json;

/// <summary>The borders of what the JSON editor decides, and the tree of a document that holds no secret.</summary>
public sealed class JsonEdgeTests
{
    private const string Key = "A:B";

    [Theory]
    [InlineData(",{}", 1, 1, "the top level is not an object")]
    [InlineData("{}// a\u2029b", 1, 7, "there is a line separator (U+2028 or U+2029) in a comment")]
    [InlineData("{\"a\":-}", 1, 7, "a value is missing here")]
    [InlineData("{\"a\":-1x}", 1, 8, "a comma or the closing bracket is missing here")]
    [InlineData("{\"a\":1.+5}", 1, 8, "a digit is missing here")]
    [InlineData("{\"a\":1.-5}", 1, 8, "a digit is missing here")]
    [InlineData("{\"a\":1e-}", 1, 9, "a digit is missing here")]
    [InlineData("{\"a\":1e-5x}", 1, 10, "a comma or the closing bracket is missing here")]
    [InlineData("{\"a\":1E5x}", 1, 9, "a comma or the closing bracket is missing here")]
    [InlineData("{\"a\":\"x\\", 1, 8, "there is a backslash in a string that starts no escape")]
    [InlineData("{\"a\":\"\\u12", 1, 7, "there is a backslash in a string that starts no escape")]
    [InlineData("{\"a\":\"\\x0041\"}", 1, 7, "there is a backslash in a string that starts no escape")]
    [InlineData("{\"a\":\"\\u0041", 1, 6, "the string that starts here never ends")]
    [InlineData("{\"x\":[y]}", 1, 7, "a value is missing here")]
    [InlineData("{\"x\":{y}}", 1, 7, "a name in double quotes is missing here")]
    [InlineData("{\"x\":[1,,nul]}", 1, 9, "a value is missing here")]
    public void A_fault_is_placed_to_the_character(string document, int line, int column, string reason)
    {
        Assert.ThrowsAny<Exception>(() => ConfigurationReader.Read(Utf8.Of(document)));
        TextFault expected = new(line, column, reason);
        Assert.Equal(expected, JsonText.Set(Utf8.Of(document), Key, "new"u8).Fault);
        Assert.Equal(expected, JsonText.Get(Utf8.Of(document), Key).Fault);
        Assert.Equal(expected, JsonText.Remove(Utf8.Of(document), Key).Fault);
    }

    [Theory]
    [InlineData("colon of the object, not of the top level", """{"A" : {"x":1}}""", Key, """{"A" : {"x":1,"B":"new"}}""")]
    [InlineData("colon of the first member of the top level", """{"x" : 1,"A":{}}""", Key, """{"x" : 1,"A":{"B" : "new"}}""")]
    [InlineData("colon of the top level, not of a deeper one", """{"A" : {"y":1,"B":{}}}""", "A:B:C", """{"A" : {"y":1,"B":{"C" : "new"}}}""")]
    [InlineData("colon on a line of its own", "{\"x\"\n:1}", Key, "{\"x\"\n:1, \"A:B\": \"new\"}")]
    [InlineData("blank before the name alone", """{ "x":1}""", Key, """{ "x":1, "A:B":"new"}""")]
    [InlineData("blank in the name", """{" x":1}""", Key, """{" x":1,"A:B":"new"}""")]
    [InlineData("first of two objects with content", """{"A":{"x":1},"a":{"y":2}}""", Key, """{"A":{"x":1,"B":"new"},"a":{"y":2}}""")]
    [InlineData("object with content before a value", """{"A":{"x":1},"a":"v"}""", Key, """{"A":{"x":1,"B":"new"},"a":"v"}""")]
    public void An_absent_key_is_written_as_its_neighbours_are(string what, string document, string key, string expected)
    {
        TextEditResult edit = JsonText.Set(Utf8.Of(document), key, "new"u8);
        Assert.True(Utf8.Text(edit) == expected, $"{what}: {Utf8.Text(edit)}");
        Assert.Equal("new", ConfigurationReader.Read(edit.Document!)[key]);
    }

    [Theory]
    [InlineData("""{"":"x","":"y"}""", ":B", 9, "the key '' appears here a second time")]
    [InlineData("""{"A":"1","a":"2","A":"3"}""", Key, 10, "the key 'A' appears here a second time")]
    public void The_first_second_value_on_the_way_is_the_fault(string document, string key, int column, string reason)
    {
        Assert.Throws<FormatException>(() => ConfigurationReader.Read(Utf8.Of(document)));
        Assert.Equal(new TextFault(1, column, reason), JsonText.Set(Utf8.Of(document), key, "new"u8).Fault);
    }

    [Theory]
    [InlineData("blank before the brace", """{ "x": 1, "A:B": 2 }""", Key, """{ "x": 1 }""")]
    [InlineData("parent without a name", """{"":{"B":"old"},"":"x"}""", ":B", """{"":"x"}""")]
    public void A_key_is_removed_and_what_stands_around_it_stays(string what, string document, string key, string expected)
    {
        TextEditResult edit = JsonText.Remove(Utf8.Of(document), key);
        Assert.True(Utf8.Text(edit) == expected, $"{what}: {Utf8.Text(edit)}");
        Assert.DoesNotContain(key, ConfigurationReader.Read(edit.Document!).Keys);
    }

    [Fact]
    public void A_key_must_be_given()
    {
        foreach (string document in (string[])["", "{}", """{"":"x"}"""])
        {
            byte[] bytes = Utf8.Of(document);
            Assert.Throws<ArgumentException>("key", () => JsonText.Set(bytes, string.Empty, "new"u8));
            Assert.Throws<ArgumentException>("key", () => JsonText.Get(bytes, string.Empty));
            Assert.Throws<ArgumentException>("key", () => JsonText.Remove(bytes, string.Empty));
            Assert.Throws<ArgumentNullException>("key", () => JsonText.Set(bytes, null!, "new"u8));
            Assert.Throws<ArgumentNullException>("key", () => JsonText.Get(bytes, null!));
            Assert.Throws<ArgumentNullException>("key", () => JsonText.Remove(bytes, null!));
        }
    }

    [Theory]
    [InlineData("{}", 0)]
    [InlineData("\uFEFF{}", 3)]
    public void A_tree_knows_each_value_and_where_it_stands(string start, int at)
    {
        string text = start[..^1] + """/*1*/"a":"xé","b":[-1.50e+3,true,false,null,[],],"c":{"d":{},},// 2""" + "\n}\n";
        var root = JsonTree.Read(Utf8.Of(text), out TextFault? fault);
        Assert.Null(fault);
        Assert.Equal((JsonValueKind.Object, at), (root!.Kind, root.Offset));
        Assert.Equal([("a", at + 6), ("b", at + 16), ("c", at + 51)], root.Members.Select(member => (member.Name, member.Offset)));

        var list = root.Of("b")!;
        Assert.Equal((JsonValueKind.String, at + 10, "xé"), (root.Of("a")!.Kind, root.Of("a")!.Offset, root.Of("a")!.Text));
        Assert.Equal((JsonValueKind.Array, at + 20, string.Empty), (list.Kind, list.Offset, list.Text));
        Assert.Equal(
            [
                (JsonValueKind.Number, at + 21, "-1.50e+3"), (JsonValueKind.True, at + 30, string.Empty),
                (JsonValueKind.False, at + 35, string.Empty), (JsonValueKind.Null, at + 41, string.Empty),
                (JsonValueKind.Array, at + 46, string.Empty),
            ],
            list.Items.Select(item => (item.Kind, item.Offset, item.Text)));
        Assert.Empty(list.Items[4].Items);

        var inner = root.Of("c")!;
        Assert.Equal((JsonValueKind.Object, at + 55), (inner.Kind, inner.Offset));
        Assert.Equal(("d", at + 56), (inner.Members.Single().Name, inner.Members.Single().Offset));
        Assert.Equal((JsonValueKind.Object, at + 60), (inner.Of("d")!.Kind, inner.Of("d")!.Offset));
        Assert.Empty(inner.Of("d")!.Members);
        Assert.Null(root.Of("A"));
        Assert.Null(root.Of("d"));
    }

    [Theory]
    [InlineData("", 1, 1, "the file is empty")]
    [InlineData("\uFEFF", 1, 1, "the file is empty")]
    [InlineData(" ", 1, 2, "this is not well-formed JSON")]
    [InlineData("{", 1, 2, "this is not well-formed JSON")]
    [InlineData("{\"a\":1", 1, 7, "this is not well-formed JSON")]
    [InlineData("{\"a\":[1] ", 1, 10, "this is not well-formed JSON")]
    [InlineData("{} {}", 1, 4, "this is not well-formed JSON")]
    [InlineData("1 2", 1, 3, "this is not well-formed JSON")]
    [InlineData("\uFEFF{\n \"é\":1\n \"b\":2}", 3, 2, "a comma is missing before this")]
    [InlineData("{\"a\" \"b\"}", 1, 6, "a comma or a colon is missing before this")]
    [InlineData("[\"a\" 1]", 1, 6, "a comma or a colon is missing before this")]
    [InlineData("[1 2]", 1, 4, "a comma is missing before this")]
    [InlineData("[true 2]", 1, 7, "a comma is missing before this")]
    [InlineData("[false 2]", 1, 8, "a comma is missing before this")]
    [InlineData("[null 2]", 1, 7, "a comma is missing before this")]
    [InlineData("[{} 2]", 1, 5, "a comma is missing before this")]
    [InlineData("[[] 2]", 1, 5, "a comma is missing before this")]
    [InlineData("[1 x]", 1, 4, "this is not well-formed JSON")]
    [InlineData("[[1 2] 3]", 1, 5, "a comma is missing before this")]
    [InlineData("[tru]", 1, 2, "this is not well-formed JSON")]
    [InlineData("{\"a\":}", 1, 6, "this is not well-formed JSON")]
    [InlineData("{\"a\":\"\\ud800\"}", 1, 14, "this is not well-formed JSON")]
    public void A_document_without_a_tree_is_a_fault(string document, int line, int column, string reason)
    {
        Assert.Null(JsonTree.Read(Utf8.Of(document), out TextFault? fault));
        Assert.Equal(new TextFault(line, column, reason), fault);
    }

    [Theory]
    [InlineData(16, true)]
    [InlineData(17, false)]
    public void A_tree_has_at_most_16_levels(int levels, bool isRead) =>
        Assert.Equal(isRead, JsonTree.Read(Utf8.Of(new string('[', levels) + new string(']', levels)), out _) is not null);
}
