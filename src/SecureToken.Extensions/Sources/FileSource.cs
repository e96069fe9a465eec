using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;
using SecureToken.Core.Service;
using SecureToken.Extensions.Refreshing;

namespace SecureToken.Extensions.Sources;

/// <summary>
/// A file that another program keeps current. Where the settings name the instance and the id of the team, a token of another team is an
/// error. A service that cannot be asked is none: a program must start without it.
/// </summary>
internal sealed class FileSource : ITokenSource
{
    private static readonly TimeSpan LongestVerification = TimeSpan.FromSeconds(5);

    private readonly TokenFile _file;
    private readonly Endpoint? _endpoint;
    private readonly ResolvedSettings? _settings;
    private readonly ServiceClient? _client;
    private readonly TimeProvider _clock;

    public FileSource(TokenFile file, Endpoint? endpoint, ResolvedSettings? verified, SourceSettings settings)
    {
        _file = file;
        _endpoint = endpoint;
        _settings = verified;
        _clock = settings.Transport.Clock;
        _client = verified is null ? null
            : ServiceClient.OpenForQuestions(settings.Credentials, settings.Transport with { Deadline = LongestVerification });
    }

    public TimeSpan? RetryAfter => null;

    public bool IsFollowing => true;

    public async Task<Result<TokenSnapshot>> ReadAsync(TokenSnapshot? current, CancellationToken cancellation)
    {
        if (!_file.Read().Succeeded(out Token? token, out Failure? failure))
        {
            return failure;
        }

        using (token)
        {
            if (current is not null && current.Holds(token))
            {
                return current;
            }

            TokenScope? scope = _settings is { Team.Id: { } id } settings ? settings.ScopeOf(new Team(id, settings.Team.Name)) : null;
            if (scope is not null)
            {
                Result<TeamVerification> verified = await _client!.VerifyAsync(_settings!, token, scope, cancellation);
                if (verified.Failure?.Descriptor == DiagnosticDescriptors.WrongTeam)
                {
                    return verified.Failure;
                }
            }

            Fingerprint fingerprint = scope?.FingerprintOf(token.Utf8) ?? Fingerprint.OfCredential(token);
            return new TokenSnapshot(token.Utf8, _endpoint, scope, fingerprint, _clock.GetUtcNow());
        }
    }

    public void Dispose() => _client?.Dispose();
}
