namespace SecureToken.Emulator;

/// <summary>Whose a token is.</summary>
public enum EmulatorTokenScope
{
    /// <summary>Each identity has its own in each team, as Sysdig says.</summary>
    IdentityAndTeam,

    /// <summary>Each team has one, whoever asks, as IBM's documentation can be read.</summary>
    Team,
}
