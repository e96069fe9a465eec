using SecureToken.Core.Text;
using SecureToken.Core.Text.Kubernetes;
using Xunit;

namespace SecureToken.Core.Tests.Text.Kubernetes;

/// <summary>Every special case of a manifest, with exact bytes; each result is also read by YamlDotNet.</summary>
public sealed class ManifestTextTests
{
    private const string Other = "apiVersion: v1\nkind: Service\nmetadata: {name: other}\n";
    private const string Value = "n3w-T.o_k~e+n/x==";
    private const string Encoded = "bjN3LVQub19rfmUrbi94PT0=";
    private const string Mark = "0123456789ab";
    private const string Head = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: sysdig\n  annotations:\n    sectoken.build/fingerprint.token: \"0123456789ab\"\n";

    private static readonly ManifestKey Slot = new("sysdig", null, "token");

    [Theory]
    [InlineData("plain", "stringData:\n  token: old\n", $"stringData:\n  token: {Value}\n")]
    [InlineData("plain with a comment", "stringData:\n  token: old   # c\n", $"stringData:\n  token: {Value}   # c\n")]
    [InlineData("double quotes", "stringData:\n  token: \"o\\\"ld\\u0041\\\\\"   # c\n", $"stringData:\n  token: \"{Value}\"   # c\n")]
    [InlineData("single quotes", "stringData:\n    token:   'o''ld'\n", $"stringData:\n    token:   '{Value}'\n")]
    [InlineData("nothing", "stringData:\n  token:\n  a: b\n", $"stringData:\n  token: \"{Value}\"\n  a: b\n")]
    [InlineData("nothing, comment", "stringData:\n  token:  # fill in\n", $"stringData:\n  token: \"{Value}\"  # fill in\n")]
    [InlineData("nothing at the end of the file", "stringData:\n  token:", $"stringData:\n  token: \"{Value}\"")]
    [InlineData("null", "stringData:\n  token: ~\n", $"stringData:\n  token: {Value}\n")]
    [InlineData("quoted keys", "\"stringData\":\n  'token': old\n", $"\"stringData\":\n  'token': {Value}\n")]
    [InlineData("escaped key", "stringData:\n  \"tok\\x65n\": old\n", $"stringData:\n  \"tok\\x65n\": {Value}\n")]
    [InlineData("braces", "stringData: {a: b, token: old, c: d}\n", $"stringData: {{a: b, token: \"{Value}\", c: d}}\n")]
    [InlineData("braces, nothing", "stringData: { token: }\n", $"stringData: {{ token: \"{Value}\" }}\n")]
    [InlineData("braces, JSON", "stringData: {\"token\":\"old\"}\n", $"stringData: {{\"token\":\"{Value}\"}}\n")]
    [InlineData("data", "data:\n  token: b2xk\n", $"data:\n  token: {Encoded}\n")]
    [InlineData("data in quotes", "data:\n  token: \"b2xk\"\n", $"data:\n  token: \"{Encoded}\"\n")]
    [InlineData("data, nothing", "data:\n  token:\n", $"data:\n  token: {Encoded}\n")]
    [InlineData("data that is no base64", "data:\n  token: CHANGE-ME\n", $"data:\n  token: {Encoded}\n")]
    [InlineData("both", "data:\n  token: b2xk\nstringData:\n  token: old\n", $"data:\n  token: {Encoded}\nstringData:\n  token: {Value}\n")]
    [InlineData("CRLF and odd indentation", "stringData:\r\n     x: y\r\n     token: old\r\n", $"stringData:\r\n     x: y\r\n     token: {Value}\r\n")]
    [InlineData("key in other texts", "x: |\n  stringData:\n    token: no\n  ---\ny: 'token: no'\n# token: no\nstringData:\n  token: old\n", $"x: |\n  stringData:\n    token: no\n  ---\ny: 'token: no'\n# token: no\nstringData:\n  token: {Value}\n")]
    public void A_value_is_replaced_where_it_stands(string what, string document, string expected) => Sets(what, Head + document, Head + expected);

