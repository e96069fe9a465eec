using System.Globalization;
using SecureToken.Emulator.Credentials;
using SecureToken.Emulator.Http;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Service;

/// <summary>
/// <c>GET /api/users/me</c>: who a credential belongs to. For a token, <c>currentTeam</c> is the token's team. And the lists of users
/// that clients read.
/// </summary>
internal sealed class UserRoutes(EmulatorState state)
{
    private const int CustomerId = 4711;
    private const string TeamRole = "ROLE_TEAM_EDIT";

    private static readonly string[] Products = ["SDS"];
    private static readonly string[] Permissions = ["api-token.edit", "api-token.read", "customer-teams.read", "secure.policy.read"];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/users/me", Caller.Route(state, GetAsync));
        routes.MapGet("/api/user/me", Caller.Route(state, GetAsync));
        routes.MapGet("/api/users/me/permissions", Caller.Route(state, (context, _) =>
            ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new { permissions = Permissions })));
        routes.MapGet("/api/users", Caller.Route(state, ListAsync));
        routes.MapGet("/api/team/{id}/users", Caller.Route(state, ListOfTeamAsync));
    }

    /// <summary>The role of every identity in a team: each is a member of all of them.</summary>
    public static IEnumerable<object> RolesIn(EmulatorTeam team, IdentityList identities) =>
        identities.All.Select(identity => RoleOf(identity, team));

    private Task GetAsync(HttpContext context, Caller caller)
    {
        // With an IAM token it is the identity's default team whatever header is sent, which is why that proves nothing.
        var currentTeam = (caller.TokenTeam ?? state.Teams.Default).Id;
        var credential = caller.TokenTeam is null ? "iam" : "token";
        var isHidden = state.Answers.Find(context.Request.Path.Value ?? string.Empty, credential) is { Answer: EmulatorAnswer.WithoutTeam };
        return ResponseWriter.JsonAsync(
            context, StatusCodes.Status200OK, new { user = Describe(caller.Identity, isHidden ? null : currentTeam) });
    }

    private Task ListAsync(HttpContext context, Caller caller) => ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new
    {
        offset = 0,
        total = state.Identities.All.Count,
        users = state.Identities.All.Select(identity => Describe(identity, state.Teams.Default.Id)),
    });

    private Task ListOfTeamAsync(HttpContext context, Caller caller)
    {
        var isId = int.TryParse(context.GetRouteValue("id") as string, NumberStyles.None, CultureInfo.InvariantCulture, out var id);
        return isId && state.Teams.ById(id) is not null
            ? ListAsync(context, caller)
            : ServiceErrors.WriteAsync(context, StatusCodes.Status404NotFound, "Team not found", "There is no such team");
    }

    private object Describe(Identity identity, int? currentTeam) => new
    {
        id = identity.UserId,
        version = 3,
        username = identity.UserName,
        name = identity.Name,
        firstName = identity.PersonName.First,
        lastName = identity.PersonName.Last,
        systemRole = "ROLE_USER",
        enabled = true,
        status = "confirmed",
        currentTeam,
        properties = new { iamId = identity.IamId },
        accessKey = state.Decoys[0],
        customer = new
        {
            id = CustomerId,
            name = "Emulated account",
            externalId = state.InstanceId,
            accessKey = state.Decoys[1],
        },
        agentInstallParams = new { accessKey = state.Decoys[2] },
        teamRoles = state.Teams.All.Select(team => RoleOf(identity, team)),
        products = Products,
    };

    private static object RoleOf(Identity identity, EmulatorTeam team) => new
    {
        teamId = team.Id,
        teamName = team.Name,
        userId = identity.UserId,
        userName = identity.UserName,
        role = TeamRole,
        admin = false,
    };
}
