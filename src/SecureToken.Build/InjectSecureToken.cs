using Microsoft.Build.Framework;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Operations.Inject;

namespace SecureToken.Build;

/// <summary>Brings a project's user-secrets and files to the current token of a team.</summary>
/// <remarks>
/// Thread safety: the task has no static state, never reads or sets the current directory, and sets no environment variable. The
/// token lives in the core's memory for the time of <see cref="Execute"/> and never enters MSBuild's data.
/// </remarks>
[MSBuildMultiThreadableTask]
public sealed partial class InjectSecureToken : Microsoft.Build.Utilities.Task, ICancelableTask, IIncrementalTask, IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>Ends the requests; the destinations stay whole.</summary>
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _cancellation.Dispose();

    /// <inheritdoc/>
    public override bool Execute()
    {
        var messages = new BuildMessages(Log, Project);
        try
        {
            Run(messages);
        }
#pragma warning disable CA1031 // The edge: MSBuild would print a stack trace and the exception's text, and either could hold anything.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            messages.Error(Failure.Of(DiagnosticDescriptors.Unexpected, exception.GetBaseException().GetType().Name));
        }

        return !Log.HasLoggedErrors;
    }

    private void Run(BuildMessages messages)
    {
        if (!FailurePolicy.Parse(OnFailure, IsContinuousIntegration).Succeeded(out FailurePolicy? policy, out Failure? failure))
        {
            messages.Error(failure);
            return;
        }

        foreach (Failure warning in CredentialMisuse.Find(this))
        {
            messages.Report(warning, Severity.Warning);
        }

        if (FailIfNotIncremental)
        {
            messages.Error(Failure.Of(DiagnosticDescriptors.RefreshIsDue, Path.GetFileName(Project)));
        }
        else if (!TaskPlan.Create(this, Environment.GetEnvironmentVariable).Succeeded(out InjectPlan? plan, out failure))
        {
            messages.Report(failure, policy.SeverityOf(failure, []));
        }
        else
        {
            messages.Command(plan.Settings, plan.Destinations, [("--credential", Credential), ("--iam-profile", IamProfile), ("--ca-bundle", CaBundle), ("--timeout", Timeout)]);
            InjectReport report = InjectOperation.RunAsync(plan, _cancellation.Token).GetAwaiter().GetResult();
            messages.Report(report, policy, plan.Transport.Clock.GetUtcNow());
            DueAt = DueAfter(report, plan.Sharing!.RefreshAfter);
        }
    }

    private static string DueAfter(InjectReport report, TimeSpan refreshAfter) =>
        report.Exit == ExitStatus.Done && refreshAfter > TimeSpan.Zero && report.VerifiedAt is { } verifiedAt
            ? verifiedAt.Add(refreshAfter).UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture)
            : string.Empty;
}
