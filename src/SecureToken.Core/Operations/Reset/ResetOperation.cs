using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.State;

namespace SecureToken.Core.Operations.Reset;

/// <summary>The old token dies, a new one is born, and every destination follows: proven ready before, and read back after.</summary>
public static class ResetOperation
{
    /// <summary>Resets one token, or rehearses it.</summary>
    /// <param name="plan">Which token, and where the new one goes.</param>
    /// <param name="guide">The person who is asked and led.</param>
    /// <param name="cancellation">Leaves everything as it was while the token has not changed; afterwards nothing turns back.</param>
    public static async Task<ResetReport> RunAsync(ResetPlan plan, IResetGuide guide, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(guide);
        TransportOptions options = plan.Token.Transport;
        DateTimeOffset began = options.Clock.GetUtcNow();
        using ServiceClient client = ServiceClient.OpenForQuestions(plan.Token.Credentials, options);
        if (plan.Token.Credentials.OpenToken is null && client.NoCredential is { } missing)
        {
            return new ResetReport { Settings = plan.Token.Settings, StartedAt = began, EndedAt = began, Failures = [missing] };
        }

        Result<ResolvedSettings> resolved = await client.ResolveAsync(plan.Token.Settings, null, cancellation);
        if (!resolved.Succeeded(out ResolvedSettings? settings, out Failure? unknown))
        {
            return new ResetReport
            {
                Settings = plan.Token.Settings,
                CredentialSource = client.Credential?.ToString(),
                StartedAt = began,
                EndedAt = options.Clock.GetUtcNow(),
                Failures = [unknown],
            };
        }

        using var run = new ResetRun(plan with { Token = plan.Token with { Settings = settings.Given } }, guide, client, settings, began);
        return await run.RunAsync(cancellation);
    }

    /// <summary>Finishes what a reset has left that died.</summary>
    /// <param name="plan">Which one.</param>
    /// <param name="cancellation">Ends the waits before the first destination is written, and the wait for the old token's end.</param>
    public static Task<ResetReport> ResumeAsync(ResumePlan plan, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return ResetResumption.RunAsync(plan, cancellation);
    }

    /// <summary>The resets of this user that are not finished. It costs a look at one directory when there is none.</summary>
    public static IReadOnlyList<UnfinishedReset> Unfinished(Func<string, string?> environment) => ResetJournal.Unfinished(environment);
}
