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
        string source = credential.Source;
        string code = string.Empty;
        string message = string.Empty;
        string requestId = answer.RequestId;
        if (answer.LooksLikeJson && answer.Json(iam.ToString()).Succeeded(out JsonDocument? document, out _))
        {
            using (document)
            {
                JsonElement root = document.RootElement;
                code = First(JsonMembers.Label(root, "errorCode"u8), JsonMembers.Label(root, "code"u8));
                message = First(JsonMembers.Label(root, "errorMessage"u8), JsonMembers.Label(root, "error"u8), JsonMembers.Label(root, "message"u8));
                if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("context"u8, out JsonElement context))
                {
                    requestId = First(JsonMembers.Label(context, "requestId"u8), requestId);
                }
            }
        }
        else
        {
            return Failure.Of(DiagnosticDescriptors.IamAnswerUnexpected, iam, answer.Status, answer.Nature);
        }

        return code switch
        {
            "BXNIM0415E" => Failure.Of(DiagnosticDescriptors.ApiKeyUnknown, iam, source, requestId),
            "BXNIM0106E" or "BXNIM0602E" => Failure.Of(DiagnosticDescriptors.IamBadRequest, iam, code, message, requestId),
            "BXNIM0400E" => Failure.Of(DiagnosticDescriptors.InteractiveLoginNeeded, iam, source, requestId),
            "BXNIM0407E" or "BXNIM0408E" or "BXNIM0439E" => Failure.Of(DiagnosticDescriptors.SessionExpired, iam, code, requestId),
            _ when credential is ComputeResourceCredential resource =>
                Failure.Of(DiagnosticDescriptors.ProfileRefused, iam, resource.Profile, answer.Status, $"{code} {message}".Trim().TrimEnd('.') + ".", requestId),
            _ => Failure.Of(DiagnosticDescriptors.IamRefused, iam, source, answer.Status, $"{code} {message}".Trim(), requestId),
        };
    }

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
