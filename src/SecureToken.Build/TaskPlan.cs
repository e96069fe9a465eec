using System.Globalization;
using Microsoft.Build.Framework;
using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Settings;

namespace SecureToken.Build;

/// <summary>Reads the parameters of the task into what the core takes.</summary>
internal static class TaskPlan
{
    public static Result<InjectPlan> Create(InjectSecureToken task, Func<string, string?> environment)
    {
        string directory = Path.GetDirectoryName(task.Project)!;
        string file = Path.GetFileName(task.Project);
        var project = SettingsLayer.From(setting => ValueOf(task, setting), setting => new SettingSource($"{setting.Property} of {file}", IsCommitted: true));
        if (!SettingsLayer.FromEnvironment(environment).Succeeded(out SettingsLayer? variables, out Failure? failure)
            || !TokenSettings.Resolve([project, variables], new HostTrust([], environment)).Succeeded(out TokenSettings? settings, out failure)
            || !Destinations(task, directory, environment).Succeeded(out IReadOnlyList<Destination>? destinations, out failure)
            || !RefreshAfter(task.RefreshAfter).Succeeded(out TimeSpan refreshAfter, out failure)
            || !Deadline(task.Timeout).Succeeded(out TimeSpan deadline, out failure))
        {
            return failure;
        }

        Result<CaBundle?> trust = CaBundle.Find(task.CaBundle, environment, directory);
        if (trust.Failure is not null)
        {
            return trust.Failure;
        }

        if (destinations.Count == 0)
        {
            return Failure.Of(DiagnosticDescriptors.ProjectHasNoDestination, file);
        }

        var credentials = new CredentialOptions
        {
            Forced = NullIfEmpty(task.Credential),
            ForcedBy = "SecureTokenCredential",
            Profile = NullIfEmpty(task.IamProfile),
            ApiKeyVariable = NullIfEmpty(task.ApiKeyVariable),
            IamTokenVariable = NullIfEmpty(task.IamTokenVariable),
            BaseDirectory = directory,
        };
        var transport = new TransportOptions
        {
            Deadline = deadline,
            Attempt = Shorter(deadline, 10),
            Connect = Shorter(deadline, 5),
            Environment = environment,
            Trust = trust.Value,
        };
        return new InjectPlan(settings, credentials, destinations, transport) { Sharing = new Sharing(refreshAfter, task.Consumer) };
    }

    private static Result<IReadOnlyList<Destination>> Destinations(InjectSecureToken task, string directory, Func<string, string?> environment)
    {
        if (!KeyOf(task.Key, ConfigurationKey.Default).Succeeded(out ConfigurationKey? key, out Failure? failure))
        {
            return failure;
        }

        var builder = new DestinationBuilder(environment, directory) { Key = key, Names = task.Names };
        return builder
            .Add(string.IsNullOrEmpty(task.UserSecretsId) ? [] : [builder.UserSecrets(task.UserSecretsId)])
            .Add(task.Destinations.Select(Create))
            .Build();

        Result<Destination> Create(ITaskItem item)
        {
            string kind = item.GetMetadata("Kind");
            if (item.GetMetadata("On") is { Length: > 0 } on && !on.Equals("publish", StringComparison.OrdinalIgnoreCase))
            {
                return Failure.Of(DiagnosticDescriptors.SettingInvalid, $"On of SecureTokenDestination {item.ItemSpec}", on, "it must be publish, or omitted");
            }

            if (kind == "kubernetes")
            {
                return builder.Kubernetes(
                    item.ItemSpec, item.GetMetadata("Secret"), NullIfEmpty(item.GetMetadata("Namespace")), NullIfEmpty(item.GetMetadata("Key")), NullIfEmpty(item.GetMetadata("Form")));
            }

            if (!KeyOf(item.GetMetadata("Key"), key).Succeeded(out ConfigurationKey? own, out Failure? fault))
            {
                return fault;
            }

            string[] names = item.GetMetadata("Name").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var builderOfItem = new DestinationBuilder(environment, directory) { Key = own, Names = names.Length > 0 ? names : task.Names };
            return kind switch
            {
                "dotenv" => builderOfItem.Dotenv(item.ItemSpec),
                "json" => builderOfItem.Json(item.ItemSpec),
                _ => Failure.Of(DiagnosticDescriptors.SettingInvalid, $"Kind of SecureTokenDestination {item.ItemSpec}", kind, "it must be dotenv, json or kubernetes"),
            };
        }
    }

    private static Result<TimeSpan> RefreshAfter(string text)
    {
        TimeSpan? life =
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double hours) && hours <= 24 * 365 ? TimeSpan.FromHours(hours) :
            TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out TimeSpan span) && span >= TimeSpan.Zero ? span : null;
        return life is { } value ? value : Failure.Of(DiagnosticDescriptors.SettingInvalid, "SecureTokenRefreshAfter", text, "it must be a number of hours, or hours:minutes:seconds; 0 asks in every build");
    }

    private static Result<TimeSpan> Deadline(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds is >= 1 and <= 600
            ? TimeSpan.FromSeconds(seconds)
            : Failure.Of(DiagnosticDescriptors.SettingInvalid, "SecureTokenTimeout", text, "it must be a whole number of seconds from 1 to 600");

    private static string? ValueOf(InjectSecureToken task, SettingName setting) =>
        setting == SettingName.Region ? task.Region :
        setting == SettingName.Endpoint ? task.Endpoint :
        setting == SettingName.Instance ? task.Instance :
        setting == SettingName.Team ? task.Team :
        setting == SettingName.IamEndpoint ? task.IamEndpoint :
        setting == SettingName.ResourceController ? task.ResourceController : task.Private;

    private static Result<ConfigurationKey> KeyOf(string? text, ConfigurationKey fallback) => string.IsNullOrEmpty(text) ? fallback : ConfigurationKey.Parse(text);

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static TimeSpan Shorter(TimeSpan deadline, int seconds) => deadline < TimeSpan.FromSeconds(seconds) ? deadline : TimeSpan.FromSeconds(seconds);
}
