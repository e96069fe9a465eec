using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Identity;

/// <summary>
/// The metadata service of a VPC instance: an identity token of the instance, exchanged for an IAM token. It is asked directly, never
/// through a proxy, and the wait for a connection is short: elsewhere nobody answers at its address.
/// </summary>
internal sealed class MetadataService : IDisposable
{
    private const string DefaultAddress = "http://169.254.169.254";

    // The paths and their version belong together; an instance has the first, the second or both.
    private static readonly (string Version, string Identity, string Exchange)[] Versions =
    [
        ("2022-03-01", "/instance_identity/v1/token", "/instance_identity/v1/iam_token"),
        ("2025-08-26", "/identity/v1/token", "/identity/v1/iam_tokens"),
    ];

    private static readonly TimeSpan Connect = TimeSpan.FromSeconds(2);
    private static readonly byte[] LifeOfIdentity = Encoding.ASCII.GetBytes("{\"expires_in\":300}");

    private readonly Transport _direct;
    private readonly Uri _address;

    /// <summary>The service at an address that <see cref="Locate"/> found good.</summary>
    public MetadataService(Transport transport, Uri address)
    {
        _direct = transport.Direct(Connect);
        _address = address;
    }

    /// <summary>
    /// The address that a variable gives, or the fixed one. Plain http goes to the link-local service and to this machine only.
    /// </summary>
    public static Result<Uri> Locate(string? given)
    {
        bool isGood = Uri.TryCreate(given ?? DefaultAddress, UriKind.Absolute, out Uri? address) && address.UserInfo.Length == 0
            && address.PathAndQuery == "/" && address.Fragment.Length == 0
            && (address.Scheme == Uri.UriSchemeHttps
                ? address.IsLoopback || address.Host.EndsWith(".cloud.ibm.com", StringComparison.OrdinalIgnoreCase)
                : address.Scheme == Uri.UriSchemeHttp
                    && address.Host is "169.254.169.254" or "api.metadata.cloud.ibm.com" or "127.0.0.1" or "[::1]");
        return isGood
            ? address!
            : Failure.Of(
            DiagnosticDescriptors.SettingInvalid, VpcInstanceSource.UrlVariable, "***",
            "it must be the address of the metadata service: http://169.254.169.254 or https://api.metadata.cloud.ibm.com");
    }

    /// <summary>An IAM token of the instance.</summary>
    public async Task<Result<IamToken>> ObtainAsync(TrustedProfile? profile, CancellationToken cancellation)
    {
        Failure? last = null;
        foreach ((string version, string identityPath, string exchangePath) in Versions)
        {
            var call = new ApiRequest(HttpMethod.Put, At(identityPath, version))
            {
                Headers = [new("Metadata-Flavor", "ibm")],
                Json = LifeOfIdentity,

                // Nobody there stays nobody.
                Resend = Resend.Never,
            };
            Result<ApiResponse> sent = await _direct.SendAsync(call, cancellation);
            if (!sent.Succeeded(out ApiResponse? answer, out Failure? failure))
            {
                return failure.Descriptor == DiagnosticDescriptors.Cancelled
                    ? failure : Failure.Of(DiagnosticDescriptors.MetadataUnavailable, _address.Authority, failure.Message);
            }

            using (answer)
            {
                if (answer.IsSuccess)
                {
                    return ReadIdentity(answer).Succeeded(out ComputeToken? identity, out failure)
                        ? await ExchangeAsync(identity, At(exchangePath, version), profile, cancellation)
                        : failure;
                }

                last = Failure.Of(
                    DiagnosticDescriptors.MetadataUnavailable, _address.Authority, $"it answers HTTP {answer.Status} at {identityPath}.");
                if (answer.Status != 404)
                {
                    return last;
                }
            }
        }

        return last!;
    }

    public void Dispose() => _direct.Dispose();

    private static byte[]? BodyOf(TrustedProfile? profile) =>
        profile is null ? null : Encoding.ASCII.GetBytes($"{{\"trusted_profile\":{{\"id\":\"{JsonEncodedText.Encode(profile.Id!)}\"}}}}");

    private Uri At(string path, string version) => new(_address, $"{path}?version={version}");

    private Result<ComputeToken> ReadIdentity(ApiResponse answer)
    {
        if (!answer.Json(_address.Authority).Succeeded(out JsonDocument? document, out Failure? failure))
        {
            return failure;
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("access_token"u8, out JsonElement element)
                || !JsonMembers.TryCopyString(element, out byte[] token))
            {
                return Failure.Of(DiagnosticDescriptors.MetadataUnavailable, _address.Authority, "its answer has no access_token.");
            }

            Result<ComputeToken> read = CredentialText.ReadComputeToken(token, _address.Authority);
            CryptographicOperations.ZeroMemory(token);
            return read;
        }
    }

    private async Task<Result<IamToken>> ExchangeAsync(
        ComputeToken identity, Uri at, TrustedProfile? profile, CancellationToken cancellation)
    {
        using (identity)
        {
            var call = new ApiRequest(HttpMethod.Post, at) { Bearer = identity, Json = BodyOf(profile) };
            Result<ApiResponse> sent = await _direct.SendAsync(call, cancellation);
            if (!sent.Succeeded(out ApiResponse? answer, out Failure? failure))
            {
                return failure;
            }

            using (answer)
            {
                return answer.IsSuccess
                    ? IamResponse.Read(answer, _address.Authority, _direct.Clock)
                    : Failure.Of(
                        DiagnosticDescriptors.ProfileRefused, _address.Authority, profile?.ToString() ?? "of the instance", answer.Status,
                        IamResponse.Said(answer), answer.RequestId);
            }
        }
    }
}
