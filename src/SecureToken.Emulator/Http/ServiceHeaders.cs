namespace SecureToken.Emulator.Http;

/// <summary>The headers that say which instance and which team a call is for.</summary>
internal static class ServiceHeaders
{
    public const string Sysdig = "SysdigTeamID";
    public const string Plain = "TeamID";
    public const string Instance = "IBMInstanceID";
}
