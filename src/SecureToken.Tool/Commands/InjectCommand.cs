using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations;
using SecureToken.Tool.Output;

namespace SecureToken.Tool.Commands;

/// <summary><c>inject</c>: brings destinations to the current token.</summary>
internal sealed class InjectCommand
{
    private const string Name = "inject";

    private readonly PlanOptions _plans;
    private readonly CommandOption _json;
    private readonly ToolConsole _console;

    private InjectCommand(CommandLineApplication command, ToolConsole console)
    {
        _console = console;
        _plans = new PlanOptions(command);
        _json = command.Option("--json", "Print the report as one JSON object on standard output.", CommandOptionType.NoValue);
    }

    public static void Add(CommandLineApplication application, ToolConsole console, CancellationToken cancellation) =>
        application.Command(Name, command =>
        {
            command.Description = "Bring user-secrets and files to the team's current token.";
            command.ExtendedHelpText = HelpTexts.Inject;
            var inject = new InjectCommand(command, console);
            command.OnExecute(() => inject.RunAsync(cancellation));
        });

    private async Task<int> RunAsync(CancellationToken cancellation)
    {
        _plans.Apply(_console);
        if (!(await _plans.ResolveAsync(_console, cancellation).ConfigureAwait(false)).Succeeded(out IReadOnlyList<InjectPlan>? plans, out Failure? failure))
        {
            if (_json.HasValue())
            {
                ToolConsole.WriteData(JsonReport.Of(Name, failure));
            }

            _console.Error(failure);
            return ToolExit.Of(failure);
        }

        InjectRun run = await Inject.RunAsync(plans, cancellation).ConfigureAwait(false);
        if (_json.HasValue())
        {
            ToolConsole.WriteData(JsonReport.Of(Name, run));
        }

        TextReport.Write(run, _console);
        return ToolExit.Of(run);
    }
}
