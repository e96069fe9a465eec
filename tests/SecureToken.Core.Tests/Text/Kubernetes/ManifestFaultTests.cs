using System.Text;
using SecureToken.Core.Text;
using SecureToken.Core.Text.Kubernetes;
using Xunit;

namespace SecureToken.Core.Tests.Text.Kubernetes;

/// <summary>Manifests that must not be edited, and where the fault is said to be.</summary>
public sealed class ManifestFaultTests
{
    private const string Head = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: sysdig\n";

    private static readonly ManifestKey Slot = new("sysdig", null, "token");

    [Theory]
    [InlineData("stringData:\n  token: &a old\n", 6, 10, "there is an anchor or tag at 'token'")]
    [InlineData("stringData:\n  token: !!str old\n", 6, 10, "there is an anchor or tag at 'token'")]
    [InlineData("x: &a b\nstringData:\n  token: *a\n", 7, 10, "there is an alias at 'token'")]
    [InlineData("stringData: &a\n  token: old\n", 5, 13, "there is an anchor or tag at 'stringData'")]
    [InlineData("x: &a {token: old}\nstringData: *a\n", 6, 13, "there is an alias at 'stringData'")]
    [InlineData("x: &a {token: old}\nstringData:\n  <<: *a\n", 7, 3, "there is a merge key in 'stringData'")]
    [InlineData("x: &a {token: old}\n<<: *a\n", 6, 1, "there is a merge key in the top level")]
    [InlineData("stringData:\n  token: |\n    old\n", 6, 10, "there is a block scalar at 'token'")]
    [InlineData("stringData:\n  token: >-\n    old\n", 6, 10, "there is a block scalar at 'token'")]
    [InlineData("stringData:\n  token: o\n    ld\n", 6, 10, "there is a value of several lines at 'token'")]
    [InlineData("stringData:\n  token: \"o\n    ld\"\n", 6, 10, "there is a value of several lines at 'token'")]
    [InlineData("stringData:\n  token: {a: b}\n", 6, 10, "there is a mapping at 'token'")]
    [InlineData("stringData:\n  token:\n    a: b\n", 7, 5, "there is a mapping at 'token'")]
    [InlineData("stringData:\n  token: [a]\n", 6, 10, "there is a sequence at 'token'")]
    [InlineData("stringData:\n  token:\n  - a\n", 7, 3, "there is a sequence at 'token'")]
    [InlineData("stringData: {a: b,\n  token: old}\n", 5, 13, "braces of several lines stand at 'stringData'")]
    [InlineData("stringData:\n  token: a\n  token: b\n", 7, 3, "the key 'token' appears here a second time")]
    [InlineData("stringData: {\"token\": b, token: c}\n", 5, 26, "the key 'token' appears here a second time")]
    [InlineData("stringData: {}\nstringData: {}\n", 6, 1, "the key 'stringData' appears here a second time")]
    [InlineData("kind: Secret\n", 5, 1, "the key 'kind' appears here a second time")]
    [InlineData("metadata: {name: x}\n", 5, 1, "the key 'metadata' appears here a second time")]
    [InlineData("---\napiVersion: v1\nkind: Secret\nname: sysdig\n", 6, 1, "there is a Secret without metadata, which Kubernetes does not accept")]
    [InlineData("---\napiVersion: v1\nkind: Secret\nmetadata:\nname: sysdig\n", 6, 1, "there is a Secret without metadata, which Kubernetes does not accept")]
    [InlineData("stringData: token\n", 5, 13, "there is something else than a mapping at 'stringData'")]
    [InlineData("stringData: ~\n", 5, 13, "there is something else than a mapping at 'stringData'")]
    [InlineData("data:\n- token\n", 6, 1, "there is something else than a mapping at 'data'")]
    [InlineData("sops:\n  mac: x\n", 5, 1, "sops has encrypted this document, and its checksum would not survive an edit")]
    [InlineData("---\n" + Head, 6, 1, "there is a second Secret 'sysdig' here")]
    [InlineData("---\nkind: List\nitems: []\n", 6, 7, "there is a List here; a Secret in it cannot be edited")]
    [InlineData("---\nkind: Secret\nmetadata: {name: x}\n", 6, 1, "there is a Secret without apiVersion here")]
    [InlineData("---\nx: &x {kind: Secret}\n<<: *x\n", 7, 1, "there is a merge key at the top level, so the kind cannot be told")]
    [InlineData("---\nx: &x Secret\nkind: *x\n", 7, 7, "there is an alias at 'kind'")]
    [InlineData("---\napiVersion: v1\nkind: Secret\nx: &x {name: sysdig}\nmetadata: *x\n", 9, 11, "there is an alias at 'metadata'")]
    [InlineData("---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: |\n    sysdig\n", 9, 9, "there is a block scalar at 'name'")]
    public void A_place_that_cannot_be_edited_on_its_own_is_a_fault(string document, int line, int column, string reason) =>
        Faults(Utf8.Of(Head + document), new TextFault(line, column, reason));