    [Theory]
    [InlineData("stringData", "stringData:\n  a: b\n", $"stringData:\n  a: b\n  token: \"{Value}\"\n")]
    [InlineData("stringData before data", "data:\n  a: Yg==\nstringData:\n  a: b\n", $"data:\n  a: Yg==\nstringData:\n  a: b\n  token: \"{Value}\"\n")]
    [InlineData("data", "data:\n   a: Yg==\n", $"data:\n   a: Yg==\n   token: {Encoded}\n")]
    [InlineData("neighbour in single quotes", "stringData:\n  a: 'b'\n", $"stringData:\n  a: 'b'\n  token: '{Value}'\n")]
    [InlineData("neighbour in quotes under data", "data:\n  a: \"Yg==\"\n", $"data:\n  a: \"Yg==\"\n  token: \"{Encoded}\"\n")]
    [InlineData("neither", "type: Opaque\n", $"type: Opaque\nstringData:\n  token: \"{Value}\"\n")]
    [InlineData("neither, no line end", "type: Opaque", $"type: Opaque\nstringData:\n  token: \"{Value}\"")]
    [InlineData("empty mapping", "stringData:\ntype: Opaque\n", $"stringData:\n  token: \"{Value}\"\ntype: Opaque\n")]
    [InlineData("empty mapping with comments", "stringData: # here\n  # nothing yet\ntype: Opaque\n", $"stringData: # here\n  token: \"{Value}\"\n  # nothing yet\ntype: Opaque\n")]
    [InlineData("empty braces", "data: {}\n", $"data: {{token: \"{Encoded}\"}}\n")]
    [InlineData("braces", "stringData: {a: b}\n", $"stringData: {{a: b, token: \"{Value}\"}}\n")]
    [InlineData("braces, comma", "stringData: { a: b, } # c\n", $"stringData: {{ a: b, token: \"{Value}\", }} # c\n")]
    [InlineData("braces, JSON", "stringData: {\"a\": \"b\"}\n", $"stringData: {{\"a\": \"b\", \"token\": \"{Value}\"}}\n")]
    [InlineData("comment and empty line behind", "stringData:\n  a: b # c\n\n  # d\n", $"stringData:\n  a: b # c\n  token: \"{Value}\"\n\n  # d\n")]
    [InlineData("another document behind", "stringData:\n  a: b\n---\nx: y\n", $"stringData:\n  a: b\n  token: \"{Value}\"\n---\nx: y\n")]
    [InlineData("closed document", "stringData:\n  a: b\n...\n", $"stringData:\n  a: b\n  token: \"{Value}\"\n...\n")]
    [InlineData("block scalar before", "stringData:\n  a: |\n    b\n    # c\n\n  # d\n", $"stringData:\n  a: |\n    b\n    # c\n  token: \"{Value}\"\n\n  # d\n")]
    [InlineData("block scalar that keeps its empty lines", "stringData:\n  a: |+\n    b\n\n\ntype: Opaque\n", $"stringData:\n  a: |+\n    b\n\n\n  token: \"{Value}\"\ntype: Opaque\n")]
    [InlineData("block scalar that ends in spaces", "stringData:\n  a: >-\n    b\n      \ntype: Opaque\n", $"stringData:\n  a: >-\n    b\n      \n  token: \"{Value}\"\ntype: Opaque\n")]
    [InlineData("block scalar cut off, without line end", "stringData:\n  a: |-\n    b", $"stringData:\n  a: |-\n    b\n  token: \"{Value}\"")]
    [InlineData("value of several lines before", "stringData:\n  a: b\n    c\n\n    d\n", $"stringData:\n  a: b\n    c\n\n    d\n  token: \"{Value}\"\n")]
    [InlineData("sequence before", "x:\n- a\n- b: c\n  d: e\n", $"x:\n- a\n- b: c\n  d: e\nstringData:\n  token: \"{Value}\"\n")]
    [InlineData("CRLF", "stringData:\r\n  a: b\r\n", $"stringData:\r\n  a: b\r\n  token: \"{Value}\"\r\n")]
    public void An_absent_key_is_added_in_the_documents_own_manner(string what, string document, string expected) => Sets(what, Head + document, Head + expected);

