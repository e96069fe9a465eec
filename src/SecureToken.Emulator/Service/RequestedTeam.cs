using System.Globalization;
using SecureToken.Emulator.Http;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Service;

/// <summary>Reads which team a request asks for, from the headers that the service is set to obey.</summary>
internal static class RequestedTeam
{
    /// <summary>Finds the team, or answers the request itself and returns null.</summary>
    public static async Task<EmulatorTeam?> ResolveAsync(HttpContext context, EmulatorState state)
    {
        var asked = ObeyedHeaders(state.TeamHeader)
            .Where(context.Request.Headers.ContainsKey)
            .Select(name => context.Request.Headers[name].ToString())
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        switch (asked)
        {
            case []:
                return state.Teams.Default;

            case [var only]:
                return await FindAsync(context, state, only);

            default:
                await ServiceErrors.WriteAsync(context, StatusCodes.Status400BadRequest, "Bad request", "SysdigTeamID and TeamID differ");
                return null;
        }
    }

    private static async Task<EmulatorTeam?> FindAsync(HttpContext context, EmulatorState state, string value)
    {
        if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            await ServiceErrors.WriteAsync(context, StatusCodes.Status400BadRequest, "Bad request", "A team id is an integer");
            return null;
        }

        // The id is 64 bits wide on the wire, the emulated teams only use 32.
        var team = id <= int.MaxValue ? state.Teams.ById((int)id) : null;
        if (team is null)
        {
            await ServiceErrors.WriteAsync(context, StatusCodes.Status404NotFound, "Team not found", "There is no team with this id");
        }

        return team;
    }

    private static string[] ObeyedHeaders(HonouredTeamHeader honoured) => honoured switch
    {
        HonouredTeamHeader.Both => [ServiceHeaders.Sysdig, ServiceHeaders.Plain],
        HonouredTeamHeader.SysdigTeamID => [ServiceHeaders.Sysdig],
        HonouredTeamHeader.TeamID => [ServiceHeaders.Plain],
        _ => [],
    };
}
