using SecureToken.Emulator.Http;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Middleware;

/// <summary>Answers for paths that were set to answer something else.</summary>
internal sealed class FixedAnswerMiddleware(EmulatorState state, RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var credential = CredentialKind.Of(context.Request.Headers.Authorization.ToString());
        var answer = AdminPaths.Includes(context.Request) ? null : state.Answers.Find(context.Request.Path.Value ?? string.Empty, credential);
        return answer?.Status is not { } status ? next(context)
            : answer.IsPage ? ResponseWriter.HtmlAsync(context, status, "<!DOCTYPE html><html><head><title>Log in</title></head><body></body></html>\n")
            : PlannedAnswer.WriteAsync(context, state.Clock, status);
    }
}
