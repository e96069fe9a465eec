using SecureToken.Emulator.Credentials;

namespace SecureToken.Emulator.State;

/// <summary>Whose a token is: the identity it was issued to, and the team.</summary>
internal sealed record TokenOwner(Identity Identity, int TeamId);

/// <summary>The token of each identity in each team, and every token that ever lived (so that the log can mask them).</summary>
internal sealed class TokenStore
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly Dictionary<TokenOwner, string> _tokens = [];
    private readonly Identity? _onlyOwner;
    private readonly Dictionary<string, Life> _lives = new(StringComparer.Ordinal);
    private TimeSpan _oldTokenLives;
    private TimeSpan _newTokenAfter;

    public TokenStore(IdentityList identities, TeamList teams, EmulatorTokenScope scope, TimeProvider clock)
    {
        _clock = clock;
        _onlyOwner = scope == EmulatorTokenScope.Team ? identities.Primary : null;
        var holders = _onlyOwner is null ? identities.All : [_onlyOwner];
        foreach (var owner in holders.SelectMany(_ => teams.All, (identity, team) => new TokenOwner(identity, team.Id)))
        {
            Replace(owner, acceptedFrom: DateTimeOffset.MinValue);
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

    public string TokenOf(Identity identity, int teamId)
    {
        lock (_gate)
        {
            return _tokens[OwnerOf(identity, teamId)];
        }
    }

    /// <summary>
    /// Replaces the token in one step: unless a delay is set, there is no moment with two living tokens, and none without one.
    /// </summary>
    public string Reset(Identity identity, int teamId)
    {
        lock (_gate)
        {
            return Replace(OwnerOf(identity, teamId), acceptedFrom: _clock.GetUtcNow() + _newTokenAfter);
        }
    }

    /// <summary>Whose token it is that is accepted now, or null.</summary>
    public TokenOwner? OwnerOf(string token)
    {
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            return _lives.TryGetValue(token, out var life) && life.From <= now && now < life.Until ? life.Owner : null;
        }
    }

    private TokenOwner OwnerOf(Identity identity, int teamId) => new(_onlyOwner ?? identity, teamId);

    private string Replace(TokenOwner owner, DateTimeOffset acceptedFrom)
    {
        if (_tokens.TryGetValue(owner, out var old))
        {
            _lives[old] = _lives[old] with
            {
                Until = _oldTokenLives == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : _clock.GetUtcNow() + _oldTokenLives,
            };
        }

        var token = Guid.NewGuid().ToString("D");
        _tokens[owner] = token;
        _lives.Add(token, new Life(owner, acceptedFrom, DateTimeOffset.MaxValue));
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
    private sealed record Life(TokenOwner Owner, DateTimeOffset From, DateTimeOffset Until);
}
