using System.Globalization;
using SecureToken.Emulator.Identity;
using SecureToken.Emulator.Service;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Http;

/// <summary>Plays what was ordered: latency, then failures.</summary>
internal sealed class Disturbance(EmulatorState state, RequestDelegate next, CancellationToken stopping)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (AdminPaths.Includes(context.Request))
        {
            await next(context);
            return;
        }

        if (state.Latency > TimeSpan.Zero)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            await Task.Delay(state.Latency, state.Clock, either.Token);
        }

        var path = context.Request.Path.Value ?? string.Empty;
        if (state.Failures.Take(path) is not { } failure)
        {
            await next(context);
            return;
        }

        if (failure.RetryAfter is { } wait)
        {
            // The header has whole seconds; rounding down would invite the client back too early.
            context.Response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        await (context.Request.Path.StartsWithSegments("/identity")
            ? IamErrors.PlannedAsync(context, failure.Status)
            : ServiceErrors.PlannedAsync(context, state.Clock, failure.Status));
    }
}
