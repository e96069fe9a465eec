using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations;
using SecureToken.Core.Settings;

namespace SecureToken.Build;

/// <summary>Turns the core's values into MSBuild's messages: coded, with the project as their place, so that NoWarn works on them.</summary>
internal sealed class BuildMessages
{
    private readonly TaskLoggingHelper _log;
    private readonly string _project;

    public BuildMessages(TaskLoggingHelper log, string project)
    {
        _log = log;
        _project = project;
    }

    public void Error(Failure failure) =>
        _log.LogError(null, failure.Code, null, failure.Diagnostic.HelpLink, _project, 0, 0, 0, 0, "{0}", Text(failure));

    public void Report(Failure failure, Severity severity, string? addition = null)
    {
        if (severity == Severity.Error)
        {
            Error(failure);
        }
        else
        {
            Warning(failure, addition);
        }
    }

    public void Report(InjectReport report, FailurePolicy policy)
    {
        foreach (DestinationReport line in report.Destinations)
        {
            foreach (Failure warning in line.Warnings)
            {
                Warning(warning);
            }

            if (line.Failure is not null && line.Failure != report.Failure)
            {
                Report(line.Failure, policy.SeverityOf(line.Failure, report.Destinations));
            }

            if (line.Outcome == InjectOutcome.Written)
            {
                _log.LogMessage(
                    MessageImportance.High,
                    "{0}: token {1} of team {2} written to {3} {4}",
                    Path.GetFileNameWithoutExtension(_project), report.Fingerprint, report.Scope!.Team, line.Destination.Kind, line.Destination.Location);
            }
        }

        foreach (Failure warning in report.Warnings)
        {
            Warning(warning);
        }

        if (report.Failure is not null)
        {
            bool kept = report.Destinations.Any(line => line.Outcome == InjectOutcome.Kept);
            Report(report.Failure, policy.SeverityOf(report.Failure, report.Destinations), kept ? " The token injected earlier stays." : null);
        }
    }

    /// <summary>What the tool would be told to do the same, as a compiler task logs its command line. There is no secret in it.</summary>
    public void Command(TokenSettings settings, IReadOnlyList<Destination> destinations)
    {
        IEnumerable<string> places = destinations.Select(destination => destination switch
        {
            UserSecrets => $"--user-secrets {Quote(Path.GetFileName(Path.GetDirectoryName(destination.Location))!)} --key {Quote(destination.Slot)}",
            JsonFile => $"--json-file {Quote(destination.Location)} --key {Quote(destination.Slot)}",
            _ => $"--dotenv {Quote(destination.Location)} " + string.Join(' ', destination.Slot.Split(", ").Select(name => "--name " + name)),
        });
        _log.LogMessage(
            MessageImportance.Low,
            "dotnet sectoken inject --endpoint {0} --iam-endpoint {1} --instance {2} --team {3} {4}",
            settings.Endpoint, settings.IamEndpoint, settings.Instance, Quote(settings.Team.ToString()), string.Join(' ', places));
    }

    private static string Quote(string text) => text.Contains(' ', StringComparison.Ordinal) ? $"\"{text}\"" : text;

    private static string Text(Failure failure) => $"{failure.Message} {failure.NextStep}".TrimEnd();

    private void Warning(Failure failure, string? addition = null) =>
        _log.LogWarning(null, failure.Code, null, failure.Diagnostic.HelpLink, _project, 0, 0, 0, 0, "{0}", Text(failure) + addition);
}
