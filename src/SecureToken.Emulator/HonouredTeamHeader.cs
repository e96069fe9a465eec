namespace SecureToken.Emulator;

/// <summary>
/// Which team header the emulated service obeys. The real one's answer is not public (the documentation changed the name
/// twice), so every reading can be played.
/// </summary>
public enum HonouredTeamHeader
{
    /// <summary>Either header; two that differ are refused with 400.</summary>
    Both,

    /// <summary>Only <c>SysdigTeamID</c>; <c>TeamID</c> is ignored.</summary>
    SysdigTeamID,

    /// <summary>Only <c>TeamID</c>; <c>SysdigTeamID</c> is ignored.</summary>
    TeamID,

    /// <summary>Neither: the default team answers, which is the silent wrong answer a client has to notice.</summary>
    None,
}