    [Theory]
    [InlineData("a:\n\tb: c\n", 2, 1, "there is a tab in the indentation")]
    [InlineData("a:\n  - b\n \t- c\n", 3, 2, "there is a tab in the indentation")]
    [InlineData("a: |\n\tb\n", 2, 1, "there is a tab in the indentation")]
    [InlineData("a: |\n  \tb\n", 2, 3, "there is a tab in the indentation")]
    [InlineData("a: [b,\n\tc]\n", 2, 1, "there is a tab in the indentation")]
    [InlineData("a:\n-\tb: c\n", 2, 2, "there is a tab after the dash")]
    [InlineData("a: |\n    \n  b\n", 2, 5, "there is an empty line with spaces before the first line of a block scalar")]
    [InlineData("a: |\n  \nb: c\n", 2, 3, "there is an empty line with spaces before the first line of a block scalar")]
    [InlineData("a: |\n  ", 2, 3, "there is an empty line with spaces before the first line of a block scalar")]
    [InlineData("a: |x\n", 1, 5, "there is something after the end of the value")]
    [InlineData("|\n a\n", 1, 1, "there is a block scalar at the top level")]
    [InlineData("a: \"b\nc: d\n", 1, 4, "the quote that opens here is never closed")]
    [InlineData("a: 'it''s\n", 1, 4, "the quote that opens here is never closed")]
    [InlineData("a: \"b\nc\"\n", 2, 1, "a line of a value in quotes is not indented")]
    [InlineData("a: \"b\\q\"\n", 1, 6, "there is a backslash in double quotes that starts no escape which every reader takes")]
    [InlineData("a: \"\\/\"\n", 1, 5, "there is a backslash in double quotes that starts no escape which every reader takes")]
    [InlineData("a: \"\\ud83d\\ude00\"\n", 1, 5, "there is a backslash in double quotes that starts no escape which every reader takes")]
    [InlineData("a: \"b\"#c\n", 1, 7, "a comment touches the text before it")]
    [InlineData("a: {b: c}#d\n", 1, 10, "a comment touches the text before it")]
    [InlineData("a: {b: c,#d\n}\n", 1, 10, "a comment touches the text before it")]
    [InlineData("a: \"b\" c\n", 1, 8, "there is something after the end of the value")]
    [InlineData("a: b: c\n", 1, 5, "there is a second colon on this line")]
    [InlineData("a: b\n  c: d\n", 2, 4, "there is a second colon on this line")]
    [InlineData("a: b # c\n  d\n", 2, 3, "there is a comment before this line, which would be part of the value")]
    [InlineData("a: b\n# c\n  d\n", 3, 3, "there is a comment before this line, which would be part of the value")]
    [InlineData("a: @b\n", 1, 4, "a value without quotes cannot start with this character")]
    [InlineData("a: b\n  - c\n", 2, 3, "a value without quotes cannot start with this character")]
    [InlineData("a: - b\n", 1, 4, "a value without quotes cannot start with this character")]
    [InlineData("a: b\nc\n", 2, 1, "a key with a colon and a space after it is missing here")]
    [InlineData("a: b\n'c':d\n", 2, 1, "a key with a colon and a space after it is missing here")]
    [InlineData("? a\n: b\n", 1, 1, "a value without quotes cannot start with this character")]
    [InlineData("a: b\n:c: d\n", 2, 1, "a key cannot start with this character")]
    [InlineData("a: b\n&x c: d\n", 2, 1, "there is an anchor, alias or tag before a key")]
    [InlineData("a:\n  &x\n  b: c\n", 2, 5, "there is an anchor or tag on a line of its own")]
    [InlineData("a: &x\nb: c\n", 1, 3, "there is nothing after an anchor or tag")]
    [InlineData("a: &x\n  &y b\n", 2, 6, "there is a second anchor or tag, or an alias, after an anchor or tag")]
    [InlineData("a: &x b\nc: &y\n  *x\n", 3, 3, "there is a second anchor or tag, or an alias, after an anchor or tag")]
    [InlineData("a: &x &y b\n", 1, 7, "there is a second anchor or tag here")]
    [InlineData("a: !x!y b\n", 1, 4, "there is an anchor or tag here in a form that not every reader takes")]
    [InlineData("a: *x\n", 1, 4, "there is an alias here whose anchor is not known")]
    [InlineData("a: {b: &x c}\n", 1, 8, "there is an anchor or tag in brackets")]
    [InlineData("a: [!!str b]\n", 1, 5, "there is an anchor or tag in brackets")]
    [InlineData("a: &x [*x]\n", 1, 8, "there is an alias here whose anchor is not known")]
    [InlineData("a:\n    b: c\n  d: e\n", 3, 3, "this line is indented deeper than the key above it")]
    [InlineData("a:\n- b\n  c: d\n", 3, 4, "there is a second colon on this line")]
    [InlineData("- [a]\n  b\n", 2, 3, "this line is indented deeper than the entry above it")]
    [InlineData("  a: b\nc: d\n", 2, 1, "there is something after the end of the document's content")]
    [InlineData("a: {b: c\n", 1, 4, "the bracket or brace that opens here is never closed")]
    [InlineData("a: {b: c d: e}\n", 1, 11, "a comma or the closing bracket is missing here")]
    [InlineData("a: [b]]\n", 1, 7, "there is something after the end of the value")]
    [InlineData("a: [b, , c]\n", 1, 8, "neither a value nor a key can start with this character")]
    [InlineData("a: {{ .Values.x }}\n", 1, 4, "there are two braces here: render the template before you inject")]
    [InlineData("a:\n  b: [\n  c]\n", 3, 3, "a value or key in brackets is not indented")]
    [InlineData("a: {b:{c: d}}\n", 1, 7, "a space is missing after the colon")]
    [InlineData("a: {:b: c}\n", 1, 5, "neither a value nor a key can start with this character")]
    [InlineData("a\tb: c\n", 1, 1, "there is a tab or an asterisk after a space in the key")]
    [InlineData("a *b: c\nd: e\n", 1, 1, "there is a tab or an asterisk after a space in the key")]
    [InlineData("a: {b *c: d}\n", 1, 5, "a key with a colon on its line is missing here")]
    [InlineData("a: {b\t: c}\n", 1, 5, "a key with a colon on its line is missing here")]
    [InlineData("a: {b}\n", 1, 5, "a key with a colon on its line is missing here")]
    [InlineData("a: [b: c]\n", 1, 6, "a comma or the closing bracket is missing here")]
    [InlineData("{{- if .Values.x }}\na: b\n", 1, 1, "there are two braces here: render the template before you inject")]
    [InlineData("%YAML 1.2\n---\na: b\n", 1, 1, "there is a directive here, which kubectl does not take")]
    [InlineData("a: b\n--- c: d\n", 2, 1, "there is something on the line of a document marker, which kubectl does not take")]
    [InlineData("a: b\n-----BEGIN\n", 2, 1, "there is something on the line of a document marker, which kubectl does not take")]
    [InlineData("# a\n...\n", 2, 1, "there is nothing before this end of a document")]
    [InlineData("a: b\n...\nc: d\n", 3, 1, "there is something after the end of a document, which readers take differently")]
    [InlineData("a: b\rc: d\n", 1, 5, "there is a byte or character here that YAML does not have or that readers take differently")]
    [InlineData("é: b # \u2028c: d\n", 1, 8, "there is a byte or character here that YAML does not have or that readers take differently")]
    [InlineData("a: \u0085b\n", 1, 4, "there is a byte or character here that YAML does not have or that readers take differently")]
    [InlineData("a: b\n\uFEFFc: d\n", 2, 1, "there is a byte or character here that YAML does not have or that readers take differently")]
    [InlineData("a: \0\n", 1, 4, "there is a byte or character here that YAML does not have or that readers take differently")]
    public void A_document_that_readers_refuse_or_take_differently_is_a_fault(string document, int line, int column, string reason)
    {
        Faults(Utf8.Of(document), new TextFault(line, column, reason));

        // The same behind the Secret, where no edit would come near it.
        Faults(Utf8.Of(Head + "stringData:\n  token: old\n---\n" + document), new TextFault(line + 7, column, reason));
    }

