using SecureToken.Emulator.Http;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Admin;

/// <summary>The routes that steer the emulator. None of them shows a token, an IAM token or the API key.</summary>
internal sealed class AdminRoutes(EmulatorState state)
{
    private static readonly Dictionary<string, bool> YesOrNo = new(StringComparer.OrdinalIgnoreCase) { ["true"] = true, ["false"] = false };

    private const string NoError = "none";
    private const string OwnAnswer = "normal";

    private static readonly string IamErrorNames = string.Join(", ", EmulatorIamError.All.Select(error => error.Name));

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/emulator/requests", (RequestDelegate)ListRequestsAsync);
        routes.MapGet("/emulator/counts", (RequestDelegate)CountAsync);
        routes.MapPost("/emulator/reset/{team}", (RequestDelegate)ResetAsync);
        routes.MapPost("/emulator/fail", (RequestDelegate)FailAsync);
        routes.MapPost("/emulator/settings", (RequestDelegate)ChangeSettingsAsync);
        routes.MapPost("/emulator/answer", (RequestDelegate)ChangeAnswerAsync);
    }

    private Task ListRequestsAsync(HttpContext context) =>
        ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new { requests = state.Log.Snapshot() });

    private Task CountAsync(HttpContext context) => ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, state.Log.Counts());

    private Task ResetAsync(HttpContext context)
    {
        var query = new AdminQuery(context.Request, "identity");
        if (query.Error is { } error)
        {
            return AdminErrors.BadQueryAsync(context, error);
        }

        if (AdminLookup.Team(state, LastSegment.Of(context)) is not { } team)
        {
            return AdminErrors.UnknownTeamAsync(context);
        }

        if (AdminLookup.Identity(state, query.Text("identity") ?? state.Browser.Current.User.Name) is not { } identity)
        {
            return AdminErrors.UnknownIdentityAsync(context);
        }

        state.Tokens.Reset(identity, team.Id);
        return ResponseWriter.JsonAsync(
            context, StatusCodes.Status200OK, new { team = team.Name, teamId = team.Id, identity = identity.Name, reset = true });
    }

    private Task FailAsync(HttpContext context)
    {
        var query = new AdminQuery(
            context.Request, "count", "kind", "status", "retryAfter", "location", "bytes", "takesEffect", "effectAfter", "method", "path");
        var count = query.WholeNumber("count", 1, int.MaxValue) ?? 1;
        var fault = new EmulatorFault
        {
            Kind = query.OneOf("kind", FaultKindNames.Kinds) ?? EmulatorFaultKind.Status,
            TakesEffect = query.OneOf("takesEffect", YesOrNo) ?? false,
            EffectAfter = query.Milliseconds("effectAfter") ?? TimeSpan.Zero,
            Status = query.WholeNumber("status", 300, 599) ?? StatusCodes.Status503ServiceUnavailable,
            RetryAfter = query.WholeNumber("retryAfter", 0, int.MaxValue) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Location = query.Text("location"),
            Bytes = query.WholeNumber("bytes", 0, int.MaxValue) ?? 0,
            Method = query.Text("method")?.ToUpperInvariant(),
            PathPrefix = query.Text("path"),
        };
        var error = query.Error ??
            (FaultQueue.IsPlayable(fault.Status) ? null : "status is 301, 302, 303, 307, 308 or 400 to 599") ??
            (fault.Location?.Any(char.IsControl) == true ? "location has no control characters" : null) ??
            (fault.EffectAfter > TimeSpan.Zero && !fault.TakesEffect ? "effectAfter goes with takesEffect=true" : null);
        if (error is not null)
        {
            return AdminErrors.BadQueryAsync(context, error);
        }

        state.Faults.Add(count, fault);
        return ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new
        {
            count,
            kind = FaultKindNames.NameOf(fault.Kind),
            takesEffect = fault.TakesEffect,
            effectAfter = (long)fault.EffectAfter.TotalMilliseconds,
            status = fault.Status,
            retryAfter = (long?)fault.RetryAfter?.TotalSeconds,
            location = fault.Location,
            bytes = fault.Bytes,
            method = fault.Method,
            path = fault.PathPrefix,
        });
    }

    private Task ChangeSettingsAsync(HttpContext context)
    {
        var query = new AdminQuery(context.Request, "iamOnly", "teamHeader", "latency", "oldTokenLives", "newTokenAfter", "iamError");
        var iamOnly = query.OneOf("iamOnly", YesOrNo);
        var teamHeader = query.OneOf("teamHeader", TeamHeaderNames.Modes);
        var latency = query.Milliseconds("latency");
        var oldTokenLives = query.MillisecondsOrForever("oldTokenLives");
        var newTokenAfter = query.Milliseconds("newTokenAfter");
        var iamError = query.Text("iamError");
        var isIamErrorKnown = iamError is null or NoError || EmulatorIamError.Find(iamError) is not null;
        if ((query.Error ?? (isIamErrorKnown ? null : $"iamError is one of {NoError}, {IamErrorNames}")) is { } error)
        {
            return AdminErrors.BadQueryAsync(context, error);
        }

        state.IamError = iamError is null ? state.IamError : EmulatorIamError.Find(iamError);
        state.IamOnly = iamOnly ?? state.IamOnly;
        state.TeamHeader = teamHeader ?? state.TeamHeader;
        state.Latency = latency ?? state.Latency;
        state.Tokens.OldTokenLives = oldTokenLives ?? state.Tokens.OldTokenLives;
        state.Tokens.NewTokenAfter = newTokenAfter ?? state.Tokens.NewTokenAfter;
        return ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new
        {
            iamOnly = state.IamOnly,
            teamHeader = TeamHeaderNames.NameOf(state.TeamHeader),
            latency = (long)state.Latency.TotalMilliseconds,
            oldTokenLives = MillisecondsOrForever.Show(state.Tokens.OldTokenLives),
            newTokenAfter = (long)state.Tokens.NewTokenAfter.TotalMilliseconds,
            iamError = state.IamError?.Name ?? NoError,
        });
    }

    private Task ChangeAnswerAsync(HttpContext context)
    {
        var query = new AdminQuery(context.Request, "path", "answer", "credential");
        var wanted = new EmulatorAnswer(query.Text("path") ?? string.Empty, query.Text("answer") ?? string.Empty, query.Text("credential"));
        var isTakenBack = wanted.Answer == OwnAnswer;
        if ((query.Error ?? (isTakenBack ? wanted with { Answer = EmulatorAnswer.WithoutTeam } : wanted).Fault) is { } error)
        {
            return AdminErrors.BadQueryAsync(context, isTakenBack ? error : $"{error}; {OwnAnswer} takes it back");
        }

        if (isTakenBack)
        {
            state.Answers.Remove(wanted.Path, wanted.Credential);
        }
        else
        {
            state.Answers.Set(wanted);
        }

        return ResponseWriter.JsonAsync(context, StatusCodes.Status200OK, new
        {
            answers = state.Answers.All.Select(
                answer => new { path = answer.Path, answer = answer.Answer, credential = answer.Credential }),
        });
    }
}
