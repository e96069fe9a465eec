using SecureToken.Core.Secrets;

namespace SecureToken.Core.Tests.Secrets;

/// <summary>
/// The plain definition of what the redactor does: every byte that any form covers belongs to a secret, and each run of such bytes is one
/// mask.
/// </summary>
internal static class PlainRedactor
{
    /// <param name="text">A whole text.</param>
    /// <param name="forms">Every form of every secret.</param>
    /// <param name="until">Where the text ends that is returned; what stands behind it decides what is before it. Null for all.</param>
    public static byte[] Mask(byte[] text, IEnumerable<SecretForm> forms, int? until = null)
    {
        bool[] isSecret = new bool[text.Length];
        foreach (SecretForm form in forms)
        {
            for (int at = 0; at < text.Length; at++)
            {
                Array.Fill(isSecret, true, at, LengthAt(text, at, form));
            }
        }

        List<byte> masked = [];
        for (int i = 0; i < (until ?? text.Length); i++)
        {
            if (!isSecret[i])
            {
                masked.Add(text[i]);
            }
            else if (i == 0 || !isSecret[i - 1])
            {
                masked.AddRange("***"u8);
            }
        }

        return [.. masked];
    }

    /// <summary>How many bytes of a text are a form; byte after byte, with line ends where it may be wrapped.</summary>
    private static int LengthAt(byte[] text, int start, SecretForm form)
    {
        int at = start;
        int? lineStart = null;
        for (int i = 0; i < form.Bytes.Length; i++)
        {
            if (i > 0 && form.MayBeWrapped && at < text.Length && text[at] is (byte)'\r' or (byte)'\n'
                && (lineStart is null || i - lineStart >= SecretForm.ShortestLine))
            {
                at += text[at] == '\r' ? 1 : 0;
                if (at == text.Length || text[at] != '\n')
                {
                    return 0;
                }

                at++;
                lineStart = i;
            }

            if (at == text.Length || text[at++] != form.Bytes[i])
            {
                return 0;
            }
        }

        return at - start;
    }
}
