using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;
using SecureToken.Core.Text;

namespace SecureToken.Core.Identity;

/// <summary>Turns bytes into a credential, or says what is wrong with them without repeating any.</summary>
internal static class CredentialText
{
    private static readonly SearchValues<byte> IamAlphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/="u8);

    private const string ZeroBytes = "has zero bytes, as UTF-16 text has; save the file as UTF-8";

    /// <summary>A key alone, or the JSON file that IBM Cloud offers for download (member <c>apikey</c>).</summary>
    public static Result<ApiKey> ReadApiKey(ReadOnlySpan<byte> utf8, string source)
    {
        ReadOnlySpan<byte> key = Trim(utf8);
        if (key.StartsWith("{"u8) && TryReadKeyFile(key, out byte[] inner, out int length))
        {
            Result<ApiKey> result = Check(inner.AsSpan(0, length), source);
            CryptographicOperations.ZeroMemory(inner);
            return result;
        }

        return Check(key, source);

        static Result<ApiKey> Check(ReadOnlySpan<byte> key, string source)
        {
            bool isVisible = Bytes.AreVisible(key);
            string? fault =
                key.IsEmpty ? "is empty" :
                !isVisible && key.Contains((byte)0) ? ZeroBytes :
                key.StartsWith("/"u8) || key.StartsWith("~/"u8) || key.StartsWith("./"u8)
                    ? "looks like a path ('@' before it reads the file)" :
                HasQuotes(key) ? "has braces or quotes" :
                !isVisible ? "has spaces, line ends or letters outside ASCII" :
                key.Length > 1024 ? "is too long" : null;
            return fault is null ? new ApiKey(key) : Failure.Of(DiagnosticDescriptors.ApiKeyMalformed, source, fault);
        }
    }

    /// <summary>A Secure API token as the UI shows it, with or without the word Bearer.</summary>
    public static Result<Token> ReadToken(ReadOnlySpan<byte> utf8, string source)
    {
        ReadOnlySpan<byte> text = WithoutBearer(Trim(utf8));
        string? fault =
            text.IsEmpty ? "is empty" :
            text.Contains((byte)0) ? ZeroBytes :

            // The service would take it, and answer for the default team of the identity.
            IamClaims.IdOf(text) is not null ? "is an IAM token" : null;
        return fault is not null ? Failure.Of(DiagnosticDescriptors.GivenTokenMalformed, source, fault)
            : Token.TryCreate(text) is { } token ? token
            : Failure.Of(DiagnosticDescriptors.GivenTokenMalformed, source, "has characters or a length that no token has");
    }

    /// <summary>
    /// An IAM token with or without the word Bearer, or what <c>ibmcloud iam oauth-tokens</c> prints. One that says it has ended is refused
    /// here.
    /// </summary>
    public static Result<IamToken> ReadIamToken(ReadOnlySpan<byte> utf8, string source, TimeProvider clock)
    {
        if (CliOutput.FindIamToken(Trim(utf8)) is { } printed)
        {
            Result<IamToken> read = ReadBareIamToken(printed, source, clock);
            CryptographicOperations.ZeroMemory(printed);
            return read;
        }

        return ReadBareIamToken(utf8, source, clock);
    }

    private static Result<IamToken> ReadBareIamToken(ReadOnlySpan<byte> utf8, string source, TimeProvider clock)
    {
        ReadOnlySpan<byte> token = WithoutBearer(Trim(utf8));

        if (FaultOf(token) is { } fault)
        {
            return Failure.Of(DiagnosticDescriptors.IamTokenMalformed, source, fault);
        }

        DateTimeOffset? ends = IamClaims.EndOf(token);
        return ends is { } end && end <= clock.GetUtcNow()
            ? Failure.Of(DiagnosticDescriptors.IamTokenExpired, source, end.ToString("u", CultureInfo.InvariantCulture))
            : new IamToken(token, ends);
    }

    /// <summary>The token that a platform gives to a compute resource.</summary>
    public static Result<ComputeToken> ReadComputeToken(ReadOnlySpan<byte> utf8, string source)
    {
        ReadOnlySpan<byte> token = Trim(utf8);
        string? fault = token.IsEmpty ? "is empty" : FaultOf(token);
        return fault is null ? new ComputeToken(token) : Failure.Of(DiagnosticDescriptors.ComputeTokenMalformed, source, fault);
    }

    private static string? FaultOf(ReadOnlySpan<byte> token) =>
        token.Length < 8
            ? "is too short" : !token.ContainsAnyExcept(IamAlphabet) ? null
            : token.Contains((byte)0) ? ZeroBytes : "has characters that no such token has";

    private static ReadOnlySpan<byte> WithoutBearer(ReadOnlySpan<byte> text) =>
        text.Length > 7 && System.Text.Ascii.EqualsIgnoreCase(text[..7], "bearer "u8) ? Trim(text[7..]) : text;

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> utf8)
    {
        ReadOnlySpan<byte> text = utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
        return Bytes.Trim(text);
    }

    private static bool HasQuotes(ReadOnlySpan<byte> text)
    {
        foreach (byte unit in text)
        {
            if (unit is (byte)'{' or (byte)'}' or (byte)'"' or (byte)'\'' or (byte)'`')
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryReadKeyFile(ReadOnlySpan<byte> json, out byte[] key, out int length)
    {
        key = GC.AllocateUninitializedArray<byte>(json.Length, pinned: true);
        length = 0;
        try
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("apikey"u8)
                    && reader.Read() && reader.TokenType == JsonTokenType.String)
                {
                    length = reader.CopyString(key);
                }
            }

            return length > 0;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Something like {key}, or half a character (the invalid operation): a placeholder, and reported as one.
            CryptographicOperations.ZeroMemory(key);
            return false;
        }
    }
}