    [Theory]
    [InlineData("{\"a\": 1}\n", 1, 1, "the file starts with a brace, and no document can be added to JSON")]
    [InlineData("\uFEFF\n  {a: b}\n", 2, 3, "the file starts with a brace, and no document can be added to JSON")]
    [InlineData("a: |\n  b", 1, 4, "the file ends within this block scalar, without a line end; one more line would change it for some readers")]
    [InlineData(Head + "x: >\n  b", 5, 4, "the file ends within this block scalar, without a line end; one more line would change it for some readers")]
    [InlineData(Head + "  annotations: ~\n", 5, 16, "there is something else than a mapping at 'annotations'")]
    [InlineData(Head + "  annotations:\n    sectoken.build/fingerprint.token: |\n      x\n", 6, 39, "there is a block scalar at 'sectoken.build/fingerprint.token'")]
    public void What_only_stands_in_the_way_of_writing_is_a_fault_of_writing(string document, int line, int column, string reason)
    {
        Assert.Equal(new TextFault(line, column, reason), ManifestText.Set(Utf8.Of(document), Slot, "new"u8, "ab").Fault);
        Assert.Null(Utf8.Text(ManifestText.Get(Utf8.Of(document), Slot)));
    }

    [Fact]
    public void Data_that_is_no_base64_is_a_fault_of_reading() =>
        Assert.Equal(new TextFault(6, 10, "the value at 'token' is not base64"), ManifestText.Get(Utf8.Of(Head + "data:\n  token: CHANGE-ME\n"), Slot).Fault);

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_a_fault()
    {
        const string Reason = "there is a byte or character here that YAML does not have or that readers take differently";
        Faults([.. "a:\n  é: \""u8, 0xC3, .. "\"\n"u8], new TextFault(2, 7, Reason));
        Faults(Encoding.Unicode.GetBytes("\uFEFFa: b"), new TextFault(1, 1, Reason));
    }

