namespace SecureToken.Core.Service;

/// <summary>The headers that name the team, by their names on the wire.</summary>
[Flags]
internal enum TeamHeaders
{
    /// <summary>None: the default team is meant.</summary>
    None = 0,

    /// <summary><c>SysdigTeamID</c>, the later name.</summary>
    SysdigTeamID = 1,

    /// <summary><c>TeamID</c>, the earlier name.</summary>
    TeamID = 2,

    /// <summary>Both, which is what every request sends unless one of them is asked about.</summary>
    Both = SysdigTeamID | TeamID,
}
