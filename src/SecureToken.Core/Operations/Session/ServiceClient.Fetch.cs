using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;
using SecureToken.Core.Service;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Session;

/// <content>The way of one token: team, token, proof that the token is the team's.</content>
public sealed partial class ServiceClient
{
    private static TeamProof ProofOf(ResolvedSettings settings, SecureApi api, TokenScope scope) => new(api, settings.Given.Verify, scope);

    private async Task<Result<FetchedToken>> FetchAsync(
        ResolvedSettings settings, Func<TokenScope, Fingerprint, DateTimeOffset?> verifiedAt, Transport transport,
            CancellationToken cancellation)
    {
        SecureApi api = ApiOf(settings, transport);
        if (_state.IsGivenToken)
        {
            return _state.GivenToken().Succeeded(out Token? given, out Failure? unread)
                ? await AdoptAsync(settings, api, given, ClientState.GivenTokenSource, cancellation) : unread;
        }

        if (NoCredential is { } missing)
        {
            return missing;
        }

        IamSession session = SessionOf(settings.Given);
        Result<Team> found = await session.UseAsync(
            transport, iam => api.Teams.FindAsync(Seen(iam), settings.Team, cancellation), cancellation);
        if (!found.Succeeded(out Team? team, out Failure? failure))
        {
            return failure;
        }

        Result<Token> answered = await session.UseAsync(
            transport, iam => api.Tokens.FetchAsync(Seen(iam), team, cancellation), cancellation);
        if (!answered.Succeeded(out Token? token, out failure))
        {
            return failure;
        }

        TokenScope scope = settings.ScopeOf(team);
        DateTimeOffset now = _options.Clock.GetUtcNow();
        DateTimeOffset? provenAt = verifiedAt(scope, scope.FingerprintOf(token.Utf8));
        string? how = null;
        if (provenAt is null)
        {
            Result<TeamVerification> verified = await ProofOf(settings, api, scope).VerifyAsync(
                token, asked => CompareAsync(api, session, transport, token, scope, asked, cancellation), _options.Clock, cancellation);
            if (verified.Failure is not null)
            {
                token.Dispose();
                return verified.Failure;
            }

            how = verified.Value.Evidence;
            provenAt = verified.Value.Team is not null ? now : null;
        }

        return new FetchedToken(token, scope, provenAt)
        {
            CredentialSource = session.Credential.ToString(),
            Identity = Identity,
            Verification = how,
            IsVerificationOff = settings.Given.Verify == VerifyMode.Off,
            VerifiedAt = now,
        };
    }

    private async Task<Result<FetchedToken>> AdoptAsync(
        ResolvedSettings settings, SecureApi api, Token token, string source, CancellationToken cancellation)
    {
        DateTimeOffset now = _options.Clock.GetUtcNow();
        Result<Team> found = await api.Teams.FindAsync(token, settings.Team, cancellation);
        TokenScope? scope = found.Failure is null ? settings.ScopeOf(found.Value) : null;
        Result<TeamVerification> verified = scope is null ? NotFound(settings, found.Failure!)
            : await ProofOf(settings, api, scope).VerifyAsync(token, null, _options.Clock, cancellation);
        if (verified.Failure is not null)
        {
            token.Dispose();
            return verified.Failure;
        }

        return new FetchedToken(token, scope!, verified.Value.Team is not null ? now : null)
        {
            CredentialSource = source,
            Verification = verified.Value.Evidence,
            IsVerificationOff = settings.Given.Verify == VerifyMode.Off,
            VerifiedAt = now,
        };
    }

    /// <summary>Who asked for the teams was the token itself.</summary>
    private static Failure NotFound(ResolvedSettings settings, Failure failure) =>
        failure.Descriptor == DiagnosticDescriptors.IamTokenRefused
            ? Failure.Of(
                DiagnosticDescriptors.TokenRefused,
                $"team {settings.Team} of instance {settings.Instance} at {settings.Endpoint}", 401)
            : failure;

    /// <summary>
    /// Where the token cannot be asked, the token that the service gives without a team header tells whether the header counts: if it is
    /// another one, it does. If it is the same, and the team is not the one that answers by default, the header was ignored.
    /// </summary>
    private async Task<Result<TeamVerification>> CompareAsync(
        SecureApi api, IamSession session, Transport transport, Token token, TokenScope scope, TeamVerification asked,
            CancellationToken cancellation)
    {
        Result<Token> unnamed = await session.UseAsync(
            transport, iam => api.Tokens.FetchAsync(Seen(iam), scope.Team, TeamHeaders.None, cancellation), cancellation);
        if (unnamed.Failure is not null)
        {
            return asked;
        }

        using Token other = unnamed.Value;
        if (!other.Matches(token.Utf8))
        {
            return new TeamVerification(scope.Team.Id, $"the token differs from the one without a team ({asked.Evidence})");
        }

        Result<IReadOnlyList<TeamEntry>> listed = await session.UseAsync(
            transport, iam => api.Teams.ListAsync(Seen(iam), cancellation), cancellation);
        return listed.Failure is null && listed.Value.FirstOrDefault(entry => entry.IsDefault) is { } answering
            && answering.Team.Id != scope.Team.Id
            ? Failure.Of(DiagnosticDescriptors.WrongTeam, scope, answering.Team)
            : asked;
    }
}
