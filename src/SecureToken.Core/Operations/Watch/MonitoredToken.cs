using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Watch;

/// <summary>Keeps an eye on one token: asks for it now and then, and has its follower follow when it is another one.</summary>
internal sealed class MonitoredToken
{
    private readonly TokenChangeHandler _follower;
    private readonly WatchTimes _times;
    private readonly TimeProvider _clock;
    private TokenSettings _settings;
    private TokenScope? _scope;
    private Fingerprint? _fingerprint;
    private bool _isComplete;
    private bool _hasFollowed;
    private string? _told;
    private int _troubles;
    private long _lookedAt;
    private TimeSpan _pause;

    /// <summary>A vigil over a token.</summary>
    /// <param name="settings">Which token.</param>
    /// <param name="follower">What hangs on it.</param>
    /// <param name="times">How often to ask.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="known">The token that the follower has already, so that the first look is after a pause; null to begin with a look.</param>
    public MonitoredToken(TokenSettings settings, TokenChangeHandler follower, WatchTimes times, TimeProvider clock, FetchedToken? known = null)
    {
        _settings = settings;
        _follower = follower;
        _times = times;
        _clock = clock;
        _lookedAt = clock.GetTimestamp();
        if (known is not null)
        {
            Note(known.Scope, known.Fingerprint);
            _isComplete = true;
            _pause = PauseAfter(null, null);
        }
    }

    /// <summary>How long until the next look.</summary>
    public TimeSpan Left => _pause - _clock.GetElapsedTime(_lookedAt);

    /// <summary>Whether the last look failed because we are not let in, so that the credential must be read anew.</summary>
    public bool IsShutOut { get; private set; }

    /// <summary>Looks once, and decides when to look again.</summary>
    /// <returns>Why there is no sense in looking again: on the first look, what does not pass by waiting.</returns>
    public async Task<Failure?> LookAsync(ServiceAccess service, CancellationToken cancellation)
    {
        Failure? failure = await ResolveAsync(service, cancellation).ConfigureAwait(false)
            ?? await ReadAsync(service, cancellation).ConfigureAwait(false);
        if (cancellation.IsCancellationRequested)
        {
            return null;
        }

        _lookedAt = _clock.GetTimestamp();
        IsShutOut = failure?.Descriptor.Exit == ExitStatus.NotAuthenticated;
        _troubles = failure is null && _isComplete ? 0 : _troubles + 1;
        TimeSpan? asksFor = failure is null ? null : service.Transport.RetryAfter;
        _pause = PauseAfter(failure, asksFor);
        if (failure is null)
        {
            // Who has just followed the token has told that it is known again.
            if (_told is not null && !_hasFollowed)
            {
                _follower.Recovered(_scope, _fingerprint!.Value);
            }

            _told = null;
            return null;
        }

        if (_fingerprint is null && failure.Descriptor.Exit != ExitStatus.Unavailable)
        {
            return failure;
        }

        if (_told != failure.Code)
        {
            _told = failure.Code;
            _follower.Trouble(_scope, failure, _pause);
        }

        return null;
    }

    /// <summary>The name of an instance is looked up once.</summary>
    private async Task<Failure?> ResolveAsync(ServiceAccess service, CancellationToken cancellation)
    {
        if (!(await service.ResolveAsync(_settings, null, cancellation).ConfigureAwait(false)).Succeeded(out TokenSettings? settled, out Failure? failure))
        {
            return failure;
        }

        _settings = settled;
        return null;
    }

    private async Task<Failure?> ReadAsync(ServiceAccess service, CancellationToken cancellation)
    {
        _hasFollowed = false;
        if (_fingerprint is { } fingerprint && _isComplete)
        {
            // Only whether it is still the same: nothing is written that would have to be proven.
            Result<FetchedToken> read = await service.FetchAsync(_settings, (_, _) => _clock.GetUtcNow(), cancellation).ConfigureAwait(false);
            using FetchedToken? token = read.Failure is null ? read.Value : null;
            if (token is null || token.Fingerprint == fingerprint)
            {
                return read.Failure;
            }
        }

        _hasFollowed = true;
        ChangeResult following = await _follower.FollowAsync(_settings, service, _fingerprint, cancellation).ConfigureAwait(false);
        if (following.Failure is null)
        {
            Note(following.Scope!, following.Fingerprint!.Value);
        }

        _isComplete = following.Failure is null && following.IsComplete;
        return following.Failure;
    }

    private void Note(TokenScope scope, Fingerprint fingerprint)
    {
        _scope = scope;
        _fingerprint = fingerprint;

        // From here the team is asked for by its id, under the name that the user gave it.
        _settings = _settings with { Team = _settings.Team with { Id = scope.Team.Id } };
    }

    private TimeSpan PauseAfter(Failure? failure, TimeSpan? asksFor)
    {
        TimeSpan first = failure?.Descriptor == DiagnosticDescriptors.TokenRefused ? _times.Proof : _times.Interval;
        TimeSpan most = failure?.Descriptor == DiagnosticDescriptors.TokenRefused ? _times.Interval : Longer(_times.LongestPause, _times.Interval);
        TimeSpan pause = Shorter(first * Math.Pow(2, Math.Min(Math.Max(_troubles - 1, 0), 20)), most);

        // A tenth more or less, so that many who started together do not ask together.
        pause *= 0.9 + (Random.Shared.NextDouble() * 0.2);
        return asksFor is { } wanted ? Longer(pause, Shorter(wanted, _times.LongestRetryAfter)) : pause;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
