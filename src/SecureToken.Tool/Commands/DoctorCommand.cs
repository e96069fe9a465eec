using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Operations.Doctor;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Settings;
using SecureToken.Tool.Options;
using SecureToken.Tool.Output;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Commands;

/// <summary><c>doctor</c>: looks at every step from the settings to a written copy, and changes nothing.</summary>
internal sealed class DoctorCommand
{
    private const string Name = "doctor";

    private readonly PlanOptions _plans;
    private readonly CommandOption _json;
    private readonly ToolConsole _console;

    private DoctorCommand(CommandLineApplication command, ToolConsole console)
    {
        _console = console;
        _plans = new PlanOptions(command);
        _json = command.Option("--json", "Print the report as one JSON object on standard output.", CommandOptionType.NoValue);
    }

    public static void Add(CommandLineApplication application, ToolConsole console, CancellationToken cancellation) =>
        application.Command(Name, command =>
        {
            command.Description = "Check every step from the settings to a written copy; change nothing.";
            command.ExtendedHelpText = HelpTexts.Doctor;
            var doctor = new DoctorCommand(command, console);
            command.OnExecute(() => doctor.RunAsync(cancellation));
        });

    private async Task<int> RunAsync(CancellationToken cancellation)
    {
        _plans.Common.ApplyVerbosity(_console);
        bool isText = !_json.HasValue() && _console.Verbosity > Verbosity.Quiet;
        var log = new DoctorLog(TimeProvider.System, cancellation)
        {
            Begun = name => _console.Live.Say($"looking at: {name}"),

            // All of it is data: what is pasted into a bug report must not lack what went to another stream.
            Ended = isText ? step => DoctorWriter.Write(step, _console) : null,
        };
        if (isText)
        {
            DoctorWriter.WriteHead(_console);
        }

        Failure? interruption = null;
        try
        {
            if (await SubjectAsync(log) is { } subject)
            {
                await DoctorOperation.RunAsync(subject, log);
            }
        }
        catch (OperationCanceledException)
        {
            // What was found until then is told.
            interruption = Failure.Of(DiagnosticDescriptors.Cancelled);
        }

        Failure? first = interruption ?? log.FirstFailure;
        int exit = first is null ? 0 : ToolExit.Of(first);
        if (isText)
        {
            DoctorWriter.WriteSum(log, _console);
            if (interruption is not null)
            {
                _console.Error(interruption);
            }

            return exit;
        }

        if (_json.HasValue())
        {
            _console.WriteData(DoctorWriter.Json(Name, log, first, _console.Environment, exit));
        }

        foreach (Failure failure in log.Steps.Select(step => step.Failure).Append(interruption).OfType<Failure>().Distinct())
        {
            _console.Error(failure);
        }

        return exit;
    }

    /// <summary>What is to be examined, after a look at the settings; null when nothing can be.</summary>
    private async Task<DoctorSubject?> SubjectAsync(DoctorLog log)
    {
        SettingsFile? file = null;
        bool isReadable = log.Look<object>("settings file", () => FindFile().Succeeded(out SettingsFileResult? sight, out Failure? failure)
            ? new Finding<object>(sight, (file = sight.File)?.Path ?? $"no {SettingsFile.Name} in this directory or above")
            : failure) is not null;
        IReadOnlyList<SettingsLayer>? layers = log.Look<IReadOnlyList<SettingsLayer>>("settings", () => Layers(file));
        TransportOptions? transport = log.Look<TransportOptions>(
            "network options", () => _plans.Common.ResolveTransport(_console).Succeeded(out TransportOptions? options, out Failure? failure)
            ? new Finding<TransportOptions>(options, NetworkText.Describe(options, _console.Environment))
            : failure);
        if (layers is null || transport is null || !isReadable)
        {
            log.Skip("everything else", layers is null || !isReadable ? "the settings" : "the network options");
            return null;
        }

        IReadOnlyList<InjectPlan> plans = await PlansAsync(layers, log) ?? [];
        return new DoctorSubject(
            plans, layers, _plans.Common.TrustFrom(_console), _plans.Common.CredentialsFrom(_console, log.Cancellation), transport);
    }

    private static Result<SettingsFileResult> FindFile() =>
        SettingsFile.Find(Environment.CurrentDirectory) is not { } path ? new SettingsFileResult(null)
        : SettingsFile.Read(path).Succeeded(out SettingsFile? file, out Failure? failure) ? new SettingsFileResult(file)
        : failure;

    private Result<Finding<IReadOnlyList<SettingsLayer>>> Layers(SettingsFile? file)
    {
        if (!SettingsLayer.FromEnvironment(_console.Environment).Succeeded(out SettingsLayer? environment, out Failure? failure))
        {
            return failure;
        }

        SettingsLayer options = _plans.Common.OptionsLayer;
        SettingsLayer[] layers = [options, environment, .. file?.LayersFor(options.Team ?? environment.Team) ?? []];
        IReadOnlyList<EffectiveSetting> settings = EffectiveSettings.Of(layers, _plans.Common.TrustFrom(_console));
        return new Finding<IReadOnlyList<SettingsLayer>>(
            layers, file is null ? "options and environment" : "options, environment and the settings file")
        {
            Details = [.. settings.Select(setting => $"{setting.Name}: {setting.Value ?? "-"} ({setting.Source})")],
        };
    }

    /// <summary>The plans; where nothing says where the token goes, it is examined without destinations.</summary>
    private async Task<IReadOnlyList<InjectPlan>?> PlansAsync(IReadOnlyList<SettingsLayer> layers, DoctorLog log)
    {
        bool hasNoDestination = false;
        IReadOnlyList<InjectPlan>? plans = await log.LookAsync<IReadOnlyList<InjectPlan>>("plan", async () =>
        {
            if ((await _plans.ResolveAsync(_console, log.Cancellation))
                .Succeeded(out IReadOnlyList<InjectPlan>? resolved, out Failure? failure))
            {
                int destinations = resolved.Sum(plan => plan.Destinations.Count);
                return new Finding<IReadOnlyList<InjectPlan>>(
                    resolved, $"{Count(resolved.Count, "token")}, {Count(destinations, "destination")}");
            }

            hasNoDestination = failure.Descriptor == DiagnosticDescriptors.NoDestination;
            return hasNoDestination
                ? new Finding<IReadOnlyList<InjectPlan>>(null, "no destination is specified") { Warnings = [failure] } : failure;
        });
        return !hasNoDestination ? plans : log.Look<IReadOnlyList<InjectPlan>>("token settings", () =>
            TokenSettings.Resolve(layers, _plans.Common.TrustFrom(_console)).Succeeded(out TokenSettings? settings, out Failure? failure)
            && _plans.Common.ResolveTransport(_console).Succeeded(out TransportOptions? transport, out failure)
                ? new Finding<IReadOnlyList<InjectPlan>>(
                    [new InjectPlan(settings, _plans.Common.CredentialsFrom(_console, log.Cancellation), [], transport)],
                        $"team {settings.Team} of instance {settings.Instance} at {settings.Endpoint}")
                : failure);
    }

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? string.Empty : "s")}";

    private sealed record SettingsFileResult(SettingsFile? File);
}
