using System.Security.Cryptography;
using System.Text.Json;

namespace SecureToken.Core.Text;

/// <summary>What <c>ibmcloud iam oauth-tokens</c> prints: JSON with a member <c>iam_token</c>, or a line "IAM token:".</summary>
internal static class CliOutput
{
    private static ReadOnlySpan<byte> Label => "IAM token:"u8;

    /// <summary>The IAM token, with the word Bearer, in pinned memory that the caller zeroes; null where there is none.</summary>
    public static byte[]? FindIamToken(ReadOnlySpan<byte> output) =>
        output.IndexOf(Label) is >= 0 and int label ? LineAt(output[(label + Label.Length)..])
        : output.StartsWith("{"u8) ? MemberOf(output)
        : null;

    private static byte[] LineAt(ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOfAny((byte)'\r', (byte)'\n');
        return Pinned(end < 0 ? rest : rest[..end]);
    }

    private static byte[]? MemberOf(ReadOnlySpan<byte> json)
    {
        byte[] token = GC.AllocateUninitializedArray<byte>(json.Length, pinned: true);
        try
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("iam_token"u8)
                    && reader.Read() && reader.TokenType == JsonTokenType.String)
                {
                    return Pinned(token.AsSpan(0, reader.CopyString(token)));
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Whatever it is, who asked tells it without repeating it.
        }
        finally
        {
            CryptographicOperations.ZeroMemory(token);
        }

        return null;
    }

    private static byte[] Pinned(ReadOnlySpan<byte> text)
    {
        byte[] copy = GC.AllocateUninitializedArray<byte>(text.Length, pinned: true);
        text.CopyTo(copy);
        return copy;
    }
}
