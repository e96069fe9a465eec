using System.Globalization;
using SecureToken.Emulator.Http;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Service;

/// <summary>The calls that list teams or look one up: the paths of IBM's and Sysdig's documentation, and those of older clients.</summary>
internal sealed class TeamRoutes(EmulatorState state)
{
    private const string Product = "SDS";
    private const int MostPerPage = 200;

    private static readonly string[] Products = [Product];

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var list in (string[])["/api/teams", "/api/team"])
        {
            routes.MapGet(list, Caller.Route(state, ListAsync));
            routes.MapGet(list + "/{id}", Caller.Route(state, GetAsync));
        }

        routes.MapGet("/api/v2/teams/light", Caller.Route(state, ListLightAsync));
        routes.MapGet("/api/v2/teams/light/name/{name}", Caller.Route(state, GetLightByNameAsync));
        routes.MapGet("/platform/v1/teams", Caller.Route(state, ListOfPlatformAsync));
    }

    private Task ListAsync(HttpContext context, Caller caller) =>
        ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new { teams = OfProduct(context.Request).Select(Full) });

    private Task ListLightAsync(HttpContext context, Caller caller) =>
        ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new { teams = OfProduct(context.Request).Select(Light) });

    private Task GetAsync(HttpContext context, Caller caller)
    {
        var given = context.GetRouteValue("id") as string;
        var team = int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? state.Teams.ById(id) : null;
        return team is null ? UnknownTeamAsync(context) : ResponseWriter.JsonAsync(
            context, StatusCodes.Status200OK, new { team = Full(team) });
    }

    private Task GetLightByNameAsync(HttpContext context, Caller caller)
    {
        var team = state.Teams.ByName(LastSegment.Of(context));
        return team is null ? UnknownTeamAsync(context) : ResponseWriter.JsonAsync(
            context, StatusCodes.Status200OK, new { team = Light(team) });
    }

    /// <summary>The newer family: one page of the teams, and how many there are.</summary>
    private Task ListOfPlatformAsync(HttpContext context, Caller caller)
    {
        if (Number(context.Request, "offset", 0, int.MaxValue) is not { } offset ||
            Number(context.Request, "limit", MostPerPage, MostPerPage) is not { } limit)
        {
            return ServiceErrors.WritePlatformAsync(
                context, StatusCodes.Status400BadRequest, "bad_request", "offset or limit is not valid");
        }

        var page = state.Teams.All.Skip(offset).Take(limit).Select(team => new
        {
            id = team.Id,
            name = team.Name,
            isDefaultTeam = team.IsDefault,
            isImmutableTeam = team.IsDefault,
            product = "secure",
        }).ToArray();
        return ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new
        {
            page = new { offset, returned = page.Length, matched = state.Teams.All.Count },
            data = page,
        });
    }

    private static int? Number(HttpRequest request, string name, int otherwise, int most) =>
        !request.Query.TryGetValue(name, out var text) ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number
        : null;

    private IEnumerable<EmulatorTeam> OfProduct(HttpRequest request) =>
        request.Query.TryGetValue("product", out var product) && product.ToString() is not (Product or "") ? [] : state.Teams.All;

    private static Task UnknownTeamAsync(HttpContext context) =>
        ServiceErrors.WriteAsync(context, StatusCodes.Status404NotFound, "Team not found", "There is no such team");

    private static object Light(EmulatorTeam team) => new { id = team.Id, name = team.Name, products = Products };

    private object Full(EmulatorTeam team) => new
    {
        id = team.Id,
        version = 1,
        name = team.Name,
        description = string.Empty,
        @default = team.IsDefault,
        immutable = team.IsDefault,
        products = Products,
        userRoles = UserRoutes.RolesIn(team, state.Identities),
        userCount = state.Identities.All.Count,
    };
}
