using System.Globalization;
using SecureToken.Emulator.Http;
using SecureToken.Emulator.Service;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Admin;

/// <summary>
/// The page at the root, which reads <c>#/settings/user</c>: Settings &gt; User Profile with the Sysdig Secure API card. The real UI
/// lives on the API host, so a client that forgets <c>/api</c> gets HTML with status 200.
/// </summary>
internal sealed class SettingsPage(EmulatorState state)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        MapFile(routes, "/", "settings.html", "text/html;charset=UTF-8");
        MapFile(routes, "/emulator/page/settings.css", "settings.css", "text/css;charset=UTF-8");
        MapFile(routes, "/emulator/page/settings.js", "settings.js", "text/javascript;charset=UTF-8");
        MapFile(routes, "/emulator/page/icon.svg", "icon.svg", "image/svg+xml");
        routes.MapGet("/emulator/page/profile", (RequestDelegate)GetProfileAsync);
        routes.MapGet("/emulator/page/token/{team}", (RequestDelegate)GetTokenAsync);
    }

    private static void MapFile(IEndpointRouteBuilder routes, string path, string name, string mediaType) =>
        routes.MapGet(path, (RequestDelegate)new PageFile(name, mediaType).GetAsync);

    private Task GetProfileAsync(HttpContext context)
    {
        SecurityHeaders.Apply(context.Response);
        return ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new
        {
            name = UserRoutes.FullName,
            email = UserRoutes.UserName,
            instance = state.InstanceId,
            teams = state.Teams.All.Select(team => new { id = team.Id, name = team.Name, isDefault = team.IsDefault }),
        });
    }

    /// <summary>The one answer below /emulator that has a token in it, and therefore only for the page itself.</summary>
    private Task GetTokenAsync(HttpContext context)
    {
        SecurityHeaders.Apply(context.Response);
        if (!PageOrigin.IsOwn(context.Request))
        {
            return ServiceErrors.WriteAsync(
                context,
                StatusCodes.Status403Forbidden,
                "Not the page",
                "Only the emulator's own page is shown a token this way; a program asks GET /api/token");
        }

        var isId = int.TryParse(context.GetRouteValue("team") as string, NumberStyles.None, CultureInfo.InvariantCulture, out var id);
        if ((isId ? state.Teams.ById(id) : null) is not { } team)
        {
            return ServiceErrors.WriteAsync(context, StatusCodes.Status404NotFound, "Team not found", "There is no team with this id");
        }

        return state.IamOnly
            ? ServiceErrors.WriteAsync(
                context, StatusCodes.Status403Forbidden, "IAM only", "This instance accepts IAM tokens only (external_api_auth=IAM_ONLY)")
            : ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new { key = state.Tokens.TokenOf(team.Id) });
    }
}
