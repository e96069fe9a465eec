using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;
using SecureToken.Core.Timing;

namespace SecureToken.Core.Operations.Watch;

/// <summary>One token that is watched: it is read now and then, and its handler is called when it is another one.</summary>
internal sealed class MonitoredToken
{
    private readonly TokenChangeHandler _handler;
    private readonly WatchTimes _times;
    private readonly TimeProvider _clock;
    private readonly TokenSettings _given;
    private ResolvedSettings? _settings;
    private TokenScope? _scope;
    private Fingerprint? _fingerprint;
    private bool _isComplete;
    private bool _hasFollowed;
    private string? _told;
    private int _troubles;
    private long _lookedAt;
    private TimeSpan _pause;

    /// <summary>Begins to watch a token.</summary>
    /// <param name="settings">Which token.</param>
    /// <param name="handler">What hangs on it.</param>
    /// <param name="times">How often to ask.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="known">The token that the handler has already, so that the first look is after a pause; null to begin with a
    /// look.</param>
    public MonitoredToken(
        TokenSettings settings, TokenChangeHandler handler, WatchTimes times, TimeProvider clock, FetchedToken? known = null)
    {
        _given = settings;
        _settings = ResolvedSettings.Of(settings);
        _handler = handler;
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

    /// <summary>Whether the last look failed because we are not let in, so that the credential must be read again.</summary>
    public bool IsShutOut { get; private set; }

    /// <summary>Looks once, and decides when to look again.</summary>
    /// <returns>Why there is no sense in looking again: on the first look, what does not pass by waiting.</returns>
    public async Task<Failure?> LookAsync(ServiceClient client, CancellationToken cancellation)
    {
        Failure? failure = await ResolveAsync(client, cancellation)
            ?? await ReadAsync(client, cancellation);
        if (cancellation.IsCancellationRequested)
        {
            return null;
        }

        _lookedAt = _clock.GetTimestamp();
        IsShutOut = failure?.Descriptor.Exit == ExitStatus.NotAuthenticated;
        _troubles = failure is null && _isComplete ? 0 : _troubles + 1;
        TimeSpan? asksFor = failure is null ? null : client.RetryAfter;
        _pause = PauseAfter(failure, asksFor);
        if (failure is null)
        {
            // Who has just followed the token has told that it is known again.
            if (_told is not null && !_hasFollowed)
            {
                _handler.Recovered(_scope, _fingerprint!.Value);
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
            _handler.Trouble(_scope, failure, _pause);
        }

        return null;
    }

    private async Task<Failure?> ResolveAsync(ServiceClient client, CancellationToken cancellation)
    {
        if (_settings is not null)
        {
            return null;
        }

        (await client.ResolveAsync(_given, null, cancellation)).Succeeded(out _settings, out Failure? failure);
        return failure;
    }

    private async Task<Failure?> ReadAsync(ServiceClient client, CancellationToken cancellation)
    {
        _hasFollowed = false;
        if (_fingerprint is { } fingerprint && _isComplete)
        {
            // Only whether it is still the same: nothing is written that would have to be proven.
            Result<FetchedToken> read = await client.FetchAsync(_settings!, (_, _) => _clock.GetUtcNow(), cancellation);
            using FetchedToken? token = read.Failure is null ? read.Value : null;
            if (token is null || token.Fingerprint == fingerprint)
            {
                return read.Failure;
            }
        }

        _hasFollowed = true;
        ChangeResult result = await _handler.FollowAsync(_settings!, client, _fingerprint, cancellation);
        if (result.Failure is null)
        {
            Note(result.Scope!, result.Fingerprint!.Value);
        }

        _isComplete = result.Failure is null && result.IsComplete;
        return result.Failure;
    }

    private void Note(TokenScope scope, Fingerprint fingerprint)
    {
        _scope = scope;
        _fingerprint = fingerprint;

        // From here the team is asked for by its id, under the name that the user gave it.
        _settings = _settings is null ? null : _settings with { Team = _settings.Team with { Id = scope.Team.Id } };
    }

    private TimeSpan PauseAfter(Failure? failure, TimeSpan? asksFor)
    {
        TimeSpan first = failure?.Descriptor == DiagnosticDescriptors.TokenRefused ? _times.Proof : _times.Interval;
        TimeSpan most = failure?.Descriptor == DiagnosticDescriptors.TokenRefused
            ? _times.Interval : Longer(_times.LongestPause, _times.Interval);
        TimeSpan pause = new Backoff(first, most).Pause(Math.Max(_troubles - 1, 0));

        // A tenth more or less, so that many who started together do not ask together.
        pause *= 0.9 + (Random.Shared.NextDouble() * 0.2);
        return asksFor is { } wanted ? Longer(pause, Shorter(wanted, _times.LongestRetryAfter)) : pause;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
