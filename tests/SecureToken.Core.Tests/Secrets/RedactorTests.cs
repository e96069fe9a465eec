using System.Text;
using System.Text.Json;
using SecureToken.Core.Secrets;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Core.Tests.Secrets;

public sealed class RedactorTests : IDisposable
{
    // The forms of a secret take longer to make than most texts to mask.
    private readonly Dictionary<string, SecretForms> _known = [];

    /// <summary>Tokens as the service gives them, and such as begin again within themselves.</summary>
    public static TheoryData<string> Secrets =>
    [
        "4f2d7c1e-8b3a-4e6d-9c5f-0a1b2c3d4e5f", "aaaaaaaa", "abababab", "aabaabaa", "abcdabce", "x+/y+/z+", "aaaa////====", "0123456789012345678901234567890123456789+/=",
    ];

    [Theory]
    [InlineData("abcabcab", "abcabcabcabx")]
    [InlineData("aaaaaaaa", "aaaaaaaaaaaaaab")]
    [InlineData("abababab", "xababababababax")]
    [InlineData("+/+/+/+/", "a+/+/+/+/+/+/+b")]
    public void Every_way_to_cut_a_text_gives_the_same_result(string secret, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        string expected = Masked(bytes, [secret]);
        for (int changes = 0; changes < 1 << (bytes.Length - 1); changes += Repeated.Step)
        {
            using var filter = new Filter(Known(secret));
            int from = 0;
            for (int i = 0; i < bytes.Length; i++)
            {
                if (i == bytes.Length - 1 || (changes & (1 << i)) != 0)
                {
                    filter.Write(bytes.AsSpan(from..(i + 1)));
                    from = i + 1;
                }
            }

            Assert.Equal(expected, filter.End());
        }
    }

    [Theory]
    [MemberData(nameof(Secrets))]
    public void A_text_full_of_secrets_halves_and_forms_is_masked_the_same_however_it_is_cut(string secret)
    {
        var random = new Random(7);
        for (int round = 0; round < Repeated.Times(200); round++)
        {
            byte[] text = Generate(random, secret);
            string expected = Masked(text, [secret]);
            using var filter = new Filter(Known(secret));
            for (int from = 0; from < text.Length;)
            {
                int length = Math.Min(random.Next(1, random.Next(2, 60)), text.Length - from);
                filter.Write(text.AsSpan(from, length));
                from += length;
            }

            Assert.Equal(expected, filter.End());
        }
    }

    [Theory]
    [MemberData(nameof(Secrets))]
    public void Only_what_may_be_the_beginning_of_a_form_is_held_back(string secret)
    {
        using var forms = Forms(secret);
        byte[] text = Generate(new Random(3), secret);
        using var filter = new Filter(Known(secret));
        for (int i = 0; i < text.Length; i++)
        {
            filter.Write(text.AsSpan(i, 1));
            byte[] before = text[..(i + 1)];
            int begun = forms.All.Max(form => Enumerable.Range(0, Math.Min(form.Bytes.Length, before.Length + 1)).Last(length => before.AsSpan().EndsWith(form.Bytes[..length])));

            // What went out is the masked text of all but the bytes that are held back, or that text and the mask of those.
            string certain = Masked(before, [secret], before.Length - begun);
            Assert.Equal(certain, filter.Shown);
        }
    }

