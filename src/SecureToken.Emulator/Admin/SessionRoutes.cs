using SecureToken.Emulator.Credentials;
using SecureToken.Emulator.Http;
using SecureToken.Emulator.Service;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Admin;

/// <summary>Whom there is, and who is logged in to the page in which team, for a program that plays the person.</summary>
internal sealed class SessionRoutes(EmulatorState state)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/emulator/identities", (RequestDelegate)ListAsync);
        routes.MapGet("/emulator/session", (RequestDelegate)(context => AnswerAsync(context, state.Browser.Current)));
        routes.MapPost("/emulator/session", (RequestDelegate)ChangeAsync);
        routes.MapPost("/emulator/press", (RequestDelegate)PressAsync);
    }

    private Task ListAsync(HttpContext context) => ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new
    {
        tokenPer = TokenScopeNames.NameOf(state.TokenScope),
        identities = state.Identities.All.Select(identity => new
        {
            name = identity.Name,
            kind = IdentityKindNames.NameOf(identity.Kind),
            iamId = identity.IamId,
            userName = identity.UserName,
        }),
    });

    private Task ChangeAsync(HttpContext context) => WithViewAsync(context, AnswerAsync);

    /// <summary>
    /// The button, as the page has it: for whoever is logged in, in the team that is selected, both of which can be given.
    /// </summary>
    private Task PressAsync(HttpContext context) => WithViewAsync(context, (_, view) =>
    {
        state.Tokens.Reset(view.User, view.Team.Id);
        return AnswerAsync(context, view);
    });

    private Task WithViewAsync(HttpContext context, Func<HttpContext, BrowserView, Task> action)
    {
        var query = new AdminQuery(context.Request, "identity", "team");
        var user = AdminLookup.Identity(state, query.Text("identity"));
        var team = AdminLookup.Team(state, query.Text("team"));
        return query.Error is { } error ? AdminErrors.BadQueryAsync(context, error)
            : user is null && query.Text("identity") is not null ? AdminErrors.UnknownIdentityAsync(context)
            : team is null && query.Text("team") is not null ? AdminErrors.UnknownTeamAsync(context)
            : user is { IsUser: false } ? NoLoginAsync(context, user)
            : action(context, state.Browser.Switch(user, team));
    }

    private static Task NoLoginAsync(HttpContext context, Identity identity) => ServiceErrors.WriteAsync(
        context,
        StatusCodes.Status409Conflict,
        "No browser login",
        $"{identity.Name} is a {IdentityKindNames.NameOf(identity.Kind)} and cannot log in to the page; " +
            "POST /emulator/reset/TEAM?identity=NAME resets its token");

    private static Task AnswerAsync(HttpContext context, BrowserView view) => ResponseWriter.JsonAsync(
        context, StatusCodes.Status200OK, new { identity = view.User.Name, team = view.Team.Name, teamId = view.Team.Id });
}
