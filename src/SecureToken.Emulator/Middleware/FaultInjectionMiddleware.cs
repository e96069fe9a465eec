using SecureToken.Emulator.Http;
using SecureToken.Emulator.State;

namespace SecureToken.Emulator.Middleware;

/// <summary>Plays what was ordered: latency, then faults.</summary>
internal sealed class FaultInjectionMiddleware(EmulatorState state, RequestDelegate next, CancellationToken stopping)
{
    private readonly FaultInjector _player = new(state.Clock, next, stopping);

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (AdminPaths.Includes(request))
        {
            await next(context);
            return;
        }

        if (state.Latency > TimeSpan.Zero)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            await Task.Delay(state.Latency, state.Clock, either.Token);
        }

        await (state.Faults.Take(request.Method, request.Path.Value ?? string.Empty) is { } fault
            ? _player.PlayAsync(context, fault)
            : next(context));
    }
}