    [Theory]
    [MemberData(nameof(Secrets))]
    public void What_programs_make_of_a_secret_is_masked_too(string secret)
    {
        string[] writings =
        [
            secret,
            $"Authorization: Bearer {secret}\r\n",
            Uri.EscapeDataString(secret),
            JsonSerializer.Serialize(secret),
            "\"" + secret.Replace("/", "\\/", StringComparison.Ordinal) + "\"",
            .. Enumerable.Range(0, 7).Select(before => Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('x', before) + secret))),
            .. Enumerable.Range(0, 7).Select(before => Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('x', before) + secret + new string('x', before)))),
            System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(secret)),
        ];
        foreach (string writing in writings)
        {
            using var filter = new Filter(Known(secret));
            filter.Write(Encoding.UTF8.GetBytes("before " + writing + " after"));
            string shown = filter.End();
            Assert.StartsWith("before ", shown, StringComparison.Ordinal);
            Assert.EndsWith(" after", shown, StringComparison.Ordinal);
            Assert.Equal(2, shown.Split("***").Length);

            // At both ends of a base64 form a character may stand that the secret shares with its neighbour.
            Assert.True(shown.Length <= "before *** after".Length + writing.Length - secret.Length, shown);
        }
    }

    /// <summary>Fault 27: what <c>run</c> did not mask.</summary>
    [Theory]
    [MemberData(nameof(Secrets))]
    public void Upper_case_hexadecimal_UTF_16_and_wrapped_base64_are_masked_in_any_chunking(string secret)
    {
        byte[] utf8 = Encoding.ASCII.GetBytes(secret);
        string hexadecimal = Convert.ToHexStringLower(utf8);
        Dictionary<string, byte[]> writings = new()
        {
            ["upper case"] = Encoding.ASCII.GetBytes(secret.ToUpperInvariant()),
            ["lower case"] = Encoding.ASCII.GetBytes(secret.ToLowerInvariant()),
            ["hexadecimal"] = Encoding.ASCII.GetBytes(hexadecimal),
            ["HEXADECIMAL"] = Encoding.ASCII.GetBytes(hexadecimal.ToUpperInvariant()),
            ["UTF-16 LE"] = Encoding.Unicode.GetBytes(secret),
            ["UTF-16 BE"] = Encoding.BigEndianUnicode.GetBytes(secret),
            ["URL, every byte"] = Encoding.ASCII.GetBytes(string.Concat(utf8.Select(character => $"%{character:X2}"))),
            ["URL, lower case"] = Encoding.ASCII.GetBytes(Uri.EscapeDataString(secret).Replace("%2B", "%2b", StringComparison.Ordinal).Replace("%2F", "%2f", StringComparison.Ordinal).Replace("%3D", "%3d", StringComparison.Ordinal)),
            ["URL, slash kept"] = Encoding.ASCII.GetBytes(Uri.EscapeDataString(secret).Replace("%2F", "/", StringComparison.Ordinal)),
            ["JSON, every character"] = Encoding.ASCII.GetBytes(string.Concat(utf8.Select(character => $"\\u{(int)character:x4}"))),
            ["JSON, as HTML"] = Encoding.ASCII.GetBytes(secret.Replace("=", "\\u003d", StringComparison.Ordinal).Replace("+", "\\u002b", StringComparison.Ordinal)),
        };
        for (int before = 0; before < 80; before += Repeated.Step)
        {
            byte[] bytes = [.. Enumerable.Repeat((byte)'x', before), .. utf8, (byte)'y', (byte)'z'];
            foreach (int width in (int[])[64, 76])
            {
                foreach (string lineEnd in (string[])["\n", "\r\n"])
                {
                    writings[$"base64 at {width} behind {before} with {lineEnd.Length}"] = Wrapped(Convert.ToBase64String(bytes), width, lineEnd);
                }
            }

            writings[$"hexadecimal at 60 behind {before}"] = Wrapped(Convert.ToHexStringLower(bytes), 60, "\n");
        }

        foreach ((string name, byte[] writing) in writings)
        {
            string whole = Shown(secret, writing, writing.Length);
            Assert.True(whole.Split("***").Length == 2, $"{name}: {whole}");
            for (int length = 1; length < 9; length++)
            {
                Assert.Equal(whole, Shown(secret, writing, length));
            }
        }

        string Shown(string secret, byte[] text, int length)
        {
            using var filter = new Filter(Known(secret));
            foreach (byte[] chunk in text.Chunk(length))
            {
                filter.Write(chunk);
            }

            return filter.End();
        }
    }

    [Theory]
    [MemberData(nameof(Secrets))]
    public void Wrapped_forms_are_masked_the_same_however_the_stream_is_cut(string secret)
    {
        var random = new Random(11);
        byte[] utf8 = Encoding.ASCII.GetBytes(secret);
        for (int round = 0; round < Repeated.Times(200); round++)
        {
            byte[] text = [.. Enumerable.Range(0, 8).SelectMany(_ => Piece(random, utf8))];
            string expected = Masked(text, [secret]);
            using var filter = new Filter(Known(secret));
            for (int from = 0; from < text.Length;)
            {
                int length = Math.Min(random.Next(1, random.Next(2, 60)), text.Length - from);
                filter.Write(text.AsSpan(from, length));
                from += length;
            }

            Assert.Equal(expected, filter.End());
        }

        // Wrapped right and wrong, whole and cut off.
        static byte[] Piece(Random random, byte[] secret)
        {
            byte[] bytes = [.. Enumerable.Repeat((byte)'x', random.Next(4)), .. secret, .. Enumerable.Repeat((byte)'y', random.Next(4))];
            string text = random.Next(3) switch { 0 => Convert.ToHexString(bytes), 1 => Convert.ToHexStringLower(bytes), _ => Convert.ToBase64String(bytes) };
            byte[] wrapped = Wrapped(text, random.Next(10, 80), random.Next(3) switch { 0 => "\n", 1 => "\r\n", _ => "\r" });
            return wrapped[random.Next(3)..^random.Next(3)];
        }
    }

    [Fact]
    public void What_a_program_writes_without_a_secret_passes_whatever_looks_like_one()
    {
        const string Secret = "4f2d7c1e-8b3a-4e6d-9c5f-0a1b2c3d4e5f";
        string text = string.Join('\n', Enumerable.Range(0, 2000).Select(number => Convert.ToHexStringLower(Encoding.ASCII.GetBytes($"4f2d7c1e-{number}-{Secret[..30]}"))));
        using var filter = new Filter(Known(Secret));
        filter.Write(Encoding.ASCII.GetBytes(text));
        Assert.Equal(text, filter.End());
    }

    [Fact]
    public void Several_secrets_are_masked_and_those_that_touch_are_one()
    {
        using var first = Token.TryCreate("firstfirst"u8)!;
        using var second = Token.TryCreate("secondsecond"u8)!;
        using var forms = new SecretForms(first, second);
        using var output = new MemoryStream();
        using var redactor = new Redactor(forms);
        redactor.Write("a firstfirst b secondsecond c firstfirstsecondsecond d first"u8, output);
        redactor.End(output);
        Assert.Equal("a *** b *** c *** d first", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public void Bytes_that_are_no_text_pass_as_they_are()
    {
        byte[] bytes = [.. Enumerable.Range(0, 4096).Select(i => (byte)(i * 31))];
        using var forms = Forms("4f2d7c1e-8b3a-4e6d-9c5f-0a1b2c3d4e5f");
        using var output = new MemoryStream();
        using var redactor = new Redactor(forms);
        redactor.Write(bytes, output);
        redactor.End(output);
        Assert.Equal(bytes, output.ToArray());
    }

    [Fact]
    public void Nothing_of_a_secret_that_came_in_halves_is_written_before_its_end_and_one_that_stays_half_passes()
    {
        using var filter = new Filter(Known("abcdefgh12345678"));
        filter.Write("key=abcdefgh"u8);
        Assert.Equal("key=", filter.Shown);
        filter.Write("1234567"u8);
        Assert.Equal("key=", filter.Shown);
        Assert.Equal("key=abcdefgh1234567", filter.End());
    }

    [Fact]
    public void A_secret_in_halves_is_masked_when_the_second_one_comes_with_a_long_text()
    {
        string rest = new('.', 10_000);
        using var filter = new Filter(Known("abcdefgh12345678"));
        filter.Write("key=abcdefgh"u8);
        filter.Write(Encoding.ASCII.GetBytes("12345678" + rest));
        Assert.Equal("key=***" + rest, filter.End());
    }

    [Fact]
    public void What_comes_after_the_end_of_a_line_begins_anew()
    {
        using var filter = new Filter(Known("abcdefgh12345678"));
        filter.Write("abcdefgh12345678"u8);
        Assert.Equal("***", filter.End());
        filter.Write("abcdefgh12345678"u8);
        Assert.Equal("******", filter.End());
    }

    [Fact]
    public void A_stream_is_needed()
    {
        using var redactor = new Redactor(Known("abcdefgh12345678"));
        Assert.Throws<ArgumentNullException>(() => redactor.Write(default, null!));
        Assert.Throws<ArgumentNullException>(() => redactor.End(null!));
    }

    [Fact]
    public void Disposed_forms_hold_zeroes()
    {
        SecretForms forms = Forms("abcdefgh12345678");
        Assert.NotEmpty(forms.All);
        forms.Dispose();
        Assert.All(forms.All, form => Assert.False(form.Bytes.ContainsAnyExcept((byte)0)));
    }

    public void Dispose()
    {
        foreach (SecretForms forms in _known.Values)
        {
            forms.Dispose();
        }
    }

    private SecretForms Known(string secret) => _known.TryGetValue(secret, out SecretForms? forms) ? forms : _known[secret] = Forms(secret);

    private static SecretForms Forms(string secret)
    {
        using var token = Token.TryCreate(Encoding.ASCII.GetBytes(secret))!;
        return new SecretForms(token);
    }

    private static byte[] Generate(Random random, string secret)
    {
        string base64 = Convert.ToBase64String(Encoding.ASCII.GetBytes("x" + secret));
        var text = new StringBuilder();
        for (int i = 0; i < 30; i++)
        {
            string piece = random.Next(6) switch
            {
                0 => secret,
                1 => secret[..random.Next(secret.Length)],
                2 => secret[random.Next(secret.Length)..],
                3 => base64,
                4 => Uri.EscapeDataString(secret),
                _ => new string((char)random.Next(32, 127), random.Next(4)),
            };
            text.Append(piece);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private string Masked(byte[] text, string[] secrets, int? until = null) =>
        Encoding.Latin1.GetString(PlainRedactor.Mask(text, secrets.SelectMany(secret => Known(secret).All), until));

    private static byte[] Wrapped(string text, int width, string lineEnd) =>
        Encoding.ASCII.GetBytes(string.Join(lineEnd, text.Chunk(width).Select(line => new string(line))));

    private sealed class Filter(SecretForms forms) : IDisposable
    {
        private readonly Redactor _redactor = new(forms);
        private readonly MemoryStream _output = new();

        public string Shown => Encoding.UTF8.GetString(_output.ToArray());

        public void Write(ReadOnlySpan<byte> chunk) => _redactor.Write(chunk, _output);

        public string End()
        {
            _redactor.End(_output);
            return Shown;
        }

        public void Dispose()
        {
            _redactor.Dispose();
            _output.Dispose();
        }
    }
}
