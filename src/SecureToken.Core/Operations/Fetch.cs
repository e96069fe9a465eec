using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Secrets;
using SecureToken.Core.Service;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations;

/// <summary>Settings and a credential become the verified token: IAM token, team, token, proof of its team.</summary>
public static class Fetch
{
    /// <summary>Finds the credential and reads the truth once.</summary>
    public static async Task<Result<FetchedToken>> RunAsync(
        TokenSettings settings, CredentialOptions credentials, TransportOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!CredentialFinder.Find(credentials, options.Environment, options.Clock).Succeeded(out Credential? credential, out Failure? failure))
        {
            return failure;
        }

        using (credential)
        {
            using var transport = new Transport(options);
            return await RunAsync(settings, credential, transport, options, static (_, _) => null, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the truth once.</summary>
    /// <param name="settings">Which token.</param>
    /// <param name="credential">Who we are.</param>
    /// <param name="transport">The network.</param>
    /// <param name="options">Its options.</param>
    /// <param name="hasProven">When a token of a mark proved its team, if it did lately.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal static async Task<Result<FetchedToken>> RunAsync(
        TokenSettings settings, Credential credential, Transport transport, TransportOptions options, Func<TokenScope, Fingerprint, DateTimeOffset?> hasProven, CancellationToken cancellation)
    {
        // An IAM token may be refused because it was minted a moment before the service could know it; once more is enough.
        Result<FetchedToken> fetched = await AttemptAsync(settings, credential, transport, options, hasProven, cancellation).ConfigureAwait(false);
        return fetched.Failure?.Diagnostic == Known.IamTokenRefused && credential is ApiKeyCredential
            ? await AttemptAsync(settings, credential, transport, options, hasProven, cancellation).ConfigureAwait(false)
            : fetched;
    }

    private static async Task<Result<FetchedToken>> AttemptAsync(
        TokenSettings settings, Credential credential, Transport transport, TransportOptions options, Func<TokenScope, Fingerprint, DateTimeOffset?> hasProven, CancellationToken cancellation)
    {
        var iam = new IamClient(transport, settings.IamEndpoint, options.Clock);
        var api = new SecureApi(transport, settings.Endpoint, settings.Instance);
        if (credential is ApiKeyCredential && settings.Endpoint.Resolve("/").Authority != settings.IamEndpoint.Resolve("/").Authority)
        {
            transport.OpenAhead(settings.Endpoint.Resolve("/"));
        }

        Result<IamToken> exchanged = await iam.ExchangeAsync(credential, cancellation).ConfigureAwait(false);
        if (!exchanged.Succeeded(out IamToken? iamToken, out Failure? failure))
        {
            return failure;
        }

        using (iamToken)
        {
            Result<Team> found = await api.FindTeamAsync(iamToken, settings.Team, cancellation).ConfigureAwait(false);
            if (!found.Succeeded(out Team? team, out failure))
            {
                return failure;
            }

            Result<Token> answered = await api.FetchTokenAsync(iamToken, team, cancellation).ConfigureAwait(false);
            if (!answered.Succeeded(out Token? token, out failure))
            {
                return failure;
            }

            var scope = new TokenScope(settings.Endpoint, settings.Instance, team);
            DateTimeOffset now = options.Clock.GetUtcNow();
            DateTimeOffset? provenAt = hasProven(scope, scope.FingerprintOf(token.Utf8));
            if (provenAt is null)
            {
                Result<bool> proven = await VerifyAsync(api, token, scope, options, cancellation).ConfigureAwait(false);
                if (proven.Failure is not null)
                {
                    token.Dispose();
                    return proven.Failure;
                }

                provenAt = proven.Value ? now : null;
            }

            return new FetchedToken(token, scope, provenAt) { CredentialSource = credential.Source, VerifiedAt = now };
        }
    }

    private static async Task<Result<bool>> VerifyAsync(
        SecureApi api, Token token, TokenScope scope, TransportOptions options, CancellationToken cancellation)
    {
        Result<bool> proven = await api.VerifyAsync(token, scope, cancellation).ConfigureAwait(false);
        if (proven.Failure?.Diagnostic != Known.TokenRefused)
        {
            return proven;
        }

        // Reset a moment ago, perhaps: the service may need a moment to agree with itself.
        await Task.Delay(TimeSpan.FromSeconds(1), options.Clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await api.VerifyAsync(token, scope, cancellation).ConfigureAwait(false);
    }
}
