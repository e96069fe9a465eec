namespace SecureToken.Emulator.State;

/// <summary>The one living token of each team, and every token that ever lived (so that the log can mask them).</summary>
internal sealed class TokenStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, string> _tokenOfTeam = [];
    private readonly List<string> _everIssued = [];

    public TokenStore(TeamList teams)
    {
        foreach (var team in teams.All)
        {
            Reset(team.Id);
        }
    }

    public IReadOnlyList<string> EverIssued
    {
        get
        {
            lock (_gate)
            {
                return [.. _everIssued];
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

    /// <summary>Replaces the token in one step: there is no moment with two living tokens, and none without one.</summary>
    public string Reset(int teamId)
    {
        var token = Guid.NewGuid().ToString("D");
        lock (_gate)
        {
            _tokenOfTeam[teamId] = token;
            _everIssued.Add(token);
        }

        return token;
    }

    public int? TeamOf(string token)
    {
        lock (_gate)
        {
            foreach (var (teamId, living) in _tokenOfTeam)
            {
                if (string.Equals(living, token, StringComparison.Ordinal))
                {
                    return teamId;
                }
            }
        }

        return null;
    }
}
