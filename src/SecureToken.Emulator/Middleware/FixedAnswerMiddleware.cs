using SecureToken.Emulator.Http;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Middleware;

/// <summary>Answers for paths that were set to answer something else.</summary>
internal sealed class FixedAnswerMiddleware(EmulatorState state, RequestDelegate next)
{
    private const string Page = "<!DOCTYPE html><html><head><title>Log in</title></head><body></body></html>\n";

    public Task InvokeAsync(HttpContext context)
    {
        if (AdminPaths.Includes(context.Request))
        {
            return next(context);
        }

        var credential = CredentialKind.Of(context.Request.Headers.Authorization.ToString());
        var answer = state.Answers.Find(context.Request.Path.Value ?? string.Empty, credential);
        return answer?.Status is not { } status ? next(context)
            : answer.IsPage ? ResponseWriter.HtmlAsync(context, status, Page)
            : PlannedAnswer.WriteAsync(context, state.Clock, status);
    }
}
