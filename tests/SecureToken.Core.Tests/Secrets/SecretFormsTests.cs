using System.Text;
using SecureToken.Core.Secrets;
using Xunit;

namespace SecureToken.Core.Tests.Secrets;

/// <summary>What of a text is masked, said without the forms: the plain redactor of other tests takes them from the code.</summary>
public sealed class SecretFormsTests : IDisposable
{
    /// <summary>
    /// Both cases, every character that URLs and JSON may write in another way, and a tilde at each place of three, where base64 makes
    /// a plus of it.
    /// </summary>
    private const string Secret = "Ab~x~/~cd+EFgh==";

    private static readonly byte[] Bytes = Encoding.ASCII.GetBytes(Secret);

    private readonly SecretForms _forms = FormsOf(Secret);

    public static TheoryData<string, string> Spellings
    {
        get
        {
            string hexadecimal = Convert.ToHexStringLower(Bytes);
            return new()
            {
                { "as it is", Secret },
                { "upper case", Secret.ToUpperInvariant() },
                { "lower case", Secret.ToLowerInvariant() },
                { "hexadecimal", hexadecimal },
                { "HEXADECIMAL", hexadecimal.ToUpperInvariant() },
                { "UTF-16 LE", Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(Secret)) },
                { "UTF-16 BE", Encoding.Latin1.GetString(Encoding.BigEndianUnicode.GetBytes(Secret)) },
                { "URL, every byte", string.Concat(Bytes.Select(one => $"%{one:X2}")) },
                { "url, every byte", string.Concat(Bytes.Select(one => $"%{one:x2}")) },
                { "JSON, every byte", string.Concat(Bytes.Select(one => $"\\u00{one:X2}")) },
                { "json, every byte", string.Concat(Bytes.Select(one => $"\\u00{one:x2}")) },
            };
        }
    }

    public static TheoryData<string> PlusesOfBase64 => ["+", "-", "%2B", "%2b", "\\u002B", "\\u002b"];

    [Theory]
    [MemberData(nameof(Spellings))]
    public void A_spelling_is_masked_from_its_first_byte_to_its_last(string name, string text) => Assert.Equal((name, "<***>"), (name, Masked($"<{text}>")));

    [Fact]
    public void A_secret_of_letters_and_digits_in_both_cases_is_masked()
    {
        using SecretForms forms = FormsOf("AbCdEfGh12345678");
        Assert.Equal("<***>", Masked("<AbCdEfGh12345678>", forms));
    }

    [Fact]
    public void Writers_of_URLs_disagree_and_each_is_understood()
    {
        foreach (string plus in (string[])["+", "%2B", "%2b"])
        {
            foreach (string slash in (string[])["/", "%2F", "%2f"])
            {
                foreach (string equals in (string[])["=", "%3D", "%3d"])
                {
                    foreach (string tilde in (string[])["~", "%7E", "%7e"])
                    {
                        AssertMasked(plus, slash, equals, tilde);
                    }
                }
            }
        }
    }

    [Fact]
    public void Writers_of_JSON_disagree_and_each_is_understood()
    {
        foreach (string plus in (string[])["+", "\\u002B", "\\u002b"])
        {
            foreach (string slash in (string[])["/", "\\/", "\\u002F", "\\u002f"])
            {
                foreach (string equals in (string[])["=", "\\u003D", "\\u003d"])
                {
                    AssertMasked(plus, slash, equals, "~");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(PlusesOfBase64))]
    public void Base64_is_masked_as_far_as_the_secret_alone_decides_it(string plus)
    {
        for (int before = 0; before < 6; before++)
        {
            // A byte in front of the secret shares a character with it, and so does one behind it.
            byte[] front = [.. Enumerable.Repeat((byte)'v', before), .. Bytes];
            int first = before % 3 == 0 ? before / 3 * 4 : (before * 8 / 6) + 1;
            int decided = front.Length * 8 / 6;
            string alone = Convert.ToBase64String(front);
            string text = alone.TrimEnd('=');
            Assert.Contains('+', text[first..decided]);
            Assert.Equal($"<{text[..first]}***{alone[text.Length..]}>", Masked($"<{alone.Replace("+", plus, StringComparison.Ordinal)}>"));
            string followed = Convert.ToBase64String([.. front, 0xFF, 0xFF, 0xFF]);
            Assert.Equal($"<{text[..first]}***{followed[decided..]}>", Masked($"<{followed.Replace("+", plus, StringComparison.Ordinal)}>"));
        }
    }

    [Fact]
    public void Base64_and_hexadecimal_are_masked_wherever_lines_end()
    {
        // Characters that do not repeat, so that no other place of the form answers for this one.
        const string Long = "Q7~w.K2_zR-9bTfX4mYc8VhLp3GdN6sJ5aEu0CiBoZk+";
        using SecretForms forms = FormsOf(Long);
        string base64 = Convert.ToBase64String(Encoding.ASCII.GetBytes(Long)).TrimEnd('=');
        Assert.Contains('+', base64);
        string[] writings =
        [
            base64, base64.Replace('+', '-'), Convert.ToHexString(Encoding.ASCII.GetBytes(Long)), Convert.ToHexStringLower(Encoding.ASCII.GetBytes(Long)),
        ];
        foreach (string writing in writings)
        {
            foreach (string end in (string[])["\n", "\r\n"])
            {
                for (int i = 1; i < writing.Length; i++)
                {
                    Assert.Equal((i, "<***>"), (i, Masked($"<{writing[..i]}{end}{writing[i..]}>", forms)));
                    int next = i + SecretForm.ShortestLine;
                    if (next < writing.Length)
                    {
                        string wrapped = $"<{writing[..i]}{end}{writing[i..next]}{end}{writing[next..]}>";
                        Assert.Equal((i, "<***>"), (i, Masked(wrapped, forms)));
                        string tooShort = $"<{writing[..i]}{end}{writing[i..(next - 1)]}{end}{writing[(next - 1)..]}>";
                        Assert.Equal(tooShort, Masked(tooShort, forms));
                    }
                }
            }
        }
    }

    /// <summary>The search jumps from place to place, so how much stands before a form matters.</summary>
    [Fact]
    public void A_line_end_close_behind_the_beginning_is_found_wherever_the_form_begins()
    {
        string writing = Convert.ToHexString(Bytes);
        for (int front = 0; front < 80; front++)
        {
            foreach (string end in (string[])["\n", "\r\n"])
            {
                for (int i = 1; i < 5; i++)
                {
                    string before = new('.', front);
                    Assert.Equal((i, before + "***."), (i, Masked($"{before}{writing[..i]}{end}{writing[i..]}.")));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Spellings))]
    public void Two_lines_are_no_secret_where_no_program_wraps(string name, string text)
    {
        bool isWrapped = name is "hexadecimal" or "HEXADECIMAL";
        string cut = $"<{text[..(text.Length / 2)]}\n{text[(text.Length / 2)..]}>";
        Assert.Equal((name, isWrapped ? "<***>" : cut), (name, Masked(cut)));
    }

    [Fact]
    public void Each_form_is_there_once()
    {
        string[] all = [.. _forms.All.Select(form => $"{Convert.ToHexString(form.Bytes)} {form.MayBeWrapped}")];
        Assert.Equal(all.Distinct(), all);
    }

    [Fact]
    public void Without_a_secret_everything_passes_at_once()
    {
        using var none = new SecretForms();
        using var output = new MemoryStream();
        using var redactor = new Redactor(none);
        redactor.Write(Bytes, output);
        Assert.Equal(Bytes, output.ToArray());
        Assert.Throws<ArgumentNullException>(() => new SecretForms([null!]));
    }

    [Fact]
    public void The_longest_text_of_a_form_is_known()
    {
        for (int length = 8; length < 100; length++)
        {
            string text = new('a', length);
            Assert.Equal(length, new SecretForm(Encoding.ASCII.GetBytes(text), mayBeWrapped: false).LongestText);

            // A line end behind the first byte, and then as often as one may stand.
            var wrapped = new StringBuilder("a");
            for (int i = 1; i < length; i++)
            {
                wrapped.Append((i - 1) % SecretForm.ShortestLine == 0 ? "\r\n" : string.Empty).Append('a');
            }

            var form = new SecretForm(Encoding.ASCII.GetBytes(text), mayBeWrapped: true);
            Assert.Equal(form.LongestText, wrapped.Length);
            Assert.Equal(form.LongestText, form.Match(Encoding.ASCII.GetBytes(wrapped.ToString())));
        }
    }

    /// <summary>Hexadecimal of the secret begins with 41627E78.</summary>
    [Theory]
    [InlineData("", false)]
    [InlineData("done\n", false)]
    [InlineData("41", false)]
    [InlineData("41\r", false)]
    [InlineData("4\n", true)]
    [InlineData("at 4162\n", true)]
    [InlineData("at 41627\n", false)]
    public void A_line_that_ends_like_the_beginning_of_a_form_is_told_apart(string text, bool isHeld)
    {
        using var output = new MemoryStream();
        using var redactor = new Redactor(_forms);
        redactor.Write(Encoding.ASCII.GetBytes(text), output);
        Assert.Equal(isHeld, redactor.HoldsFinishedLine);
    }

    public void Dispose() => _forms.Dispose();

    private static SecretForms FormsOf(string secret)
    {
        using Token token = Token.TryCreate(Encoding.ASCII.GetBytes(secret))!;
        return new SecretForms(token);
    }

    private void AssertMasked(string plus, string slash, string equals, string tilde)
    {
        string text = string.Concat(Secret.Select(one => one switch { '+' => plus, '/' => slash, '=' => equals, '~' => tilde, _ => one.ToString() }));
        Assert.Equal((text, "<***>"), (text, Masked($"<{text}>")));
    }

    private string Masked(string text) => Masked(text, _forms);

    private static string Masked(string text, SecretForms forms)
    {
        using var output = new MemoryStream();
        using var redactor = new Redactor(forms);
        redactor.Write(Encoding.Latin1.GetBytes(text), output);
        redactor.End(output);
        return Encoding.Latin1.GetString(output.ToArray());
    }
}
