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
        routes.MapPost("/emulator/page/session", ForView(SwitchAsync));
        routes.MapGet("/emulator/page/token/{team}", (RequestDelegate)GetTokenAsync);
        routes.MapPost("/emulator/page/reset", ForView(ResetAsync));
    }

    private static void MapFile(IEndpointRouteBuilder routes, string path, string name, string mediaType) =>
        routes.MapGet(path, (RequestDelegate)new PageFile(name, mediaType).GetAsync);

    /// <summary>
    /// A route that is told the user and the team. What the page shows is sent with the button, because it can be old: somebody may have
    /// logged in or changed the team in another window.
    /// </summary>
    private RequestDelegate ForView(Func<HttpContext, BrowserView, Task> route) => context =>
    {
        SecurityHeaders.Apply(context.Response);
        var query = new AdminQuery(context.Request, "user", "team");
        return query.Error is { } error ? AdminErrors.BadQueryAsync(context, error)
            : AdminLookup.Identity(state, query.Text("user")) is not { IsUser: true } user ? AdminErrors.UnknownIdentityAsync(context)
            : AdminLookup.Team(state, query.Text("team")) is { } team ? route(context, new BrowserView(user, team))
            : query.Text("team") is null ? route(context, state.Browser.Current with { User = user })
            : AdminErrors.UnknownTeamAsync(context);
    };

    private Task GetProfileAsync(HttpContext context)
    {
        SecurityHeaders.Apply(context.Response);
        return ProfileAsync(context);
    }

    private Task SwitchAsync(HttpContext context, BrowserView wanted)
    {
        state.Browser.Switch(wanted.User, context.Request.Query.ContainsKey("team") ? wanted.Team : null);
        return ProfileAsync(context);
    }

    private Task ProfileAsync(HttpContext context)
    {
        var (user, team) = state.Browser.Current;
        return ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new
        {
            user = user.Name,
            email = user.UserName,
            iamId = user.IamId,
            team = team.Id,
            instance = state.InstanceId,
            tokenPer = TokenScopeNames.NameOf(state.TokenScope),
            users = state.Identities.Users.Select(identity => identity.Name),
            teams = state.Teams.All.Select(each => new { id = each.Id, name = each.Name, isDefault = each.IsDefault }),
        });
    }

    private Task ResetAsync(HttpContext context, BrowserView shown)
    {
        if (shown != state.Browser.Current)
        {
            return ChangedAsync(context);
        }

        state.Tokens.Reset(shown.User, shown.Team.Id);
        return ResponseWriter.JsonAsync(
            context, StatusCodes.Status200OK, new { user = shown.User.Name, team = shown.Team.Name, teamId = shown.Team.Id, reset = true });
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

        var user = state.Browser.Current.User;
        if (context.Request.Query.TryGetValue("user", out var shown) && shown != user.Name)
        {
            return ChangedAsync(context);
        }

        var isId = int.TryParse(context.GetRouteValue("team") as string, NumberStyles.None, CultureInfo.InvariantCulture, out var id);
        if ((isId ? state.Teams.ById(id) : null) is not { } team)
        {
            return ServiceErrors.WriteAsync(context, StatusCodes.Status404NotFound, "Team not found", "There is no team with this id");
        }

        return state.IamOnly
            ? ServiceErrors.WriteAsync(
                context, StatusCodes.Status403Forbidden, "IAM only", "This instance accepts IAM tokens only (external_api_auth=IAM_ONLY)")
            : ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new { key = state.Tokens.TokenOf(user, team.Id) });
    }

    private static Task ChangedAsync(HttpContext context) => ServiceErrors.WriteAsync(
        context, StatusCodes.Status409Conflict, "Changed", "Another window changed the user or the team. Nothing was done: look again.");
}
