using System.Text;
using SecureToken.Core.Secrets;
using SecureToken.Core.Tests.Secrets;

namespace SecureToken.Fuzzing.Targets;

/// <summary>
/// The mask of what programs print, against its plain definition: every byte that a form of the secret covers is masked, each run of such
/// bytes by one mask, and every other byte passes. The first byte of an input chooses the secret, the second how the text is cut; in the
/// text a byte from 0x80 on stands for a form of the secret, whole or in part.
/// </summary>
internal static class RedactorTarget
{
    private const int LongestText = 4096;

    private static readonly (byte[] Secret, SecretForms Forms)[] Secrets =
    [
        Of("4f2d7c1e-8b3a-4e6d-9c5f-0a1b2c3d4e5f"), Of("aaaaaaaa"), Of("abababab"), Of("abcdabce"), Of("x+/y+/z+"), Of("aaaa////===="),
        Of("12345678+/="),
    ];

    public static void Run(byte[] input)
    {
        if (input.Length < 2)
        {
            return;
        }

        (byte[] secret, SecretForms forms) = Secrets[input[0] % Secrets.Length];
        byte[] text = Expand(input.AsSpan(2), forms);
        byte[] expected = PlainRedactor.Mask(text, forms.All);
        Claim.Same(expected, Redact(forms, text, text.Length + 1), "a text in one piece is masked as defined");
        Claim.Same(expected, Redact(forms, text, 1 + (input[1] % 7)), "a text in small pieces is masked as defined");
        Claim.Same(expected, Redact(forms, text, 8 + (input[1] % 120)), "a text in pieces is masked as defined");
        Claim.That(expected.AsSpan().IndexOf(secret) < 0, "no secret is left");
        Claim.That(
            expected.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Convert.ToHexString(secret))) < 0
                && expected.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret))) < 0
                && expected.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Convert.ToBase64String(secret).TrimEnd('='))) < 0,
            "no encoded secret is left");
    }

    private static byte[] Expand(ReadOnlySpan<byte> script, SecretForms forms)
    {
        List<byte> text = [];
        foreach (byte unit in script)
        {
            if (unit < 0x80)
            {
                text.Add(unit);
            }
            else if (text.Count < LongestText)
            {
                // Even ones whole, odd ones cut off at the end.
                ReadOnlySpan<byte> form = forms.All[(unit & 0x7F) / 2 % forms.All.Count].Bytes;
                text.AddRange((unit & 1) == 0 ? form : form[..(form.Length * 2 / 3)]);
            }
        }

        return [.. text];
    }

    private static byte[] Redact(SecretForms forms, byte[] text, int length)
    {
        using MemoryStream output = new();
        using Redactor redactor = new(forms);
        foreach (byte[] chunk in text.Chunk(length))
        {
            redactor.Write(chunk, output);
        }

        redactor.End(output);
        return output.ToArray();
    }

    private static (byte[] Secret, SecretForms Forms) Of(string secret)
    {
        using Token token = Token.TryCreate(Encoding.ASCII.GetBytes(secret))!;
        return (Encoding.ASCII.GetBytes(secret), new SecretForms(token));
    }
}
