using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Operations.Watch;

/// <summary>The destinations of a plan follow its token: an injection whenever it is another one.</summary>
/// <param name="plan">The plan.</param>
/// <param name="tell">Told of every event.</param>
internal sealed class DestinationChangeHandler(InjectPlan plan, Action<WatchEvent> tell)
    : TokenChangeHandler(plan.Settings.Team.ToString(), plan.Transport.Clock, tell)
{
    private string _failed = string.Empty;

    /// <inheritdoc/>
    public override async Task<ChangeResult> FollowAsync(
        ResolvedSettings settings, ServiceClient client, Fingerprint? before, CancellationToken cancellation)
    {
        InjectReport report = (await InjectOperation.RunAsync([plan with { Settings = settings.Given }], client, cancellation)).Reports[0];
        if (report.Failure is { } failure)
        {
            return new ChangeResult(failure, null, null, IsComplete: false);
        }

        string failed = string.Join(
            '\n', report.Destinations.Where(line => line.Failure is not null)
            .Select(line => $"{line.Destination.Location} {line.Failure!.Code}"));
        if (cancellation.IsCancellationRequested)
        {
            return new ChangeResult(Failure.Of(DiagnosticDescriptors.Cancelled), null, null, IsComplete: false);
        }

        // What is tried again and fails in the same way is told once.
        if (before != report.Fingerprint || failed != _failed || report.Destinations.Any(line => line.Outcome == InjectOutcome.Written))
        {
            Tell(Event(before is null ? WatchEventKind.Watching : WatchEventKind.Brought) with
            {
                Scope = report.Scope,
                Before = before,
                Now = report.Fingerprint,
                Destinations = report.Destinations,
                Warnings = [.. report.Warnings, .. before is null ? report.Destinations.SelectMany(line => line.Warnings) : []],
            });
        }

        _failed = failed;
        return new ChangeResult(null, report.Scope, report.Fingerprint, failed.Length == 0);
    }
}
