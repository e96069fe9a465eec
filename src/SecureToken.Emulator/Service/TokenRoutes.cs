using System.Globalization;
using SecureToken.Emulator.Http;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Service;

/// <summary>
/// <c>GET /api/token</c>: the caller's token in the team that is asked for; with a token, that token's own team.
/// <c>GET /api/token/{user}/{team}</c>: that of somebody else, which the real service gives to administrators.
/// </summary>
internal sealed class TokenRoutes(EmulatorState state)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/token", Caller.Route(state, GetAsync));
        routes.MapGet("/api/token/{user}/{team}", Caller.Route(state, GetOfUserAsync));
    }

    private async Task GetAsync(HttpContext context, Caller caller)
    {
        if (state.IamOnly)
        {
            await ServiceErrors.NotEnoughPrivilegesAsync(context);
        }
        else if ((caller.TokenTeam ?? await RequestedTeam.ResolveAsync(context, state)) is { } team)
        {
            await AnswerAsync(context, state.Tokens.TokenOf(caller.Identity, team.Id));
        }
    }

    private Task GetOfUserAsync(HttpContext context, Caller caller)
    {
        var isId = int.TryParse(context.GetRouteValue("team") as string, NumberStyles.None, CultureInfo.InvariantCulture, out var id);
        return state.IamOnly ? ServiceErrors.NotEnoughPrivilegesAsync(context)
            : state.Identities.ByUserName(context.GetRouteValue("user") as string ?? string.Empty) is not { } identity
                ? ServiceErrors.WriteAsync(context, StatusCodes.Status404NotFound, "User not found", "There is no such user")
            : (isId ? state.Teams.ById(id) : null) is not { } team
                ? ServiceErrors.WriteAsync(context, StatusCodes.Status404NotFound, "Team not found", "There is no team with this id")
            : AnswerAsync(context, state.Tokens.TokenOf(identity, team.Id));
    }

    private static Task AnswerAsync(HttpContext context, string token) =>
        ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new { token = new { key = token } });
}
