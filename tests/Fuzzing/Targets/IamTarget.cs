using System.Text;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;

namespace SecureToken.Fuzzing.Targets;

/// <summary>
/// What IAM and the metadata service answer, and credentials as they stand in files and variables. The first byte of an input chooses
/// status or kind, the rest is the text.
/// </summary>
internal static class IamTarget
{
    private const string Server = "https://iam.cloud.ibm.com";

    private static readonly int[] Statuses = [200, 200, 400, 401, 403, 404];
    private static readonly Endpoint Iam = Endpoint.Parse(Server).Value;

    public static void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        byte[] content = input[1..];
        int choice = input[0] % (Statuses.Length + 1);
        if (choice < Statuses.Length)
        {
            Answer(Statuses[choice], content);
        }
        else
        {
            Credentials(content);
        }
    }

    private static void Answer(int status, byte[] content)
    {
        using ApiResponse answer = new(status, "application/json", [.. content], content.Length) { Address = Server + "/identity/token" };
        string? given = AccessTokenOf(content);
        if (answer.IsSuccess)
        {
            DateTimeOffset now = DateTimeOffset.UtcNow;
            if (IamResponse.Read(answer, Server, TimeProvider.System).Succeeded(out IamToken? token, out Failure? failure))
            {
                using (token)
                {
                    Claim.That(given is not null, "an IAM token is the text at access_token of JSON without a member twice");
                    string read = Encoding.UTF8.GetString(token.Utf8);
                    Claim.That(given!.Contains(read, StringComparison.Ordinal), "the IAM token is the answer's");
                    Claim.That(
                        token.ExpiresAt >= now && token.ExpiresAt <= now.AddDays(1).AddMinutes(1), $"an IAM token ends: {token.ExpiresAt}");
                    Claims(token.Utf8);
                }

                return;
            }

            IsSilent(failure, given);
            return;
        }

        using ApiKey key = new("0123456789-key"u8);
        using ApiKeyCredential credential = new(key, "SECTOKEN_API_KEY");
        IsSilent(IamDiagnosis.Of(answer, Iam, credential), null);
        Claim.That(!IamResponse.Said(answer).Any(char.IsControl), "no terminal obeys what IAM says");
    }

    private static void Credentials(byte[] content)
    {
        Result<ApiKey> key = CredentialText.ReadApiKey(content, "a.json");
        Result<IamToken> iam = CredentialText.ReadIamToken(content, "a.txt", TimeProvider.System);
        Result<ComputeToken> compute = CredentialText.ReadComputeToken(content, "a.txt");
        Result<Token> token = CredentialText.ReadToken(content, "a.txt");
        foreach ((Secret? secret, Failure? failure) in (IEnumerable<(Secret?, Failure?)>)
            [Of(key), Of(iam), Of(compute), Of(token)])
        {
            using (secret)
            {
                if (secret is null)
                {
                    Claim.IsCoded(failure);
                }
                else
                {
                    // Whatever is sent in a header has no byte that ends it.
                    Claim.That(
                        !secret.Utf8.IsEmpty && !secret.Utf8.ContainsAnyExceptInRange((byte)'!', (byte)'~'),
                        "a credential is printable ASCII");
                }
            }
        }

        Claims(content);

        static (Secret?, Failure?) Of<T>(Result<T> result)
            where T : Secret => result.Succeeded(out T? secret, out Failure? failure) ? (secret, null) : (null, failure);
    }

    private static void Claims(ReadOnlySpan<byte> token)
    {
        TokenIdentity? identity = IamClaims.IdentityOf(token);
        string? account = IamClaims.AccountOf(token);
        IamClaims.EndOf(token);
        Claim.That(identity is null || !identity.ToString().Any(char.IsControl), "no terminal obeys an identity");
        Claim.That(account is null || !account.Any(char.IsControl), "no terminal obeys an account");
    }

    private static void IsSilent(Failure failure, string? secret)
    {
        Claim.IsCoded(failure);
        Claim.That(
            secret is not { Length: >= 16 } || !failure.ToString().Contains(secret, StringComparison.Ordinal),
            "no failure repeats an IAM token");
    }

    private static string? AccessTokenOf(byte[] content)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(content, new JsonDocumentOptions { AllowDuplicateProperties = false });
            JsonElement root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("access_token", out JsonElement element)
                ? element.GetString() : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
