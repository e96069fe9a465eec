using SecureToken.Emulator.Credentials;

namespace SecureToken.Emulator.State;

/// <summary>Who is logged in to the page, and in which team.</summary>
internal sealed record BrowserView(Identity User, EmulatorTeam Team);

/// <summary>
/// The one browser of the emulator: who is logged in, and the team that each user used last, in which the page starts for him. It is
/// kept here and not in the page, so that a program can be the person.
/// </summary>
internal sealed class BrowserSession(IdentityList identities, TeamList teams)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Identity, EmulatorTeam> _lastTeams = [];
    private Identity _user = identities.Primary;

    public BrowserView Current
    {
        get
        {
            lock (_gate)
            {
                return new BrowserView(_user, _lastTeams.GetValueOrDefault(_user, teams.Default));
            }
        }
    }

    /// <summary>Logs a user in, and selects a team if one is given.</summary>
    public BrowserView Switch(Identity? user, EmulatorTeam? team)
    {
        lock (_gate)
        {
            _user = user ?? _user;
            if (team is not null)
            {
                _lastTeams[_user] = team;
            }

            return new BrowserView(_user, _lastTeams.GetValueOrDefault(_user, teams.Default));
        }
    }
}
