using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;
using SecureToken.Core.Service;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Session;

/// <summary>Settings and a credential become the verified token: IAM token, team, token, proof of its team.</summary>
public static class Fetch
{
    /// <summary>Finds the credential and reads the current token once.</summary>
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
            using var session = new IamSession(credential, settings.IamEndpoint, options.Clock);
            return await RunAsync(settings, session, transport, static (_, _) => null, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Finds the credential and reads the current token of several tokens, at once and with one IAM token.</summary>
    /// <returns>The tokens in the given order, to be disposed by the caller; or the first failure.</returns>
    public static async Task<Result<IReadOnlyList<FetchedToken>>> RunAsync(
        IReadOnlyList<TokenSettings> settings, CredentialOptions credentials, TransportOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        if (!CredentialFinder.Find(credentials, options.Environment, options.Clock).Succeeded(out Credential? credential, out Failure? failure))
        {
            return failure;
        }

        using (credential)
        {
            using var service = new ServiceAccess(credential, null, options);
            return await RunAsync(settings, service, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The same, over a way to the service that is the caller's.</summary>
    internal static async Task<Result<IReadOnlyList<FetchedToken>>> RunAsync(IReadOnlyList<TokenSettings> settings, ServiceAccess service, CancellationToken cancellation)
    {
        Result<FetchedToken>[] fetched = await Task.WhenAll(settings.Select(one => service.FetchAsync(one, static (_, _) => null, cancellation))).ConfigureAwait(false);
        if (fetched.FirstOrDefault(result => result.Failure is not null).Failure is not { } first)
        {
            return fetched.Select(result => result.Value).ToArray();
        }

        foreach (Result<FetchedToken> other in fetched.Where(result => result.Failure is null))
        {
            other.Value.Dispose();
        }

        return first;
    }

    /// <summary>Reads the current token once. Many teams of a run share the session, so that IAM is asked once.</summary>
    /// <param name="settings">Which token.</param>
    /// <param name="session">Who we are; it outlives this call.</param>
    /// <param name="transport">The network.</param>
    /// <param name="hasProven">When a token of a fingerprint proved its team, if it did lately.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal static async Task<Result<FetchedToken>> RunAsync(
        TokenSettings settings, IamSession session, Transport transport, Func<TokenScope, Fingerprint, DateTimeOffset?> hasProven, CancellationToken cancellation)
    {
        OpenAhead(settings, session, transport);
        if (settings.Instance.Name is not null
            && !(await InstanceLookup.ResolveAsync(settings, session, transport, cancellation).ConfigureAwait(false)).Succeeded(out settings!, out Failure? unsettled))
        {
            return unsettled;
        }

        Result<FetchedToken> fetched = await AskAsync(settings, session, transport, hasProven, cancellation).ConfigureAwait(false);
        return fetched.Failure is { } refused ? await RefusalDiagnosis.ExplainAsync(refused, settings, session, transport, cancellation).ConfigureAwait(false) : fetched;
    }

    /// <summary>Reads the current token once, of an instance that is known, without asking anybody else what a refusal means.</summary>
    internal static async Task<Result<FetchedToken>> AskAsync(
        TokenSettings settings, IamSession session, Transport transport, Func<TokenScope, Fingerprint, DateTimeOffset?> hasProven, CancellationToken cancellation)
    {
        var api = new SecureApi(transport, settings.Endpoint, settings.Instance);
        Result<Team> found = await session.UseAsync(transport, iam => api.FindTeamAsync(iam, settings.Team, cancellation), cancellation).ConfigureAwait(false);
        if (!found.Succeeded(out Team? team, out Failure? failure))
        {
            return failure;
        }

        Result<Token> answered = await session.UseAsync(transport, iam => api.FetchTokenAsync(iam, team, cancellation), cancellation).ConfigureAwait(false);
        if (!answered.Succeeded(out Token? token, out failure))
        {
            return failure;
        }

        var scope = new TokenScope(settings.Endpoint, settings.Instance, team);
        DateTimeOffset now = transport.Clock.GetUtcNow();
        DateTimeOffset? provenAt = hasProven(scope, scope.FingerprintOf(token.Utf8));
        if (provenAt is null)
        {
            Result<bool> proven = await VerifyAsync(api, token, scope, transport.Clock, cancellation).ConfigureAwait(false);
            if (proven.Failure is not null)
            {
                token.Dispose();
                return proven.Failure;
            }

            provenAt = proven.Value ? now : null;
        }

        return new FetchedToken(token, scope, provenAt) { CredentialSource = session.Credential.ToString(), VerifiedAt = now };
    }

    /// <summary>
    /// Opens the connections: IAM's, which is asked first, and the service's, which is there when IAM has answered. Doing it again does nothing.
    /// </summary>
    internal static void OpenAhead(TokenSettings settings, IamSession session, Transport transport)
    {
        Uri iam = settings.IamEndpoint.Resolve("/");
        if (session.WillAsk)
        {
            transport.OpenAhead(iam);
        }

        if (settings.Endpoint == Endpoint.Undetermined)
        {
            return;
        }

        Uri service = settings.Endpoint.Resolve("/");
        if (!session.WillAsk || service.Authority != iam.Authority)
        {
            transport.OpenAhead(service);
        }
    }

    private static async Task<Result<bool>> VerifyAsync(SecureApi api, Token token, TokenScope scope, TimeProvider clock, CancellationToken cancellation)
    {
        Result<bool> proven = await api.VerifyAsync(token, scope, cancellation).ConfigureAwait(false);
        if (proven.Failure?.Descriptor != DiagnosticDescriptors.TokenRefused)
        {
            return proven;
        }

        // Reset a moment ago, perhaps: the service may need a moment to agree with itself.
        await Task.Delay(TimeSpan.FromSeconds(1), clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await api.VerifyAsync(token, scope, cancellation).ConfigureAwait(false);
    }
}
