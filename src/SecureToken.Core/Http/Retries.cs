using Polly;
using Polly.Retry;

namespace SecureToken.Core.Http;

/// <summary>
/// What follows a first attempt that met a passing fault: further ones, until the deadline. Apart from <see cref="Transport"/>, because
/// most calls succeed at once, and a build then never loads the library behind this (measured: What a due build compiles).
/// </summary>
internal sealed class Retries
{
    private readonly ResiliencePipeline<Attempt> _pipeline;

    /// <summary>Further attempts.</summary>
    /// <param name="options">The clock, and how long the pauses are.</param>
    /// <param name="left">What is left of the deadline.</param>
    public Retries(TransportOptions options, Func<TimeSpan> left) =>
        _pipeline = new ResiliencePipelineBuilder<Attempt> { TimeProvider = options.Clock }
            .AddRetry(new RetryStrategyOptions<Attempt>
            {
                MaxRetryAttempts = (int)Retry.UntilDeadline,
                ShouldHandle = arguments => ValueTask.FromResult(
                    arguments.Outcome.Result is { } attempt && Follow(attempt, arguments.AttemptNumber, left())),
                DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(
                    PauseAfter(arguments.Outcome.Result!, options.Pauses.Jittered(arguments.AttemptNumber, left()))),
            })
            .Build();

    /// <summary>Whether another attempt follows.</summary>
    /// <param name="attempt">What became of the last one.</param>
    /// <param name="number">Its number, from 0.</param>
    /// <param name="left">What is left of the deadline.</param>
    public static bool Follow(Attempt attempt, int number, TimeSpan left) =>
        number < (int)attempt.Retry && (attempt.RetryAfter ?? TimeSpan.Zero) < left;

    /// <summary>Goes on after a first attempt.</summary>
    /// <param name="first">What became of it.</param>
    /// <param name="next">Makes another one.</param>
    /// <param name="cancellation">Ends it, between attempts and within one.</param>
    public async Task<Attempt> ContinueAsync(Attempt first, Func<CancellationToken, Task<Attempt>> next, CancellationToken cancellation)
    {
        bool isFirst = true;
        return await _pipeline.ExecuteAsync(
            async token =>
            {
                if (isFirst)
                {
                    isFirst = false;
                    return first;
                }

                return await next(token);
            },
            cancellation);
    }

    /// <summary>
    /// What the server asks for, and no less than a random pause of ours: many clients that are told the same come back in step.
    /// </summary>
    private static TimeSpan PauseAfter(Attempt attempt, TimeSpan ours) =>
        attempt.RetryAfter is { } asked && asked > ours ? asked : ours;
}
