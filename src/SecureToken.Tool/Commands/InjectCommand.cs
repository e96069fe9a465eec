using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Operations;
using SecureToken.Core.Settings;
using SecureToken.Tool.Output;
using SecureToken.Tool.Projects;

namespace SecureToken.Tool.Commands;

/// <summary><c>inject</c>: brings destinations to the current token.</summary>
internal sealed class InjectCommand
{
    private readonly CommonOptions _common;
    private readonly DestinationOptions _destinations;
    private readonly CommandOption _json;
    private readonly ToolConsole _console;

    private InjectCommand(CommandLineApplication command, ToolConsole console)
    {
        _console = console;
        _destinations = new DestinationOptions(command);
        _common = new CommonOptions(command);
        _json = command.Option("--json", "Print the report as one JSON object on standard output.", CommandOptionType.NoValue);
    }

    public static void Add(CommandLineApplication application, ToolConsole console, CancellationToken cancellation) =>
        application.Command("inject", command =>
        {
            command.Description = "Bring user-secrets and files to the team's current token.";
            command.ExtendedHelpText = HelpTexts.Inject;
            var inject = new InjectCommand(command, console);
            command.OnExecute(() => inject.RunAsync(cancellation));
        });

    private async Task<int> RunAsync(CancellationToken cancellation)
    {
        _common.Apply(_console);
        if (!(await PrepareAsync(cancellation).ConfigureAwait(false)).Succeeded(out InjectPlan? plan, out Failure? failure))
        {
            if (_json.HasValue())
            {
                ToolConsole.WriteData(JsonReport.Of(new InjectReport { Failure = failure, Destinations = [] }));
            }

            _console.Error(failure);
            return ToolExit.Of(failure);
        }

        _console.Detail($"endpoint {plan.Settings.Endpoint}, IAM {plan.Settings.IamEndpoint}, instance {plan.Settings.Instance}, team {plan.Settings.Team}");
        InjectReport report = await Inject.RunAsync(plan, cancellation).ConfigureAwait(false);
        if (_json.HasValue())
        {
            ToolConsole.WriteData(JsonReport.Of(report));
        }

        TextReport.Write(report, _console);
        return ToolExit.Of(report);
    }

    private async Task<Result<InjectPlan>> PrepareAsync(CancellationToken cancellation)
    {
        ProjectSettings? project = null;
        if (!_destinations.ProjectToEvaluate().Succeeded(out ProjectChoice choice, out Failure? failure))
        {
            return failure;
        }

        if (choice.Path is not null
            && !(await ProjectEvaluation.ReadAsync(choice.Path, cancellation).ConfigureAwait(false)).Succeeded(out project, out failure))
        {
            return failure;
        }

        return !_common.ResolveSettings(_console, project?.Layer).Succeeded(out TokenSettings? settings, out failure)
            || !_common.ResolveTransport(_console).Succeeded(out TransportOptions? transport, out failure)
            || !_destinations.Resolve(project, _console.Environment).Succeeded(out IReadOnlyList<Destination>? destinations, out failure)
                ? failure
                : new InjectPlan(settings, _common.CredentialsFrom(_console, cancellation), destinations, transport);
    }
}
