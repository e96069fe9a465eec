using SecureToken.Emulator.Http;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Service;

/// <summary><c>GET /api/users/me</c>: who a credential belongs to. For a token, <c>currentTeam</c> is the token's team.</summary>
internal sealed class UserRoutes(EmulatorState state)
{
    public const string UserName = "emulator@example.com";
    public const string FullName = FirstName + " " + LastName;

    private const int UserId = 80211;
    private const string FirstName = "Emulated";
    private const string LastName = "User";

    private static readonly string[] Products = ["SDS"];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/users/me", (RequestDelegate)GetAsync);
        routes.MapGet("/api/user/me", (RequestDelegate)GetAsync);
    }

    private async Task GetAsync(HttpContext context)
    {
        if (await Caller.AuthenticateAsync(context, state) is not { } caller)
        {
            return;
        }

        // With an IAM token it is the identity's default team whatever header is sent, which is why that proves nothing.
        var currentTeam = caller.TokenTeam ?? state.Teams.Default;
        await ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new
        {
            user = new
            {
                id = UserId,
                version = 3,
                username = UserName,
                firstName = FirstName,
                lastName = LastName,
                systemRole = "ROLE_USER",
                enabled = true,
                status = "confirmed",
                currentTeam = currentTeam.Id,
                accessKey = state.Decoys[0],
                customer = new
                {
                    id = 4711,
                    name = "Emulated account",
                    externalId = state.InstanceId,
                    accessKey = state.Decoys[1],
                },
                agentInstallParams = new { accessKey = state.Decoys[2] },
                teamRoles = state.Teams.All.Select(team => new
                {
                    teamId = team.Id,
                    teamName = team.Name,
                    userId = UserId,
                    userName = UserName,
                    role = "ROLE_TEAM_EDIT",
                    admin = false,
                }),
                products = Products,
            },
        });
    }
}