    [Theory]
    [InlineData("other name", "metadata:\n  name: sysdig\n  annotations:\n    a: b\n", "metadata:\n  name: sysdig\n  annotations:\n    a: b\n    sectoken.build/fingerprint.token: \"0123456789ab\"\n")]
    [InlineData("none", "metadata:\n  name: sysdig # c\n", "metadata:\n  name: sysdig # c\n  annotations:\n    sectoken.build/fingerprint.token: \"0123456789ab\"\n")]
    [InlineData("none, four columns", "metadata:\n    name: sysdig\n    labels:\n        a: b\n", "metadata:\n    name: sysdig\n    labels:\n        a: b\n    annotations:\n        sectoken.build/fingerprint.token: \"0123456789ab\"\n")]
    [InlineData("empty", "metadata:\n  annotations:\n  name: sysdig\n", "metadata:\n  annotations:\n    sectoken.build/fingerprint.token: \"0123456789ab\"\n  name: sysdig\n")]
    [InlineData("braces", "metadata: {name: sysdig}\n", "metadata: {name: sysdig, annotations: {sectoken.build/fingerprint.token: \"0123456789ab\"}}\n")]
    [InlineData("empty braces", "metadata:\n  name: sysdig\n  annotations: {}\n", "metadata:\n  name: sysdig\n  annotations: {sectoken.build/fingerprint.token: \"0123456789ab\"}\n")]
    [InlineData("nothing in braces", "metadata: {annotations:, name: sysdig}\n", "metadata: {annotations: {sectoken.build/fingerprint.token: \"0123456789ab\"}, name: sysdig}\n")]
    [InlineData("old", "metadata:\n  name: sysdig\n  annotations:\n    sectoken.build/fingerprint.token: 'ba9876543210' # c\n", "metadata:\n  name: sysdig\n  annotations:\n    sectoken.build/fingerprint.token: '0123456789ab' # c\n")]
    [InlineData("old, without quotes", "metadata:\n  name: sysdig\n  annotations:\n    sectoken.build/fingerprint.token: ba9876543210\n", "metadata:\n  name: sysdig\n  annotations:\n    sectoken.build/fingerprint.token: \"0123456789ab\"\n")]
    [InlineData("of another key", "metadata:\n  name: sysdig\n  annotations:\n    sectoken.build/fingerprint.a: 'ba'\n", "metadata:\n  name: sysdig\n  annotations:\n    sectoken.build/fingerprint.a: 'ba'\n    sectoken.build/fingerprint.token: '0123456789ab'\n")]
    public void The_fingerprint_is_kept_in_the_annotation(string what, string document, string expected)
    {
        const string Before = "apiVersion: v1\nkind: Secret\n";
        const string After = $"stringData:\n  token: {Value}\n";
        Sets(what, Before + document + After, Before + expected + After);
    }

    [Theory]
    [InlineData("no file", "", "")]
    [InlineData("mark and CRLF", "\uFEFF\r\n", "\uFEFF\r\n")]
    [InlineData("only a comment", "# mine\n", "# mine\n")]
    [InlineData("only a comment, no line end", "# mine", "# mine\n")]
    [InlineData("another document", Other + "a: b\n", Other + "a: b\n---\n")]
    [InlineData("another document, no line end", Other + "a: b", Other + "a: b\n---\n")]
    [InlineData("another document and a marker", "---\n" + Other + "---\n# next\n", "---\n" + Other + "---\n# next\n")]
    [InlineData("closed document", Other + "...\n", Other + "...\n---\n")]
    [InlineData("block scalar that keeps its empty lines", Other + "a: |+\n  b\n\n", Other + "a: |+\n  b\n\n---\n")]
    [InlineData("another Secret", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: sysdig2\n", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: sysdig2\n---\n")]
    [InlineData("Secret of another group", "apiVersion: secretsmanager.aws.crossplane.io/v1beta1\nkind: Secret\nmetadata:\n  name: sysdig\n", "apiVersion: secretsmanager.aws.crossplane.io/v1beta1\nkind: Secret\nmetadata:\n  name: sysdig\n---\n")]
    [InlineData("another kind", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: sysdig\n", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: sysdig\n---\n")]
    public void A_Secret_that_is_absent_is_added_whole_at_the_end(string what, string document, string expected)
    {
        string lineEnd = document.Contains('\r', StringComparison.Ordinal) ? "\r\n" : "\n";
        string secret = $"{Head}type: Opaque\nstringData:\n  token: \"{Value}\"\n".Replace("\n", lineEnd, StringComparison.Ordinal);
        byte[] edited = Edit(what, document, Slot, expected + secret);
        Assert.Equal((Value, null, Mark), ManifestReader.Read(edited, Slot));
    }

    [Fact]
    public void A_new_Secret_has_what_the_user_asked_for_and_quotes_where_YAML_would_take_a_name_for_something_else()
    {
        ManifestKey slot = new("on", "1e5", "1", ManifestForm.Data);
        string expected = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: \"on\"\n  namespace: \"1e5\"\n  annotations:\n"
            + $"    sectoken.build/fingerprint.1: \"0123456789ab\"\ntype: Opaque\ndata:\n  \"1\": {Encoded}\n";
        Assert.Equal((null, Value, Mark), ManifestReader.Read(Edit("new", string.Empty, slot, expected), slot));
    }

