namespace SecureToken.Core.Http;

/// <summary>A field of a form.</summary>
/// <param name="Name">ASCII letters and underscores.</param>
/// <param name="Value">Any bytes.</param>
internal sealed record FormField(string Name, ReadOnlyMemory<byte> Value);

/// <summary>A URL-encoded form, made without a string of its values.</summary>
internal static class FormBody
{
    /// <summary>The bytes, in pinned memory that the caller zeroes.</summary>
    public static byte[] Of(FormField[] fields)
    {
        int length = 0;
        foreach ((string name, ReadOnlyMemory<byte> value) in fields)
        {
            length += name.Length + 2;
            foreach (byte octet in value.Span)
            {
                length += IsUnreserved(octet) ? 1 : 3;
            }
        }

        byte[] form = GC.AllocateUninitializedArray<byte>(length - 1, pinned: true);
        int at = 0;
        foreach ((string name, ReadOnlyMemory<byte> value) in fields)
        {
            if (at > 0)
            {
                form[at++] = (byte)'&';
            }

            foreach (char letter in name)
            {
                form[at++] = (byte)letter;
            }

            form[at++] = (byte)'=';
            foreach (byte octet in value.Span)
            {
                if (IsUnreserved(octet))
                {
                    form[at++] = octet;
                }
                else
                {
                    form[at++] = (byte)'%';
                    form[at++] = (byte)"0123456789ABCDEF"[octet >> 4];
                    form[at++] = (byte)"0123456789ABCDEF"[octet & 15];
                }
            }
        }

        return form;
    }

    private static bool IsUnreserved(byte octet) =>
        char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~';
}
