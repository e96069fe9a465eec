using System.Globalization;
using SecureToken.Emulator.Http;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Service;

/// <summary>The calls that list teams or look one up.</summary>
internal sealed class TeamRoutes(EmulatorState state)
{
    private const string Product = "SDS";

    private static readonly string[] Products = [Product];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/teams", ForCaller(ListAsync));
        routes.MapGet("/api/teams/{id}", ForCaller(GetAsync));
        routes.MapGet("/api/v2/teams/light", ForCaller(ListLightAsync));
        routes.MapGet("/api/v2/teams/light/name/{name}", ForCaller(GetLightByNameAsync));
    }

    private RequestDelegate ForCaller(RequestDelegate route) => async context =>
    {
        if (await Caller.AuthenticateAsync(context, state) is not null)
        {
            await route(context);
        }
    };

    private Task ListAsync(HttpContext context) =>
        ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new { teams = OfProduct(context.Request).Select(Full) });

    private Task ListLightAsync(HttpContext context) =>
        ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new { teams = OfProduct(context.Request).Select(Light) });

    private Task GetAsync(HttpContext context)
    {
        var given = context.GetRouteValue("id") as string;
        var team = int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? state.Teams.ById(id) : null;
        return team is null ? UnknownTeamAsync(context) : ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new { team = Full(team) });
    }

    private Task GetLightByNameAsync(HttpContext context)
    {
        var team = state.Teams.ByName(LastSegment.Of(context));
        return team is null ? UnknownTeamAsync(context) : ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new { team = Light(team) });
    }

    private IEnumerable<EmulatorTeam> OfProduct(HttpRequest request) =>
        request.Query.TryGetValue("product", out var product) && product.ToString() != Product ? [] : state.Teams.All;

    private static Task UnknownTeamAsync(HttpContext context) =>
        ServiceErrors.WriteAsync(context, StatusCodes.Status404NotFound, "Team not found", "There is no such team");

    private static object Light(EmulatorTeam team) => new { id = team.Id, name = team.Name, products = Products };

    private static object Full(EmulatorTeam team) => new
    {
        id = team.Id,
        version = 1,
        name = team.Name,
        description = string.Empty,
        @default = team.IsDefault,
        immutable = team.IsDefault,
        products = Products,
        userCount = 1,
    };
}
