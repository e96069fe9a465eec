using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Identity;

/// <summary>Reads whom an IAM token speaks for. The id is no secret: it stands in access policies.</summary>
internal static class IamIdentity
{
    private const int LongestId = 128;

    /// <summary>The IAM id, or null for a token that does not say.</summary>
    public static string? IdOf(IamToken token)
    {
        ReadOnlySpan<byte> segments = token.Utf8;
        int first = segments.IndexOf((byte)'.');
        int second = first < 0 ? -1 : segments[(first + 1)..].IndexOf((byte)'.');
        if (second < 0)
        {
            return null;
        }

        ReadOnlySpan<byte> encoded = segments.Slice(first + 1, second);
        byte[] payload = GC.AllocateUninitializedArray<byte>(Base64Url.GetMaxDecodedLength(encoded.Length), pinned: true);
        try
        {
            return Base64Url.DecodeFromUtf8(encoded, payload, out _, out int length) == OperationStatus.Done ? Read(payload.AsSpan(0, length)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(payload);
        }
    }

    private static string? Read(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload);
        while (reader.Read())
        {
            if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("iam_id"u8))
            {
                return reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= LongestId
                    && !reader.ValueIsEscaped && !reader.ValueSpan.ContainsAnyExceptInRange((byte)'!', (byte)'~')
                        ? reader.GetString()
                        : null;
            }
        }

        return null;
    }
}
