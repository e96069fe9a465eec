using System.Globalization;
using SecureToken.Emulator.Http;
using SecureToken.Emulator.Service;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Admin;

/// <summary>The routes that steer the emulator. None of them shows a token, an IAM token or the API key.</summary>
internal sealed class AdminRoutes(EmulatorState state)
{
    private const int MostMilliseconds = 86_400_000;

    private static readonly Dictionary<string, bool> YesOrNo = new(StringComparer.OrdinalIgnoreCase) { ["true"] = true, ["false"] = false };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/emulator/requests", (RequestDelegate)ListRequestsAsync);
        routes.MapGet("/emulator/counts", (RequestDelegate)CountAsync);
        routes.MapPost("/emulator/reset/{team}", (RequestDelegate)ResetAsync);
        routes.MapPost("/emulator/fail", (RequestDelegate)FailAsync);
        routes.MapPost("/emulator/settings", (RequestDelegate)ChangeSettingsAsync);
    }

    private Task ListRequestsAsync(HttpContext context) =>
        Reply.JsonAsync(context, StatusCodes.Status200OK, new { requests = state.Log.Snapshot() });

    private Task CountAsync(HttpContext context) => Reply.JsonAsync(
        context,
        StatusCodes.Status200OK,
        state.Log.Snapshot().CountBy(request => request.Method + " " + request.Path).ToDictionary());

    private Task ResetAsync(HttpContext context)
    {
        var given = LastSegment.Of(context);
        var isId = int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var id);
        if (((isId ? state.Teams.ById(id) : null) ?? state.Teams.ByName(given)) is not { } team)
        {
            return ServiceErrors.WriteAsync(
                context, StatusCodes.Status404NotFound, "Team not found", "Give the id or the exact name of a team");
        }

        state.Tokens.Reset(team.Id);
        return Reply.JsonAsync(context, StatusCodes.Status200OK, new { team = team.Name, teamId = team.Id, reset = true });
    }

    private Task FailAsync(HttpContext context)
    {
        var query = new AdminQuery(context.Request, "count", "status", "path", "retryAfter");
        var count = query.WholeNumber("count", 1, int.MaxValue) ?? 1;
        var status = query.WholeNumber("status", 400, 599) ?? StatusCodes.Status503ServiceUnavailable;
        var retryAfter = query.WholeNumber("retryAfter", 0, int.MaxValue);
        var path = query.Text("path");
        if (query.Error is { } error)
        {
            return BadQueryAsync(context, error);
        }

        state.Failures.Add(count, status, path, retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        return Reply.JsonAsync(context, StatusCodes.Status200OK, new { count, status, path, retryAfter });
    }

    private Task ChangeSettingsAsync(HttpContext context)
    {
        var query = new AdminQuery(context.Request, "iamOnly", "teamHeader", "latency");
        var iamOnly = query.OneOf("iamOnly", YesOrNo);
        var teamHeader = query.OneOf("teamHeader", TeamHeaderNames.Modes);
        var latency = query.WholeNumber("latency", 0, MostMilliseconds);
        if (query.Error is { } error)
        {
            return BadQueryAsync(context, error);
        }

        state.IamOnly = iamOnly ?? state.IamOnly;
        state.TeamHeader = teamHeader ?? state.TeamHeader;
        state.Latency = latency is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : state.Latency;
        return Reply.JsonAsync(context, StatusCodes.Status200OK, new
        {
            iamOnly = state.IamOnly,
            teamHeader = TeamHeaderNames.NameOf(state.TeamHeader),
            latency = (long)state.Latency.TotalMilliseconds,
        });
    }

    private static Task BadQueryAsync(HttpContext context, string error) =>
        ServiceErrors.WriteAsync(context, StatusCodes.Status400BadRequest, "Bad request", error);
}
