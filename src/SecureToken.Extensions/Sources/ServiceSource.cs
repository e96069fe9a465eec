using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Settings;
using SecureToken.Extensions.Refreshing;

namespace SecureToken.Extensions.Sources;

/// <summary>The service: fetches the token of the team and verifies that it is the team's.</summary>
internal sealed class ServiceSource : ITokenSource
{
    private readonly TokenSettings _given;
    private readonly ServiceClient _client;
    private ResolvedSettings? _settings;

    public ServiceSource(TokenSettings given, SourceSettings settings)
    {
        _given = given;
        _client = ServiceClient.Open(settings.Credentials, settings.Transport);
    }

    public TimeSpan? RetryAfter { get; private set; }

    public bool IsFollowing => false;

    public async Task<Result<TokenSnapshot>> ReadAsync(TokenSnapshot? current, CancellationToken cancellation)
    {
        Result<TokenSnapshot> read = await ReadOnceAsync(current, cancellation);
        if (read.Failure?.Descriptor == DiagnosticDescriptors.TokenRefused)
        {
            // Reset again between the fetch and its verification, perhaps.
            read = await ReadOnceAsync(current, cancellation);
        }

        if (read.Failure?.Descriptor.Exit == ExitStatus.NotAuthenticated)
        {
            // A file with the key may have been replaced.
            _client.Renew();
        }

        return read;
    }

    public void Dispose() => _client.Dispose();

    private async Task<Result<TokenSnapshot>> ReadOnceAsync(TokenSnapshot? current, CancellationToken cancellation)
    {
        using ServiceClient round = _client.NewRound();
        Failure? failure = null;
        if (_settings is null && !(await round.ResolveAsync(_given, null, cancellation)).Succeeded(out _settings, out failure))
        {
            return failure;
        }

        // The token in use was verified when it was new.
        Result<FetchedToken> fetched = await round.FetchAsync(
            _settings,
            (scope, fingerprint) => current is not null && current.Scope == scope && current.Fingerprint == fingerprint ? current.At : null,
            cancellation);
        RetryAfter = fetched.Failure is null ? null : round.RetryAfter;
        if (!fetched.Succeeded(out FetchedToken? token, out failure))
        {
            return failure;
        }

        using (token)
        {
            // From here the team is asked for by its id.
            _settings = _settings with { Team = _settings.Team with { Id = token.Scope.Team.Id } };
            return current?.Scope == token.Scope && current.Fingerprint == token.Fingerprint
                ? current
                : new TokenSnapshot(token.Token.Utf8, token.Scope.Endpoint, token.Scope, token.Fingerprint, token.VerifiedAt);
        }
    }
}
