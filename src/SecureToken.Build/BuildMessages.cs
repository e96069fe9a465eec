using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Processes;
using SecureToken.Core.Settings;

namespace SecureToken.Build;

/// <summary>
/// Turns the core's values into MSBuild's messages: coded, with the project as their place, so that NoWarn works on them.
/// </summary>
internal sealed class BuildMessages
{
    private readonly TaskLoggingHelper _log;
    private readonly string _project;

    public BuildMessages(TaskLoggingHelper log, string project)
    {
        _log = log;
        _project = project;
    }

    public void Error(Failure failure, string? addition = null) =>
        _log.LogError(null, failure.Code, null, failure.Descriptor.HelpLink, _project, 0, 0, 0, 0, "{0}", Text(failure) + addition);

    public void Report(Failure failure, Severity severity, string? addition = null)
    {
        if (severity == Severity.Error)
        {
            Error(failure, addition);
        }
        else
        {
            Warning(failure, addition);
        }
    }

    /// <summary>What a person should see though nothing is wrong.</summary>
    public void Tell(Failure news) =>
        _log.LogMessage(null, news.Code, null, _project, 0, 0, 0, 0, MessageImportance.High, "{0}", Text(news));

    public void Report(InjectReport report, FailurePolicy policy, DateTimeOffset now)
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

        }

        string[] written =
            [.. report.Destinations.Where(line => line.Outcome == InjectOutcome.Written)
            .Select(line => $"{line.Destination.Kind} {line.Destination.Location}")];
        if (written.Length > 0)
        {
            _log.LogMessage(
                MessageImportance.High,
                "{0}: token {1} of team {2} written to {3}",
                Path.GetFileNameWithoutExtension(_project), report.Fingerprint, PrintableText.Of($"{report.Scope!.Team}"),
                string.Join(", ", written));
        }

        foreach (Failure warning in report.Warnings)
        {
            Warning(warning);
        }

        if (report.Failure is not null)
        {
            Report(report.Failure, policy.SeverityOf(report.Failure, report.Destinations), Fate(report, now));
        }
    }

    /// <summary>
    /// What the tool would be told to do the same, as a compiler task logs its command line: a line for each place. There is no secret in
    /// it.
    /// </summary>
    /// <param name="token">Which token.</param>
    /// <param name="destinations">The places.</param>
    /// <param name="settings">How the service is asked.</param>
    public void Command(TokenSettings token, IReadOnlyList<Destination> destinations, TaskSettings settings)
    {
        List<string> common = [];
        Add("--endpoint", token.Endpoint == Endpoint.Undetermined ? null : token.Endpoint.ToString());
        Add("--iam-endpoint", token.IamEndpoint.ToString());
        Add("--instance", token.Instance.IdOrName);
        Add("--resource-controller", token.Instance.Name is null ? null : token.ResourceController?.ToString());
        Add("--team", token.Team.ToString());
        Add("--credential", settings.Credential);
        Add("--iam-profile", settings.IamProfile);
        Add("--ca-bundle", settings.CaBundle);
        Add("--timeout", settings.Timeout);
        foreach (Destination destination in destinations)
        {
            IEnumerable<string> place = destination switch
            {
                UserSecretsFile =>
                    ["--user-secrets", Path.GetFileName(Path.GetDirectoryName(destination.Location))!, "--key", destination.Slot],
                JsonFile => ["--json-file", destination.Location, "--key", destination.Slot],
                KubernetesSecret => ["--kubernetes", destination.Location, "--secret", destination.Slot],
                _ => ["--dotenv", destination.Location, .. destination.Slot.Split(", ").SelectMany(name => (string[])["--name", name])],
            };
            _log.LogMessage(MessageImportance.Low, "{0}", ProgramLine.Of(["dotnet", "sectoken", "inject", .. common, .. place]));
        }

        void Add(string option, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                common.Add(option);
                common.Add(value);
            }
        }
    }

    /// <summary>What the program will find when it starts all the same.</summary>
    private static string? Fate(InjectReport report, DateTimeOffset now)
    {
        if (report.Destinations.Any(line => line.Outcome == InjectOutcome.Dead))
        {
            return " The token injected earlier is invalid: the service rejects it.";
        }

        DestinationReport? kept = report.Destinations.FirstOrDefault(line => line.Outcome == InjectOutcome.Kept);
        return kept is null ? null
            : kept.KnownSince is { } since ? $" The token injected {Age(now - since)} ago is kept."
            : " The token injected earlier is kept.";
    }

    private static string Age(TimeSpan age) =>
        age.TotalMinutes < 2 ? "a moment" :
        age.TotalHours < 2 ? $"{(int)age.TotalMinutes} min" :
        age.TotalDays < 2 ? $"{(int)age.TotalHours} h" : $"{(int)age.TotalDays} days";

    private static string Text(Failure failure) => $"{failure.Message} {failure.NextStep}".TrimEnd();

    private void Warning(Failure failure, string? addition = null) =>
        _log.LogWarning(null, failure.Code, null, failure.Descriptor.HelpLink, _project, 0, 0, 0, 0, "{0}", Text(failure) + addition);
}
