using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SecureToken.Core.Text;

namespace SecureToken.Core.Model;

/// <summary>
/// Reads what an IAM token says of itself, without validating anything: only to say early that it has ended, and to name an identity or an
/// account in a message. None of these is a secret.
/// </summary>
internal static class IamClaims
{
    private const int LongestId = 128;

    /// <summary>The claim as text, or null to be shown the next one.</summary>
    private delegate string? Reader(ref Utf8JsonReader reader);

    /// <summary>When it ends, or null for one that does not say.</summary>
    public static DateTimeOffset? EndOf(ReadOnlySpan<byte> jwt)
    {
        string? end = Find(jwt, static (ref Utf8JsonReader reader) =>
            reader.CurrentDepth == 1 && reader.ValueTextEquals("exp"u8) && reader.Read() && reader.TryGetInt64(out long seconds)
                && seconds is > 0 and < 253_402_300_800
                ? seconds.ToString(CultureInfo.InvariantCulture)
                : null);
        return end is null ? null : DateTimeOffset.FromUnixTimeSeconds(long.Parse(end, CultureInfo.InvariantCulture));
    }

    /// <summary>Whom it speaks for (<c>iam_id</c>), or null for one that does not say.</summary>
    public static string? IdOf(ReadOnlySpan<byte> jwt) => Find(jwt, static (ref Utf8JsonReader reader) =>
        reader.CurrentDepth == 1 && reader.ValueTextEquals("iam_id"u8) ? TextOf(ref reader) : null);

    /// <summary>Whom it speaks for, with kind and name; null for one that does not say.</summary>
    public static TokenIdentity? IdentityOf(ReadOnlySpan<byte> jwt)
    {
        if (IdOf(jwt) is not { } id)
        {
            return null;
        }

        string? type = Find(jwt, static (ref Utf8JsonReader reader) =>
            reader.CurrentDepth == 1 && reader.ValueTextEquals("sub_type"u8) ? TextOf(ref reader) : null);
        IdentityKind kind = type == "ServiceId" || id.StartsWith("iam-ServiceId-", StringComparison.Ordinal) ? IdentityKind.ServiceId
            : type == "Profile" || id.StartsWith("iam-Profile-", StringComparison.Ordinal) ? IdentityKind.TrustedProfile
            : type is null ? IdentityKind.User
            : IdentityKind.Unknown;
        return new TokenIdentity(id, kind, NameOf(jwt));
    }

    /// <summary>Its account (<c>account.bss</c>), or null for one that does not say.</summary>
    public static string? AccountOf(ReadOnlySpan<byte> jwt) => Find(jwt, static (ref Utf8JsonReader reader) =>
        reader.CurrentDepth == 2 && reader.ValueTextEquals("bss"u8) ? TextOf(ref reader) : null);

    /// <summary>A name is shown to people, so nothing in it may move a cursor; it may be in any language.</summary>
    private static string? NameOf(ReadOnlySpan<byte> jwt)
    {
        string? name = Find(jwt, static (ref Utf8JsonReader reader) =>
            reader.CurrentDepth == 1 && reader.ValueTextEquals("name"u8) && reader.Read() && reader.TokenType == JsonTokenType.String
                ? reader.GetString()
                : null);
        return string.IsNullOrWhiteSpace(name) || name.Length > LongestId ? null : Still(name);
    }

    private static string Still(string name)
    {
        var still = new StringBuilder(name.Length);
        foreach (char unit in name)
        {
            if (!char.IsControl(unit) && char.GetUnicodeCategory(unit) != UnicodeCategory.Format)
            {
                still.Append(unit);
            }
        }

        return still.ToString();
    }

    private static string? TextOf(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= LongestId
        && !reader.ValueIsEscaped && Bytes.AreVisible(reader.ValueSpan)
            ? reader.GetString()
            : null;

    /// <summary>The first claim that a reader takes; it is shown each name of a member.</summary>
    private static string? Find(ReadOnlySpan<byte> jwt, Reader read)
    {
        int first = jwt.IndexOf((byte)'.');
        int second = first < 0 ? -1 : jwt[(first + 1)..].IndexOf((byte)'.');
        if (second <= 0)
        {
            return null;
        }

        ReadOnlySpan<byte> encoded = jwt.Slice(first + 1, second);
        byte[] payload = GC.AllocateUninitializedArray<byte>(Base64Url.GetMaxDecodedLength(encoded.Length), pinned: true);
        try
        {
            if (Base64Url.DecodeFromUtf8(encoded, payload, out _, out int length) != OperationStatus.Done)
            {
                return null;
            }

            var reader = new Utf8JsonReader(payload.AsSpan(0, length));
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && read(ref reader) is { } claim)
                {
                    return claim;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not a JWT: then the service will judge it.
        }
        finally
        {
            CryptographicOperations.ZeroMemory(payload);
        }

        return null;
    }
}
