using Microsoft.Build.Framework;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Settings;
using SecureToken.Core.State;

namespace SecureToken.Build;

/// <summary>Brings a project's user-secrets and files to the current token of a team.</summary>
/// <remarks>
/// Thread safety: the task has no static state, never reads or sets the current directory, and sets no environment variable. The
/// token lives in the core's memory for the time of <see cref="Execute"/> and never enters MSBuild's data.
/// </remarks>
[MSBuildMultiThreadableTask]
public sealed partial class InjectSecureToken : Microsoft.Build.Utilities.Task, ICancelableTask, IIncrementalTask, IDisposable
{
    // 'dotnet build' sets it, and no project's settings depend on it.
    private const string OfEveryBuild = "NuGetInteractive";

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
        var settings = new TaskSettings(Settings);
        if (!FailurePolicy.Parse(settings.OnFailure, IsContinuousIntegration).Succeeded(out FailurePolicy? policy, out Failure? failure))
        {
            messages.Error(failure);
            return;
        }

        KeepProperties();
        foreach (Failure warning in CredentialMisuse.Find(this, settings))
        {
            messages.Report(warning, Severity.Warning);
        }

        var plans = new TaskPlan(this, settings, Environment.GetEnvironmentVariable);
        if (!plans.DevelopmentSecrets().Succeeded(out DevelopmentSecrets? secrets, out failure))
        {
            messages.Report(failure, policy.SeverityOf(failure, []));
            return;
        }

        if (secrets.LeftOutBecause is { } reason)
        {
            messages.Tell(Failure.Of(DiagnosticDescriptors.UserSecretsLeftOut, reason));
            if (Destinations.Length == 0)
            {
                return;
            }

            UserSecretsId = null;
        }

        if (FailIfNotIncremental)
        {
            messages.Error(Failure.Of(DiagnosticDescriptors.RefreshIsDue, Path.GetFileName(Project)));
        }
        else if (!plans.Create().Succeeded(out InjectPlan? plan, out failure))
        {
            messages.Report(failure, policy.SeverityOf(failure, []));
        }
        else
        {
            messages.Command(plan.Settings, plan.Destinations, settings);
            InjectReport report = InjectOperation.RunAsync(plan, _cancellation.Token).GetAwaiter().GetResult();
            messages.Report(report, policy, plan.Transport.Clock.GetUtcNow());

            // A build on the same machine that is none of continuous integration has more to write.
            DueAt = secrets.LeftOutBecause is null ? DueAfter(report, plan.Sharing!.RefreshAfter) : string.Empty;
        }
    }

    /// <summary>
    /// Keeps what the project says for the tool, which then need not ask MSBuild. A build with properties of its own, as on the command
    /// line or of one framework among several, says nothing of the project alone.
    /// </summary>
    private void KeepProperties()
    {
        if (string.IsNullOrEmpty(UserSecretsId) || BuildEngine is not IBuildEngine6 engine
            || engine.GetGlobalProperties().Keys.Any(name => name != OfEveryBuild)
            || ProjectRecord.IsRecent(Project, Environment.GetEnvironmentVariable))
        {
            return;
        }

        var properties = Settings.Where(setting => ProjectProperties.All.Contains(setting.ItemSpec))
            .ToDictionary(setting => setting.ItemSpec, setting => setting.GetMetadata("Value"), StringComparer.Ordinal);
        properties[ProjectProperties.UserSecretsId] = UserSecretsId;

        // With one of them false there would be no user-secrets here.
        properties[ProjectProperties.Enabled] = "true";
        properties[ProjectProperties.UserSecrets] = "Auto";
        ProjectRecord.Keep(Project, properties, Environment.GetEnvironmentVariable);
    }

    private static string DueAfter(InjectReport report, TimeSpan refreshAfter) =>
        report.Exit == ExitStatus.Done && refreshAfter > TimeSpan.Zero && report.VerifiedAt is { } verifiedAt
            ? verifiedAt.Add(refreshAfter).UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture)
            : string.Empty;
}
