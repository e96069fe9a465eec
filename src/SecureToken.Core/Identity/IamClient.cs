using System.Security.Cryptography;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Secrets;
using SecureToken.Core.Service;

namespace SecureToken.Core.Identity;

/// <summary>Exchanges a credential for an IAM token at <c>POST {iam}/identity/token</c>.</summary>
public sealed class IamClient
{
    private readonly Transport _transport;
    private readonly Endpoint _iam;
    private readonly TimeProvider _clock;

    /// <summary>A client of one IAM endpoint.</summary>
    public IamClient(Transport transport, Endpoint iam, TimeProvider clock)
    {
        _transport = transport;
        _iam = iam;
        _clock = clock;
    }

    /// <summary>An IAM token of the credential; the caller disposes it.</summary>
    public async Task<Result<IamToken>> ExchangeAsync(Credential credential, CancellationToken cancellation)
    {
        switch (credential)
        {
            case IamTokenCredential given:
                return new IamToken(given.Token.Utf8, given.Token.ExpiresAt);
            case ApiKeyCredential apiKey:
                byte[] form = CreateForm(apiKey.Key);
                try
                {
                    var call = new HttpCall(HttpMethod.Post, _iam.Resolve("/identity/token")) { Form = form, FormSecret = apiKey.Key, Resend = Resend.Cautiously };
                    Result<HttpAnswer> sent = await _transport.SendAsync(call, cancellation).ConfigureAwait(false);
                    if (!sent.Succeeded(out HttpAnswer? answer, out Failure? failure))
                    {
                        return failure;
                    }

                    using (answer)
                    {
                        return answer.IsSuccess ? Read(answer) : IamDiagnosis.Of(answer, _iam, apiKey.Source);
                    }
                }
                finally
                {
                    CryptographicOperations.ZeroMemory(form);
                }

            default:
                throw new ArgumentOutOfRangeException(nameof(credential));
        }
    }

    private static byte[] CreateForm(ApiKey key)
    {
        ReadOnlySpan<byte> before = "grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey&response_type=cloud_iam&apikey="u8;
        int length = before.Length;
        foreach (byte octet in key.Utf8)
        {
            length += IsUnreserved(octet) ? 1 : 3;
        }

        byte[] form = GC.AllocateUninitializedArray<byte>(length, pinned: true);
        before.CopyTo(form);
        int at = before.Length;
        foreach (byte octet in key.Utf8)
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

        return form;

        static bool IsUnreserved(byte octet) => char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~';
    }

    private Result<IamToken> Read(HttpAnswer answer)
    {
        if (!answer.Json(_iam.ToString()).Succeeded(out JsonDocument? document, out Failure? failure))
        {
            return failure;
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("access_token"u8, out JsonElement element)
                || !JsonMembers.TryCopyString(element, out byte[] token))
            {
                return Failure.Of(Known.IamAnswerUnexpected, _iam, answer.Status, "JSON that has no access_token");
            }

            try
            {
                long seconds = document.RootElement.TryGetProperty("expires_in"u8, out JsonElement life) && life.TryGetInt64(out long value) ? value : 3600;
                Result<Credential> checkedToken = CredentialText.ReadIamToken(token, _iam.ToString(), _clock);
                if (!checkedToken.Succeeded(out Credential? credential, out failure))
                {
                    return failure;
                }

                using (credential)
                {
                    return new IamToken(((IamTokenCredential)credential).Token.Utf8, _clock.GetUtcNow().AddSeconds(Math.Clamp(seconds, 0, 86400)));
                }
            }
            finally
            {
                CryptographicOperations.ZeroMemory(token);
            }
        }
    }
}
