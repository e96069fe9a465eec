using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;

namespace SecureToken.Core.Identity;

/// <summary>Says what a refusal of IAM means. Only its code, message and request id are shown, never the address it saw.</summary>
internal static class IamDiagnosis
{
    public static Failure Of(ApiResponse answer, Endpoint iam, Credential credential)
    {
        if (!answer.LooksLikeJson || !answer.Json(iam.ToString()).Succeeded(out JsonDocument? document, out _))
        {
            return Failure.Of(DiagnosticDescriptors.IamAnswerUnexpected, answer.Address, answer.Status, answer.Nature);
        }

        using (document)
        {
            return Of(document.RootElement, answer, iam, credential);
        }
    }

    private static Failure Of(JsonElement root, ApiResponse answer, Endpoint iam, Credential credential)
    {
        string code = First(JsonMembers.Label(root, "errorCode"u8), JsonMembers.Label(root, "code"u8));
        string message = First(
            JsonMembers.Label(root, "errorMessage"u8), JsonMembers.Label(root, "error"u8), JsonMembers.Label(root, "message"u8));
        string requestId = First(Member(root, "context"u8, "requestId"u8), answer.RequestId);
        string said = $"{code} {message}".Trim();
        string source = credential.Source;
        switch (code)
        {
            case "BXNIM0106E" or "BXNIM0109E" or "BXNIM0602E" or "BXNIM0060E":
                return Failure.Of(DiagnosticDescriptors.IamBadRequest, iam, code, message, requestId);
            case "BXNIM0400E" when Member(root, "requirements"u8, "code"u8).EndsWith("AccountLocked", StringComparison.OrdinalIgnoreCase):
                return Failure.Of(DiagnosticDescriptors.AccountLocked, iam, source, requestId);
            case "BXNIM0400E":
                return Failure.Of(DiagnosticDescriptors.InteractiveLoginNeeded, iam, source, requestId);
            case "BXNIM0410E":
                return Failure.Of(DiagnosticDescriptors.IdentityInactive, iam, source, "unknown or not active", requestId);
            case "BXNIM0436E":
                return Failure.Of(DiagnosticDescriptors.IdentityInactive, iam, source, "suspended in the account", requestId);
        }

        // The rest means another thing for each kind of credential: an API key is no session, and a compute resource has no API key.
        return credential switch
        {
            ComputeResourceCredential resource =>
                Failure.Of(DiagnosticDescriptors.ProfileRefused, iam, resource.Profile, answer.Status, said.TrimEnd('.') + ".", requestId),
            AssumedProfileCredential assumed =>
                Failure.Of(
                    DiagnosticDescriptors.ProfileNotAssumed, iam, assumed.KeySource, assumed.Profile,
                    $"HTTP {answer.Status}, {said.TrimEnd('.')}.", requestId),
            _ => code switch
            {
                "BXNIM0415E" => Failure.Of(DiagnosticDescriptors.ApiKeyUnknown, iam, source, requestId),
                "BXNIM0462E" => Failure.Of(DiagnosticDescriptors.ApiKeyDisabled, iam, source, requestId),
                "BXNIM0407E" or "BXNIM0408E" or "BXNIM0439E" => Failure.Of(DiagnosticDescriptors.SessionExpired, iam, code, requestId),
                _ => Failure.Of(DiagnosticDescriptors.IamRefused, iam, source, answer.Status, said, requestId),
            },
        };
    }

    private static string Member(JsonElement root, ReadOnlySpan<byte> parent, ReadOnlySpan<byte> name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(parent, out JsonElement at)
            ? JsonMembers.Label(at, name) : string.Empty;

    private static string First(params ReadOnlySpan<string> candidates)
    {
        foreach (string candidate in candidates)
        {
            if (candidate.Length > 0)
            {
                return candidate;
            }
        }

        return string.Empty;
    }
}
