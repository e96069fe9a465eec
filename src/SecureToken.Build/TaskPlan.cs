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
internal sealed class TaskPlan
{
    private readonly InjectSecureToken _task;
    private readonly TaskSettings _settings;
    private readonly Func<string, string?> _environment;
    private readonly string _directory;

    public TaskPlan(InjectSecureToken task, TaskSettings settings, Func<string, string?> environment)
    {
        _task = task;
        _settings = settings;
        _environment = environment;
        _directory = Path.GetDirectoryName(task.Project)!;
    }

    private CredentialOptions Credentials => new()
    {
        Forced = _settings.Credential,
        ForcedBy = "SecureTokenCredential",
        Profile = _settings.IamProfile,
        ApiKeyVariable = _settings.ApiKeyVariable,
        IamTokenVariable = _settings.IamTokenVariable,
        BaseDirectory = _directory,
    };

    public Result<DevelopmentSecrets> DevelopmentSecrets() => Build.DevelopmentSecrets.Judge(_task, _settings, Credentials, _environment);

    public Result<InjectPlan> Create()
    {
        string file = Path.GetFileName(_task.Project);
        var project = SettingsLayer.From(
            setting => _settings[setting], setting => new SettingSource($"{setting.Property} of {file}", IsCommitted: true));
        if (!SettingsLayer.FromEnvironment(_environment).Succeeded(out SettingsLayer? variables, out Failure? failure)
            || !SharedFile().Succeeded(out SharedSettings? shared, out failure)
            || !TokenSettings.Resolve(shared.Under(project, variables), new HostTrust([], _environment))
                .Succeeded(out TokenSettings? settings, out failure)
            || !Destinations(shared.Destination).Succeeded(out IReadOnlyList<Destination>? destinations, out failure)
            || (failure = RefreshAfter(_settings.RefreshAfter, out TimeSpan refreshAfter)) is not null
            || (failure = Deadline(_settings.Timeout, out TimeSpan deadline)) is not null)
        {
            return failure;
        }

        Result<CaBundle?> trust = CaBundle.Find(_settings.CaBundle, _environment, _directory);
        if (trust.Failure is not null)
        {
            return trust.Failure;
        }

        if (!bool.TryParse(_settings.StrictIdentity, out bool isStrict))
        {
            return Failure.Of(
                DiagnosticDescriptors.SettingInvalid, $"SecureTokenStrictIdentity of {file}", _settings.StrictIdentity,
                    "it must be true or false");
        }

        if (destinations.Count == 0)
        {
            return Failure.Of(DiagnosticDescriptors.ProjectHasNoDestination, file);
        }

        foreach (Destination destination in destinations)
        {
            destination.DeclaredBy = _task.Project;
        }

        var transport = new TransportOptions
        {
            Deadline = deadline,
            Attempt = Shorter(deadline, 10),
            Connect = Shorter(deadline, 5),
            Environment = _environment,
            Trust = trust.Value,
            IsBlocking = true,
        };
        return new InjectPlan(settings, Credentials, destinations, transport)
        {
            Sharing = new Sharing(refreshAfter, _task.Consumer),
            IsIdentityStrict = isStrict,
        };
    }

    /// <summary>What the repository's settings file says for all who use it, and for this project.</summary>
    private Result<SharedSettings> SharedFile() => SettingsFile.Find(_directory) is not { } path ? new SharedSettings(null, null)
        : SettingsFile.Read(path).Succeeded(out SettingsFile? file, out Failure? failure)
            ? new SharedSettings(file, file.EntryFor(_task.Project, NullIfEmpty(_task.UserSecretsId)))
        : failure;

    private Result<IReadOnlyList<Destination>> Destinations(DestinationEntry? declared)
    {
        if (!KeyOf(_settings.Key, ConfigurationKey.Default).Succeeded(out ConfigurationKey? key, out Failure? failure)
            || !KeyOf(_settings.Key ?? declared?.Text("key"), key).Succeeded(out ConfigurationKey? keyOfSecrets, out failure)
            || !ValueTemplate.Parse(declared?.Text("value") ?? ValueTemplate.Placeholder)
                .Succeeded(out ValueTemplate? template, out failure))
        {
            return failure;
        }

        var builder = new DestinationBuilder(_environment, _directory) { Key = key, Names = _settings.Names };
        var secrets = new DestinationBuilder(_environment, _directory) { Key = keyOfSecrets, Template = template };
        return builder
            .Add(string.IsNullOrEmpty(_task.UserSecretsId) ? [] : [secrets.UserSecrets(_task.UserSecretsId)])
            .Add(_task.Destinations.Select(Create))
            .Build();

        Result<Destination> Create(ITaskItem item)
        {
            string kind = item.GetMetadata("Kind");
            if (item.GetMetadata("On") is { Length: > 0 } on && !on.Equals("publish", StringComparison.OrdinalIgnoreCase))
            {
                return Failure.Of(
                    DiagnosticDescriptors.SettingInvalid, $"On of SecureTokenDestination {item.ItemSpec}", on,
                    "it is publish, or not given");
            }

            if (kind == "kubernetes")
            {
                return builder.Kubernetes(
                    item.ItemSpec,
                    item.GetMetadata("Secret"),
                    NullIfEmpty(item.GetMetadata("Namespace")),
                    NullIfEmpty(item.GetMetadata("Key")),
                    NullIfEmpty(item.GetMetadata("Form")));
            }

            if (!KeyOf(item.GetMetadata("Key"), key).Succeeded(out ConfigurationKey? own, out Failure? fault))
            {
                return fault;
            }

            string[] names = item.GetMetadata("Name").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var builderOfItem = new DestinationBuilder(_environment, _directory)
            {
                Key = own,
                Names = names.Length > 0 ? names : _settings.Names,
            };
            return kind switch
            {
                "dotenv" => builderOfItem.Dotenv(item.ItemSpec),
                "json" => builderOfItem.Json(item.ItemSpec),
                _ => Failure.Of(
                    DiagnosticDescriptors.SettingInvalid, $"Kind of SecureTokenDestination {item.ItemSpec}", kind,
                    "it is dotenv, json or kubernetes"),
            };
        }
    }

    private static Failure? RefreshAfter(string text, out TimeSpan life)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double hours) && hours <= 24 * 365)
        {
            life = TimeSpan.FromHours(hours);
            return null;
        }

        return TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out life) && life >= TimeSpan.Zero ? null
            : Failure.Of(
                DiagnosticDescriptors.SettingInvalid, "SecureTokenRefreshAfter", text,
                "it is a number of hours, or hours:minutes:seconds; 0 asks in every build");
    }

    private static Failure? Deadline(string text, out TimeSpan deadline)
    {
        bool isRead = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds is >= 1 and <= 600;
        deadline = TimeSpan.FromSeconds(seconds);
        return isRead ? null : Failure.Of(
            DiagnosticDescriptors.SettingInvalid, "SecureTokenTimeout", text, "it is a whole number of seconds from 1 to 600");
    }

    private static Result<ConfigurationKey> KeyOf(string? text, ConfigurationKey fallback) =>
        string.IsNullOrEmpty(text) ? fallback : ConfigurationKey.Parse(text);

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static TimeSpan Shorter(TimeSpan deadline, int seconds) =>
        deadline < TimeSpan.FromSeconds(seconds) ? deadline : TimeSpan.FromSeconds(seconds);
}
