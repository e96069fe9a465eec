namespace SecureToken.Emulator.State;

/// <summary>The token of each team, and every token that ever lived (so that the log can mask them).</summary>
internal sealed class TokenStore
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly Dictionary<int, string> _tokenOfTeam = [];
    private readonly Dictionary<string, Life> _lives = new(StringComparer.Ordinal);
    private TimeSpan _oldTokenLives;
    private TimeSpan _newTokenAfter;

    public TokenStore(TeamList teams, TimeProvider clock)
    {
        _clock = clock;
        foreach (var team in teams.All)
        {
            Replace(team.Id, acceptedFrom: DateTimeOffset.MinValue);
        }
    }

    /// <summary>How long a reset leaves the old token accepted; <see cref="Timeout.InfiniteTimeSpan"/> is for ever.</summary>
    public TimeSpan OldTokenLives
    {
        get => Read(ref _oldTokenLives);
        set => Write(ref _oldTokenLives, value == Timeout.InfiniteTimeSpan ? value : Checked(value));
    }

    /// <summary>How long after a reset the new token is not accepted yet, although it can be fetched.</summary>
    public TimeSpan NewTokenAfter
    {
        get => Read(ref _newTokenAfter);
        set => Write(ref _newTokenAfter, Checked(value));
    }

    public IReadOnlyList<string> EverIssued
    {
        get
        {
            lock (_gate)
            {
                return [.. _lives.Keys];
            }
        }
    }

    public string TokenOf(int teamId)
    {
        lock (_gate)
        {
            return _tokenOfTeam[teamId];
        }
    }

    /// <summary>
    /// Replaces the token in one step: unless a delay is set, there is no moment with two living tokens, and none without one.
    /// </summary>
    public string Reset(int teamId)
    {
        lock (_gate)
        {
            return Replace(teamId, acceptedFrom: _clock.GetUtcNow() + _newTokenAfter);
        }
    }

    /// <summary>The team that a token is accepted for now, or null.</summary>
    public int? TeamOf(string token)
    {
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            return _lives.TryGetValue(token, out var life) && life.From <= now && now < life.Until ? life.TeamId : null;
        }
    }

    private string Replace(int teamId, DateTimeOffset acceptedFrom)
    {
        if (_tokenOfTeam.TryGetValue(teamId, out var old))
        {
            _lives[old] = _lives[old] with
            {
                Until = _oldTokenLives == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : _clock.GetUtcNow() + _oldTokenLives,
            };
        }

        var token = Guid.NewGuid().ToString("D");
        _tokenOfTeam[teamId] = token;
        _lives.Add(token, new Life(teamId, acceptedFrom, DateTimeOffset.MaxValue));
        return token;
    }

    private TimeSpan Read(ref TimeSpan field)
    {
        lock (_gate)
        {
            return field;
        }
    }

    private void Write(ref TimeSpan field, TimeSpan value)
    {
        lock (_gate)
        {
            field = value;
        }
    }

    private static TimeSpan Checked(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(1));
        return value;
    }

    /// <summary>From when (included) until when (not included) a token is accepted.</summary>
    private sealed record Life(int TeamId, DateTimeOffset From, DateTimeOffset Until);
}
