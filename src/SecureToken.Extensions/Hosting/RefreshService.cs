using Microsoft.Extensions.Hosting;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Operations.Watch;
using SecureToken.Core.Timing;
using SecureToken.Extensions.Refreshing;

namespace SecureToken.Extensions.Hosting;

/// <summary>How often the hosted refresh asks.</summary>
internal sealed record RefreshInterval(TimeSpan Value);

/// <summary>Asks for every token now and then, in the pauses of <c>dotnet sectoken watch</c>.</summary>
internal sealed class RefreshService(TokenRefreshers tokens, RefreshInterval interval) : BackgroundService
{
    private static readonly WatchTimes Times = new();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(tokens.All.Where(token => !token.IsFollowing).Select(token => FollowAsync(token, stoppingToken)));

    private async Task FollowAsync(TokenRefresher token, CancellationToken cancellation)
    {
        int troubles = 0;
        var pauses = new Backoff(interval.Value, Longer(Times.LongestPause, interval.Value));
        await new Poller(token.Clock, pauses).UntilAsync(LookAsync, Timeout.InfiniteTimeSpan, startsWithPause: true, cancellation);

        async Task<PollStep> LookAsync()
        {
            try
            {
                await token.RefreshAsync(RefreshTrigger.Poll, token.Current, cancellation);
            }
            catch (OperationCanceledException)
            {
                return PollStep.Done;
            }

            troubles = token.LastFailure is null ? 0 : troubles + 1;

            // A tenth more or less, so that many who started together do not ask together.
            TimeSpan pause = pauses.Pause(Math.Max(troubles - 1, 0)) * (0.9 + (Random.Shared.NextDouble() * 0.2));
            return PollStep.After(token.RetryAfter is { } wanted ? Longer(pause, Shorter(wanted, Times.LongestRetryAfter)) : pause);
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
