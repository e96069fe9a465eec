using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Destinations.Cluster;

/// <summary>
/// The two requests that one key of one Secret needs: GET and PATCH. They go to the pod's own API server only, past every proxy, and trust
/// no authority but the cluster's. docs/kubernetes.md says why this is not the official client.
/// </summary>
internal sealed class ClusterClient : IDisposable
{
    /// <summary>A Secret has at most 1 MiB of data, which base64 and the record of its owners make larger.</summary>
    private const int LargestAnswer = 4 * 1024 * 1024;

    private readonly ServiceAccount _account;
    private readonly Uri _server;
    private readonly Transport _transport;
    private readonly SecretAddress _address;

    private ClusterClient(ServiceAccount account, Uri server, Transport transport, SecretAddress address)
    {
        _account = account;
        _server = server;
        _transport = transport;
        _address = address;
    }

    /// <summary>Scheme, host and port.</summary>
    private string ServerName => _server.GetLeftPart(UriPartial.Authority);

    /// <summary>Opens the way to a Secret. No request is sent.</summary>
    /// <param name="account">What the pod has.</param>
    /// <param name="address">Which key of which Secret.</param>
    /// <param name="options">How long the network may take.</param>
    /// <returns>The client; or 661.</returns>
    public static Result<ClusterClient> Open(ServiceAccount account, SecretAddress address, TransportOptions options) =>
        account.Server is not { } server ? NotInCluster(address, "KUBERNETES_SERVICE_HOST is not set, or is not a host")
        : address.Namespace is null ? NotInCluster(
            address, $"{account.Directory}/namespace does not tell the namespace, and none is specified")
        : !account.ReadAuthority().Succeeded(out CaBundle? authority, out Failure? failure) ? NotInCluster(address, Reason(failure))
        : new ClusterClient(account, server, new Transport(options with { Trust = authority, IsDirect = true }), address);

    /// <summary>What stands in the cluster. The caller disposes it.</summary>
    public async Task<Result<SecretSnapshot>> GetAsync(CancellationToken cancellation)
    {
        Result<ApiResponse> sent = await SendAsync(
            new ApiRequest(HttpMethod.Get, new Uri(_server, _address.Path)) { BodyLimit = LargestAnswer }, cancellation);
        return Understand(sent, "get", isMessageShown: true);
    }

    /// <summary>
    /// Changes the Secret. The body names the resourceVersion, so the server applies it once however often it arrives.
    /// </summary>
    /// <param name="body">A merge patch; the caller zeroes it.</param>
    /// <param name="isRehearsal">Whether the server only says what it would do. There must be no secret in the body then.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<Result<SecretSnapshot>> PatchAsync(byte[] body, bool isRehearsal, CancellationToken cancellation)
    {
        string query = "?fieldManager=sectoken" + (isRehearsal ? "&dryRun=All" : string.Empty);
        Result<ApiResponse> sent = await SendAsync(
            new ApiRequest(HttpMethod.Patch, new Uri(_server, _address.Path + query))
            {
                Json = body,
                JsonType = "application/merge-patch+json",
                BodyLimit = LargestAnswer,
            },
            cancellation);
        return Understand(sent, "patch", isMessageShown: isRehearsal);
    }

    public void Dispose() => _transport.Dispose();

    /// <summary>
    /// Sends with the token as it is in its file now. The kubelet may replace it between our look and the server's: after a 401 a token
    /// that has changed is tried once.
    /// </summary>
    private async Task<Result<ApiResponse>> SendAsync(ApiRequest request, CancellationToken cancellation)
    {
        ComputeToken? refused = null;
        try
        {
            while (true)
            {
                if (!_account.ReadToken().Succeeded(out ComputeToken? token, out Failure? unreadable))
                {
                    return NotInCluster(_address, Reason(unreadable));
                }

                Result<ApiResponse> sent;
                using (token)
                {
                    if (refused?.Matches(token.Utf8) == true)
                    {
                        return Failure.Of(DiagnosticDescriptors.ServiceAccountRefused, ServerName, _account.Directory);
                    }

                    sent = await _transport.SendAsync(request with { Bearer = token }, cancellation);
                    if (sent.Failure is not null || sent.Value.Status != 401 || refused is not null)
                    {
                        return sent;
                    }

                    refused = new ComputeToken(token.Utf8);
                }

                sent.Value.Dispose();
            }
        }
        finally
        {
            refused?.Dispose();
        }
    }

    /// <param name="sent">The answer.</param>
    /// <param name="verb">What was asked for, as a Role names it.</param>
    /// <param name="isMessageShown">Whether the server's own words may be repeated: it had no secret that they could hold.</param>
    private Result<SecretSnapshot> Understand(Result<ApiResponse> sent, string verb, bool isMessageShown)
    {
        if (!sent.Succeeded(out ApiResponse? answer, out Failure? failure))
        {
            return failure.Descriptor == DiagnosticDescriptors.Cancelled || failure.Descriptor == DiagnosticDescriptors.NotInCluster
                || failure.Descriptor == DiagnosticDescriptors.ServiceAccountRefused ? failure : Unavailable(failure);
        }

        using (answer)
        {
            if (answer.IsSuccess)
            {
                return SecretSnapshot.Read(answer, ServerName, _address.Name, _address.Key, _address.Annotation)
                    .Succeeded(out SecretSnapshot? snapshot, out Failure? malformed) ? snapshot : Unavailable(malformed);
            }

            string words = isMessageShown ? WordsOf(answer) : string.Empty;
            return answer.Status switch
            {
                401 => Failure.Of(DiagnosticDescriptors.ServiceAccountRefused, ServerName, _account.Directory),
                403 => Failure.Of(
                    DiagnosticDescriptors.ClusterForbidden, verb, _address, words.Length == 0 ? string.Empty : ": " + words, _address.Name,
                    _address.Namespace!),
                404 => Failure.Of(DiagnosticDescriptors.ClusterSecretMissing, _address, _address.Name, _address.Namespace!),
                409 => Failure.Of(DiagnosticDescriptors.ClusterConflict, _address, "it is changed by others again and again"),
                _ => Failure.Of(
                    DiagnosticDescriptors.ClusterPatchRefused, _address,
                    $"status {answer.Status}{(words.Length == 0 ? string.Empty : ", " + words)}"),
            };
        }
    }

    private Failure Unavailable(Failure reason) =>
        Failure.Of(DiagnosticDescriptors.ClusterUnavailable, ServerName, _address, reason.Message);

    private static Failure NotInCluster(SecretAddress address, string reason) =>
        Failure.Of(DiagnosticDescriptors.NotInCluster, address, reason);

    private static string Reason(Failure failure) => failure.Message.TrimEnd('.');

    /// <summary>What the server says of a refusal (a Status object); empty when it says nothing.</summary>
    private static string WordsOf(ApiResponse answer)
    {
        if (!answer.Json(string.Empty).Succeeded(out JsonDocument? document, out _))
        {
            return string.Empty;
        }

        using (document)
        {
            return JsonMembers.Label(document.RootElement, "message"u8).TrimEnd('.');
        }
    }
}
