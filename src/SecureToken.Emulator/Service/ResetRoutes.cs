using SecureToken.Emulator.Http;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Service;

/// <summary>
/// The request that resets a token, if one was made up for this run. It asks for what <c>GET /api/token</c> asks an IAM token for, and
/// answers in the same shape; a client must not count on that, as nothing is documented.
/// </summary>
internal sealed class ResetRoutes(EmulatorState state)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        if (state.ResetRoute is { } route)
        {
            routes.MapMethods(route.Path, [route.Method], Caller.Route(state, ResetAsync));
        }
    }

    private async Task ResetAsync(HttpContext context, Caller caller)
    {
        if (caller.TokenTeam is not null)
        {
            await ServiceErrors.UnauthorizedAsync(context, state.Clock);
        }
        else if (state.IamOnly)
        {
            await ServiceErrors.NotEnoughPrivilegesAsync(context);
        }
        else if (await RequestedTeam.ResolveAsync(context, state) is { } team)
        {
            await ResponseWriter.JsonAsync(
                context, StatusCodes.Status200OK, new { token = new { key = state.Tokens.Reset(caller.Identity, team.Id) } });
        }
    }
}
