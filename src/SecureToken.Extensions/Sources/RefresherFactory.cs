using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Settings;
using SecureToken.Extensions.Refreshing;

namespace SecureToken.Extensions.Sources;

/// <summary>A token that a program follows: what holds it, and what notices that its file changes.</summary>
internal sealed class FollowedToken(TokenRefresher refresher, FileFollower? follower) : IDisposable
{
    public TokenRefresher Refresher => refresher;

    public void Dispose()
    {
        follower?.Dispose();
        refresher.Dispose();
    }
}

/// <summary>Makes what holds the token of a program, from its options. Nothing is requested.</summary>
internal static class RefresherFactory
{
    public static Result<FollowedToken> Create(SecureTokenOptions options)
    {
        if (!SourceSettings.Of(options).Succeeded(out SourceSettings? settings, out Failure? failure))
        {
            return failure;
        }

        if (!string.IsNullOrEmpty(options.File))
        {
            return OfFile(options.File, settings);
        }

        return settings.Resolve(isTeamNeeded: true).Succeeded(out TokenSettings? given, out failure)
            ? new FollowedToken(new TokenRefresher(options.Key, new ServiceSource(given, settings), options.Clock), null)
            : failure;
    }

    private static Result<FollowedToken> OfFile(string path, SourceSettings settings)
    {
        Endpoint? endpoint;
        ResolvedSettings? verified = null;
        if (settings.HasInstance)
        {
            if (!settings.Resolve(isTeamNeeded: false).Succeeded(out TokenSettings? given, out Failure? failure))
            {
                return failure;
            }

            endpoint = given.Endpoint == Endpoint.Undetermined ? null : given.Endpoint;
            verified = given.Team.Id is not null && endpoint is not null ? ResolvedSettings.Of(given) : null;
        }
        else
        {
            Result<Endpoint?> alone = settings.ResolveEndpoint();
            if (alone.Failure is not null)
            {
                return alone.Failure;
            }

            endpoint = alone.Value;
        }

        var file = new TokenFile(path, settings.Key.Value, settings.Name);
        var source = new FileSource(file, endpoint, verified, settings);
        var refresher = new TokenRefresher(settings.Key.Value, source, settings.Transport.Clock);
        return new FollowedToken(refresher, new FileFollower(file, refresher));
    }
}