    [Theory]
    [InlineData(ManifestForm.Data, "stringData:\n  a: b\n", $"stringData:\n  a: b\ndata:\n  token: {Encoded}\n")]
    [InlineData(ManifestForm.StringData, "data:\n  a: Yg==\n", $"data:\n  a: Yg==\nstringData:\n  token: \"{Value}\"\n")]
    [InlineData(ManifestForm.Data, "stringData:\n  token: old\n", $"stringData:\n  token: {Value}\n")]
    public void A_form_says_where_a_new_key_goes_and_a_key_stays_where_it_stands(ManifestForm form, string document, string expected) =>
        Edit("form", Head + document, Slot with { Form = form }, Head + expected);

    [Fact]
    public void The_namespace_chooses_between_Secrets_of_one_name()
    {
        static string Secret(string space, string token) => Head.Replace("  name: sysdig", $"  namespace: {space}\n  name: sysdig", StringComparison.Ordinal) + $"stringData:\n  token: {token}\n";
        string document = $"{Secret("dev", "old")}---\n{Secret("'prod'", "old")}";
        Edit("prod", document, Slot with { Namespace = "prod" }, $"{Secret("dev", "old")}---\n{Secret("'prod'", Value)}");
        Edit("dev", document, Slot with { Namespace = "dev" }, $"{Secret("dev", Value)}---\n{Secret("'prod'", "old")}");
        Assert.Null(Utf8.Text(ManifestText.Get(Utf8.Of(document), Slot with { Namespace = "test" })));
        Assert.Equal("there is a second Secret 'sysdig' here", ManifestText.Set(Utf8.Of(document), Slot, "new"u8, Mark).Fault?.Reason);
    }

    [Theory]
    [InlineData("12345678", "\"12345678\"")]
    [InlineData("1e100000", "\"1e100000\"")]
    [InlineData("~abcdefg", "\"~abcdefg\"")]
    [InlineData("2001-01-01", "\"2001-01-01\"")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("Null", "\"Null\"")]
    [InlineData("N", "\"N\"")]
    [InlineData(".inf", "\".inf\"")]
    [InlineData("", "\"\"")]
    [InlineData("Bearer abc", "\"Bearer abc\"")]
    [InlineData("a: b # c", "\"a: b # c\"")]
    [InlineData("\"a\\b'", "\"\\\"a\\\\b'\"")]
    [InlineData("é😀", "\"é😀\"")]
    [InlineData("y2345", "y2345")]
    [InlineData("abc=/+~._-", "abc=/+~._-")]
    public void A_value_stands_without_quotes_only_where_no_reader_takes_it_for_something_else(string value, string written)
    {
        TextEditResult edit = ManifestText.Set(Utf8.Of($"{Head}stringData:\n  token: old\n"), Slot, Utf8.Of(value), Mark);
        Assert.Equal($"{Head}stringData:\n  token: {written}\n", Utf8.Text(edit));
        Assert.Equal(value, ManifestReader.Read(edit.Document!, Slot).StringData);
        Assert.Equal(value, Utf8.Text(ManifestText.Get(edit.Document, Slot)));

        // A value that stands there in a form that a reader takes for a number or a word is not there yet.
        Assert.Equal(Utf8.Text(edit), Utf8.Text(ManifestText.Set(Utf8.Of($"{Head}stringData:\n  token: {(written.Contains('\\') || value.Contains(' ') || value.Length == 0 ? written : value)}\n"), Slot, Utf8.Of(value), Mark)));
    }

    [Theory]
    [InlineData("stringData:\n  a: b\n", null)]
    [InlineData("stringData:\n  token:\n", null)]
    [InlineData("stringData:\n  token: ~\n", null)]
    [InlineData("stringData:\n  token: 'it''s' # c\n", "it's")]
    [InlineData("stringData:\n  token: \"a\\tb\\x41\\u00e9\\U0001F600\\\\\"\n", "a\tbAé😀\\")]
    [InlineData("stringData:\n  token: a b'c # d\n", "a b'c")]
    [InlineData("data:\n  token: b2xk\n", "old")]
    [InlineData("data:\n  token: b2xk\nstringData:\n  token: older\n", "older")]
    public void The_value_is_the_one_that_Kubernetes_takes(string document, string? expected) =>
        Assert.Equal(expected, Utf8.Text(ManifestText.Get(Utf8.Of(Head + document), Slot)));

