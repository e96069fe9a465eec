using System.Security.Cryptography;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Identity;

/// <summary>Reads what IAM, and the metadata service in its place, answer.</summary>
internal static class IamResponse
{
    private const long DefaultLife = 3600;

    /// <summary>The IAM token of a 2xx answer.</summary>
    public static Result<IamToken> Read(ApiResponse answer, string server, TimeProvider clock)
    {
        if (!answer.Json(server).Succeeded(out JsonDocument? document, out Failure? failure))
        {
            return failure;
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("access_token"u8, out JsonElement element)
                || !JsonMembers.TryCopyString(element, out byte[] token))
            {
                return Failure.Of(DiagnosticDescriptors.IamAnswerUnexpected, server, answer.Status, "JSON that has no access_token");
            }

            try
            {
                bool hasLife = document.RootElement.TryGetProperty("expires_in"u8, out JsonElement life)
                    && life.ValueKind == JsonValueKind.Number;
                long seconds = hasLife && life.TryGetInt64(out long value) ? value : DefaultLife;
                if (!CredentialText.ReadIamToken(token, server, clock).Succeeded(out IamToken? read, out failure))
                {
                    // It was made a moment ago, so it is not the token that is too old.
                    return failure.Descriptor == DiagnosticDescriptors.IamTokenExpired
                        ? Failure.Of(
                            DiagnosticDescriptors.ClockSkew, server, "returned an IAM token that had already expired",
                            NetworkDiagnosis.Utc(clock.GetUtcNow()))
                        : failure;
                }

                using (read)
                {
                    return new IamToken(read.Utf8, clock.GetUtcNow().AddSeconds(Math.Clamp(seconds, 0, 86400)));
                }
            }
            finally
            {
                CryptographicOperations.ZeroMemory(token);
            }
        }
    }

    /// <summary>
    /// What a refusal says, from the members that IBM's services put their words in; ends with a full stop when there is any.
    /// </summary>
    public static string Said(ApiResponse answer)
    {
        if (!answer.LooksLikeJson || !answer.Json(string.Empty).Succeeded(out JsonDocument? document, out _))
        {
            return $"{answer.Nature}.";
        }

        using (document)
        {
            JsonElement root = document.RootElement;
            JsonElement at = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("errors"u8, out JsonElement errors)
                && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0 ? errors[0] : root;
            string[] words = [JsonMembers.Label(at, "code"u8), JsonMembers.Label(at, "message"u8)];
            string text = string.Join(": ", words.Where(word => word.Length > 0));
            return text.Length == 0 ? "no reason." : text.EndsWith('.') ? text : text + ".";
        }
    }
}
