using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Interop;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Service;

/// <summary>The token of a team: reads it, and sends the request that resets it.</summary>
/// <param name="requests">How to ask.</param>
/// <param name="teams">The teams, for an explanation.</param>
internal sealed class TokenRequests(InstanceRequests requests, TeamRequests teams)
{
    /// <summary>See <see cref="AskDoubledPathAsync"/>.</summary>
    public const string DoubledPath = "/api/api/token";

    private readonly Endpoint _endpoint = requests.Endpoint;
    private readonly Instance _instance = requests.Instance;

    /// <summary>The token of a team, not yet verified; the caller disposes it.</summary>
    public Task<Result<Token>> FetchAsync(IamToken iam, Team team, CancellationToken cancellation) =>
        FetchAsync(iam, team, TeamHeaders.Both, cancellation);

    /// <summary>The token that the service gives when the team is named by some headers only.</summary>
    [AsyncMethodBuilder(typeof(ReadyTaskBuilder<>))]
    public async Task<Result<Token>> FetchAsync(IamToken iam, Team team, TeamHeaders naming, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(iam);
        ArgumentNullException.ThrowIfNull(team);
        var scope = new TokenScope(_endpoint, _instance, team);
        Result<ApiResponse> sent = await requests.GetAsync(
            "/api/token", iam, team, ApiRequest.DefaultBodyLimit, cancellation, naming: naming);
        if (!sent.Succeeded(out ApiResponse? answer, out Failure? failure))
        {
            return failure;
        }

        using (answer)
        {
            if (answer.IsSuccess)
            {
                return ReadToken(answer, scope, iam);
            }

            failure = ServiceDiagnosis.Of(answer, _endpoint, _instance, team.ToString());
            if (answer.Status is not (403 or 404) || failure.Descriptor == DiagnosticDescriptors.NotEnoughPrivileges)
            {
                return failure;
            }
        }

        // The status does not tell an unknown team from an unknown instance; the list of teams does. It explains only, so it is asked for
        // once.
        Result<IReadOnlyList<TeamEntry>> listed = await teams.ListAsync(iam, Resend.Never, cancellation);
        return listed.Succeeded(out IReadOnlyList<TeamEntry>? visible, out _) && visible.All(entry => entry.Team.Id != team.Id)
            ? ServiceDiagnosis.UnknownTeam(_endpoint, _instance, new TeamSelector(team.Id, team.Name), visible)
            : failure;
    }

    /// <summary>
    /// What is answered at the address that those come to who join the path of the documentation to an endpoint that ends in /api.
    /// </summary>
    public async Task<Result<string>> AskDoubledPathAsync(IamToken iam, Team team, CancellationToken cancellation)
    {
        Result<ApiResponse> sent = await requests.GetAsync(DoubledPath, iam, team, ApiRequest.DefaultBodyLimit, cancellation, Resend.Never);
        if (!sent.Succeeded(out ApiResponse? answer, out Failure? failure))
        {
            return failure;
        }

        using (answer)
        {
            return $"HTTP {answer.Status.ToString(CultureInfo.InvariantCulture)} with {answer.Nature}";
        }
    }

    /// <summary>
    /// Sends the reset request, once. Its outcome is not judged here: whatever comes back, or nothing, the token itself tells what became
    /// of it. The transport must be a fresh one: a connection that was used before may be closed just now, and the platform would send
    /// again.
    /// </summary>
    /// <param name="iam">Who we are.</param>
    /// <param name="team">The team.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellation">Ends the wait, not the request.</param>
    /// <returns>Null when there was an answer to use; or why there was none.</returns>
    public async Task<Failure?> SendResetAsync(IamToken iam, Team team, ResetRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(iam);
        ArgumentNullException.ThrowIfNull(team);
        ArgumentNullException.ThrowIfNull(request);
        Result<ApiResponse> sent = await requests.SendAsync(
            new ApiRequest(new HttpMethod(request.Method), _endpoint.Resolve(request.Path))
            {
                Bearer = iam,
                Headers = requests.HeadersFor(team),

                // A body, because .NET sends a request without one again by itself (measured: A request without a body is sent again).
                Json = "{}"u8.ToArray(),
                Resend = Resend.Never,
            },
            cancellation);
        if (sent.Failure is null)
        {
            sent.Value.Dispose();
        }

        return sent.Failure;
    }

    private Result<Token> ReadToken(ApiResponse answer, TokenScope scope, IamToken iam)
    {
        if (!answer.Json(_endpoint.ToString()).Succeeded(out JsonDocument? document, out Failure? failure))
        {
            return failure;
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("token"u8, out JsonElement holder)
                || holder.ValueKind != JsonValueKind.Object || !holder.TryGetProperty("key"u8, out JsonElement key)
                || !JsonMembers.TryCopyString(key, out byte[] value) || value.AsSpan().SequenceEqual("null"u8))
            {
                return Failure.Of(DiagnosticDescriptors.TokenMissing, scope, "no text at token.key");
            }

            if (CredentialIn(value, iam) is { } credential)
            {
                CryptographicOperations.ZeroMemory(value);
                return Failure.Of(DiagnosticDescriptors.TokenIsCredential, scope, credential);
            }

            Token? token = Token.TryCreate(value);
            CryptographicOperations.ZeroMemory(value);
            return token is null ? Failure.Of(DiagnosticDescriptors.TokenMalformed, scope) : token;
        }
    }

    /// <summary>Which credential of ours a value is, or null: a server that repeats what it is sent hands out no token.</summary>
    private static string? CredentialIn(ReadOnlySpan<byte> value, IamToken iam) =>
        iam.Matches(value) ? "the IAM token that it was sent"
        : iam.MintedFrom?.Matches(value) == true ? "the credential that IAM was sent"
        : null;
}
