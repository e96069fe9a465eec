namespace SecureToken.Emulator;

/// <summary>How the team header modes are written on the command line and in admin calls.</summary>
internal static class TeamHeaderNames
{
    public static readonly IReadOnlyDictionary<string, HonouredTeamHeader> Modes =
        new Dictionary<string, HonouredTeamHeader>(StringComparer.Ordinal)
        {
            ["both"] = HonouredTeamHeader.Both,
            ["sysdig"] = HonouredTeamHeader.SysdigTeamID,
            ["plain"] = HonouredTeamHeader.TeamID,
            ["none"] = HonouredTeamHeader.None,
        };

    public static string NameOf(HonouredTeamHeader mode) => Modes.First(pair => pair.Value == mode).Key;
}
