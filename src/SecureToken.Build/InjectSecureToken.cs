using Microsoft.Build.Framework;
using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Operations;
using SecureToken.Core.Settings;

namespace SecureToken.Build;

/// <summary>Brings a project's user-secrets and files to the current token of a team.</summary>
/// <remarks>
/// Thread safety: the task has no static state, never reads or sets the current directory, and sets no environment variable. The
/// token lives in the core's memory for the time of <see cref="Execute"/> and never enters MSBuild's data.
/// </remarks>
[MSBuildMultiThreadableTask]
public sealed partial class InjectSecureToken : Microsoft.Build.Utilities.Task, ICancelableTask, IDisposable
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
        if (!FailurePolicy.Parse(OnFailure, IsContinuousIntegration).Succeeded(out FailurePolicy? policy, out Failure? failure))
        {
            messages.Error(failure);
            return false;
        }

        try
        {
            if (!Prepare().Succeeded(out Plan? plan, out failure))
            {
                messages.Report(failure, policy.SeverityOf(failure, []));
            }
            else
            {
                messages.Command(plan.Settings, plan.Destinations);
                InjectReport report = Inject.RunAsync(plan.Settings, plan.Credentials, plan.Destinations, plan.Transport, _cancellation.Token).GetAwaiter().GetResult();
                messages.Report(report, policy);
            }
        }
#pragma warning disable CA1031 // The edge: MSBuild would print a stack trace and the exception's text, and either could hold anything.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            messages.Error(Failure.Of(Known.Unexpected, exception.GetBaseException().GetType().Name));
        }

        return !Log.HasLoggedErrors;
    }

    private Result<Plan> Prepare()
    {
        string directory = Path.GetDirectoryName(Project)!;
        Func<string, string?> environment = Environment.GetEnvironmentVariable;
        var project = SettingsLayer.From(ValueOf, setting => new Origin($"{setting.Property} of {Path.GetFileName(Project)}", IsCommitted: true));
        if (!SettingsLayer.FromEnvironment(environment).Succeeded(out SettingsLayer? variables, out Failure? failure)
            || !TokenSettings.Resolve([project, variables], new HostTrust([], environment)).Succeeded(out TokenSettings? settings, out failure)
            || !ResolveDestinations(directory, environment).Succeeded(out IReadOnlyList<Destination>? destinations, out failure))
        {
            return failure;
        }

        if (destinations.Count == 0)
        {
            return Failure.Of(Known.ProjectHasNoDestination, Path.GetFileName(Project));
        }

        var credentials = new CredentialOptions { ApiKeyVariable = NullIfEmpty(ApiKeyVariable), IamTokenVariable = NullIfEmpty(IamTokenVariable), BaseDirectory = directory };
        TimeSpan deadline = TimeSpan.FromSeconds(Math.Clamp(Timeout, 1, 600));
        var transport = new TransportOptions
        {
            Deadline = deadline,
            Attempt = Shorter(deadline, 10),
            Connect = Shorter(deadline, 5),
            Environment = environment,
        };
        return new Plan(settings, credentials, destinations, transport);
    }

    private Result<IReadOnlyList<Destination>> ResolveDestinations(string directory, Func<string, string?> environment)
    {
        if (!KeyOf(Key, ConfigurationKey.Default).Succeeded(out ConfigurationKey? key, out Failure? failure))
        {
            return failure;
        }

        var builder = new DestinationBuilder(key, Names, environment, directory);
        return builder
            .Add(string.IsNullOrEmpty(UserSecretsId) ? [] : [builder.UserSecrets(UserSecretsId)])
            .Add(Destinations.Select(Create))
            .Build();

        Result<Destination> Create(ITaskItem item)
        {
            if (!KeyOf(item.GetMetadata("Key"), key).Succeeded(out ConfigurationKey? own, out Failure? fault))
            {
                return fault;
            }

            string[] names = item.GetMetadata("Name").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var builderOfItem = new DestinationBuilder(own, names.Length > 0 ? names : Names, environment, directory);
            string kind = item.GetMetadata("Kind");
            return kind switch
            {
                "dotenv" => builderOfItem.Dotenv(item.ItemSpec),
                "json" => builderOfItem.Json(item.ItemSpec),
                _ => Failure.Of(Known.SettingInvalid, $"Kind of SecureTokenDestination '{item.ItemSpec}'", kind, "it is 'dotenv' or 'json'"),
            };
        }
    }

    private string? ValueOf(SettingName setting) =>
        setting == SettingName.Region ? Region :
        setting == SettingName.Endpoint ? Endpoint :
        setting == SettingName.Instance ? Instance :
        setting == SettingName.Team ? Team : IamEndpoint;

    private static Result<ConfigurationKey> KeyOf(string? text, ConfigurationKey fallback) => string.IsNullOrEmpty(text) ? fallback : ConfigurationKey.Parse(text);

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static TimeSpan Shorter(TimeSpan deadline, int seconds) => deadline < TimeSpan.FromSeconds(seconds) ? deadline : TimeSpan.FromSeconds(seconds);

    private sealed record Plan(TokenSettings Settings, CredentialOptions Credentials, IReadOnlyList<Destination> Destinations, TransportOptions Transport);
}
