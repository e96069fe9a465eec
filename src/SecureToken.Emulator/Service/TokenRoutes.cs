using SecureToken.Emulator.Http;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Service;

/// <summary><c>GET /api/token</c>: the token of a team, for a caller with an IAM token.</summary>
internal sealed class TokenRoutes(EmulatorState state)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/token", (RequestDelegate)GetAsync);

    private async Task GetAsync(HttpContext context)
    {
        if (await Caller.AuthenticateAsync(context, state) is not { } caller)
        {
            return;
        }

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
            await ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new { token = new { key = state.Tokens.TokenOf(team.Id) } });
        }
    }
}