    [Theory]
    [InlineData("stringData:\n  a: b\n  token: old # c\n  d: e\n", "stringData:\n  a: b\n  d: e\n")]
    [InlineData("stringData:\n  token: old\n", "stringData:\n")]
    [InlineData("stringData:\n  token: old", "stringData:\n")]
    [InlineData("stringData: {token: old}\n", "stringData: {}\n")]
    [InlineData("stringData: {token: old, a: b}\n", "stringData: {a: b}\n")]
    [InlineData("stringData: {a: b, token: old}\n", "stringData: {a: b}\n")]
    [InlineData("stringData: {a: b, token: old,}\n", "stringData: {a: b, }\n")]
    [InlineData("data:\n  token: b2xk\nstringData:\n  token: old\ntype: Opaque\n", "data:\nstringData:\ntype: Opaque\n")]
    [InlineData("type: Opaque\n", "type: Opaque\n")]
    [InlineData("stringData:\n  a: |+\n    b\n  token: old\n\n  \n  # c\n  d: e\n", "stringData:\n  a: |+\n    b\n  # c\n  d: e\n")]
    [InlineData("stringData:\n  a: |\n    b\n  token: old\n\n     # c\n", "stringData:\n  a: |\n    b\n  #\n     # c\n")]
    [InlineData("stringData:\n  a: b\n  token: old\n\n     # c\n  d: e\n", "stringData:\n  a: b\n\n     # c\n  d: e\n")]
    public void Removing_takes_the_value_and_its_mark(string document, string expected)
    {
        string head = Head.Replace("    sectoken.build/fingerprint.token: \"0123456789ab\"\n", string.Empty, StringComparison.Ordinal);
        TextEditResult edit = ManifestText.Remove(Utf8.Of(Head + document), Slot);
        Assert.Equal(head + expected, Utf8.Text(edit));
        Assert.Null(Utf8.Text(ManifestText.Get(edit.Document, Slot)));
        Assert.Equal((null, null, null), ManifestReader.Read(edit.Document!, Slot));
        Assert.Equal(edit.Document, ManifestText.Remove(edit.Document, Slot).Document);
    }

    [Fact]
    public void Removing_leaves_the_marks_of_other_keys_and_a_file_without_the_Secret()
    {
        string other = Head.Replace("fingerprint.token", "fingerprint.other", StringComparison.Ordinal);
        Assert.Equal(other, Utf8.Text(ManifestText.Remove(Utf8.Of(other), Slot)));
        Assert.Equal(Head, Utf8.Text(ManifestText.Remove(Utf8.Of(Head), Slot with { Secret = "another" })));
    }

    [Theory]
    [InlineData("key_")]
    [InlineData("-")]
    [InlineData("k234567890k234567890k234567890k234567890k234567890k2")]
    public void A_key_of_which_no_annotation_can_be_named_has_none(string key)
    {
        byte[] edited = ManifestText.Set(default, Slot with { Key = key }, "new"u8, Mark).Document!;
        Assert.DoesNotContain("annotations", Utf8.Text(edited), StringComparison.Ordinal);
        Assert.Equal(edited, ManifestText.Set(edited, Slot with { Key = key }, "new"u8, "other").Document);
        Assert.NotNull(ManifestText.AnnotationOf("k234567890k234567890k234567890k234567890k234567890k"));
    }

    private static void Sets(string what, string document, string expected)
    {
        (string? stringData, string? data, string? mark) = ManifestReader.Read(Edit(what, document, Slot, expected), Slot);
        Assert.Equal(Value, stringData ?? data);
        Assert.Equal(Value, data ?? stringData);
        Assert.Equal(Mark, mark);
    }

    private static byte[] Edit(string what, string document, ManifestKey slot, string expected)
    {
        byte[] edited = Utf8.Of(Utf8.Text(ManifestText.Set(Utf8.Of(document), slot, Utf8.Of(Value), Mark)));
        Assert.True(Utf8.Text(edited) == expected, $"{what}:\n{Utf8.Text(edited)}\n-- expected --\n{expected}");
        Assert.Equal(Value, Utf8.Text(ManifestText.Get(edited, slot)));
        Assert.Equal(edited, ManifestText.Set(edited, slot, Utf8.Of(Value), Mark).Document);
        return edited;
    }
}
