using System.Globalization;
using SecureToken.Emulator.Credentials;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Admin;

/// <summary>Finds what a call names.</summary>
internal static class AdminLookup
{
    /// <summary>By id, or by exact name; a name may be a number too.</summary>
    public static EmulatorTeam? Team(EmulatorState state, string? given) =>
        given is null ? null : TeamById(state, given) ?? state.Teams.ByName(given);

    public static Identity? Identity(EmulatorState state, string? name) => name is null ? null : state.Identities.ByName(name);

    private static EmulatorTeam? TeamById(EmulatorState state, string given) =>
        int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? state.Teams.ById(id) : null;
}