    [Fact]
    public void A_namespace_that_the_Secret_does_not_name_is_a_fault() =>
        Assert.Equal(
            new TextFault(4, 3, "the Secret 'sysdig' names no namespace, so whether it is the one of 'prod' cannot be told"),
            ManifestText.Set(Utf8.Of(Head), Slot with { Namespace = "prod" }, "new"u8, "ab").Fault);

    [Fact]
    public void A_value_of_several_lines_is_refused_where_it_would_stand_as_it_is_and_without_being_named()
    {
        foreach (string value in (string[])["hush\nhush", "hush\r", "hush\t", "\0hush", "hush\u0085", "hush\u2028", "\uFEFFhush"])
        {
            TextEditResult edit = ManifestText.Set(Utf8.Of(Head), Slot, Utf8.Of(value), "ab");
            Assert.Equal(new TextFault(1, 1, "the value has characters that cannot be written so that every reader agrees"), edit.Fault);
            TextEditResult encoded = ManifestText.Set(Utf8.Of(Head), Slot with { Form = ManifestForm.Data }, Utf8.Of(value), "ab");
            Assert.Equal(value, ManifestReader.Read(encoded.Document!, Slot).Data);
        }

        Assert.NotNull(ManifestText.Set(Utf8.Of(Head), Slot, [0xFF], "ab").Fault);
    }

    [Theory]
    [InlineData("", null, "token")]
    [InlineData("a b", null, "token")]
    [InlineData("sysdig", "pro:d", "token")]
    [InlineData("sysdig", null, "to\nken")]
    [InlineData("sysdig", null, "é")]
    public void A_name_that_Kubernetes_does_not_take_is_refused(string secret, string? space, string key)
    {
        ManifestKey slot = new(secret, space, key);
        Assert.NotNull(ManifestText.Set(default, slot, "new"u8, "ab").Fault);
        Assert.NotNull(ManifestText.Get(default, slot).Fault);
        Assert.NotNull(ManifestText.Remove(default, slot).Fault);
    }

    [Theory]
    [InlineData(99, true)]
    [InlineData(100, false)]
    [InlineData(100_000, false)]
    public void Nesting_is_taken_to_a_hundred_levels(int levels, bool isTaken)
    {
        string brackets = "a: " + new string('[', levels) + new string(']', levels) + "\n";
        Assert.Equal(isTaken, ManifestText.Get(Utf8.Of(brackets), Slot).Fault is null);
        string dashes = "a:\n" + string.Concat(Enumerable.Repeat("- ", levels)) + "x\n";
        Assert.Equal(isTaken, ManifestText.Get(Utf8.Of(dashes), Slot).Fault is null);
    }

    private static void Faults(byte[] document, TextFault expected)
    {
        Assert.Equal(expected, ManifestText.Set(document, Slot, "new"u8, "ab").Fault);
        Assert.Equal(expected, ManifestText.Get(document, Slot).Fault);
        Assert.Equal(expected, ManifestText.Remove(document, Slot).Fault);
    }
}
