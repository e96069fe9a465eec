using System.Globalization;

namespace SecureToken.Emulator.Middleware;

/// <summary>Carries a request out or not, and lets its answer go wrong.</summary>
internal sealed class FaultInjector(TimeProvider clock, RequestDelegate next, CancellationToken stopping)
{
    public async Task PlayAsync(HttpContext context, EmulatorFault fault)
    {
        byte[]? answer = null;
        if (fault.EffectAfter > TimeSpan.Zero)
        {
            DelayedRequest.Start(context, fault.EffectAfter, clock, next, stopping);
        }
        else if (fault.TakesEffect)
        {
            answer = await ResponseCapture.OfAsync(context, next);
        }

        var connection = new RawConnection(context, stopping);
        switch (fault.Kind)
        {
            case EmulatorFaultKind.Status:
                context.Response.Clear();
                await AnswerAsync(context, fault);
                break;

            case EmulatorFaultKind.Close:
                await connection.CloseAsync(RequestLogEntry.NoAnswer);
                break;

            case EmulatorFaultKind.Rst:
                connection.Reset(RequestLogEntry.NoAnswer);
                break;

            case EmulatorFaultKind.Timeout:
                await connection.KeepSilentAsync();
                break;

            default:
                answer ??= await ResponseCapture.OfAsync(context, other => AnswerAsync(other, fault));
                await connection.CloseAsync(context.Response.StatusCode, answer.AsMemory(0, Math.Min(fault.Bytes, answer.Length)));
                break;
        }
    }

    private Task AnswerAsync(HttpContext context, EmulatorFault fault)
    {
        var headers = context.Response.Headers;
        if (fault.RetryAfter is { } wait)
        {
            // The header has whole seconds; rounding down would invite the client back too early.
            headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (fault.Status < StatusCodes.Status400BadRequest)
        {
            headers.Location = fault.Location ?? context.Request.PathBase + context.Request.Path;
        }

        return PlannedAnswer.WriteAsync(context, clock, fault.Status);
    }
}
