using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Interop;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Identity;

/// <summary>Exchanges a credential for an IAM token at <c>POST {iam}/identity/token</c>.</summary>
public sealed class IamClient
{
    private readonly Endpoint _iam;

    /// <summary>A client of one IAM endpoint.</summary>
    public IamClient(Transport transport, Endpoint iam)
    {
        Transport = transport;
        _iam = iam;
    }

    /// <summary>The network.</summary>
    internal Transport Transport { get; }

    /// <summary>An IAM token of the credential; the caller disposes it.</summary>
    public Task<Result<IamToken>> ExchangeAsync(Credential credential, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(credential);
        return credential.ObtainAsync(this, cancellation);
    }

    /// <summary>Posts the form of a grant.</summary>
    /// <param name="fields">The form.</param>
    /// <param name="secret">What is secret in it, so that a refusal which repeats it can be masked.</param>
    /// <param name="credential">Whose form it is, for messages.</param>
    /// <param name="cancellation">Ends the wait.</param>
    [AsyncMethodBuilder(typeof(ReadyTaskBuilder<>))]
    internal async Task<Result<IamToken>> ExchangeAsync(
        FormField[] fields, Secret secret, Credential credential, CancellationToken cancellation)
    {
        byte[] form = FormBody.Of(fields);
        try
        {
            var call = new ApiRequest(HttpMethod.Post, _iam.Resolve("/identity/token")) { Form = form, FormSecret = secret };
            Result<ApiResponse> sent = await Transport.SendAsync(call, cancellation);
            if (!sent.Succeeded(out ApiResponse? answer, out Failure? failure))
            {
                return failure;
            }

            using (answer)
            {
                return answer.IsSuccess
                    ? IamResponse.Read(answer, _iam.ToString(), Transport.Clock) : IamDiagnosis.Of(answer, _iam, credential);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(form);
        }
    }
}
