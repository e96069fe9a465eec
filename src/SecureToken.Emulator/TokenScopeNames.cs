namespace SecureToken.Emulator;

/// <summary>How the scopes of a token are written on the command line and in JSON.</summary>
internal static class TokenScopeNames
{
    public static readonly IReadOnlyDictionary<string, EmulatorTokenScope> Scopes =
        new Dictionary<string, EmulatorTokenScope>(StringComparer.Ordinal)
        {
            ["identity"] = EmulatorTokenScope.IdentityAndTeam,
            ["team"] = EmulatorTokenScope.Team,
        };

    public static string NameOf(EmulatorTokenScope scope) => Scopes.First(pair => pair.Value == scope).Key;
}
