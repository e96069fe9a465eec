using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Inject;
using SecureToken.Tool.Options;
using SecureToken.Tool.Output;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Commands;

/// <summary><c>inject</c>: writes the current token to the destinations.</summary>
internal sealed class InjectCommand
{
    private const string Name = "inject";

    private readonly PlanOptions _plans;
    private readonly CommandOption _dryRun;
    private readonly CommandOption _explain;
    private readonly CommandOption _force;
    private readonly CommandOption _strictIdentity;
    private readonly CommandOption _json;
    private readonly ToolConsole _console;

    private InjectCommand(CommandLineApplication command, ToolConsole console)
    {
        _console = console;
        _plans = new PlanOptions(command, takesToken: true);
        _dryRun = command.Option("--dry-run", "Fetch the token and print what would change; write nothing.", CommandOptionType.NoValue);
        _explain = command.Option(
            "--explain", "Print who will be able to read each copy; request and write nothing.", CommandOptionType.NoValue);
        _force = command.Option("--force", "Send the token again to commands that already received it.", CommandOptionType.NoValue);
        _strictIdentity = command.Option(
            "--strict-identity", "Fail instead of overwriting a copy of another identity's token.", CommandOptionType.NoValue);
        _json = command.Option("--json", "Print the report as one JSON object on standard output.", CommandOptionType.NoValue);
    }

    public static void Add(CommandLineApplication application, ToolConsole console, CancellationToken cancellation) =>
        application.Command(Name, command =>
        {
            command.Description = "Write the team's current token to every destination.";
            command.ExtendedHelpText = HelpTexts.Inject;
            var inject = new InjectCommand(command, console);
            command.OnExecute(() => inject.RunAsync(cancellation));
        });

    private async Task<int> RunAsync(CancellationToken cancellation)
    {
        _plans.Apply(_console);
        _plans.IsDryRun = _dryRun.HasValue() || _explain.HasValue();
        if (_explain.HasValue() && ((CommandOption[])[_dryRun, _force]).FirstOrDefault(option => option.HasValue()) is { } idle)
        {
            return Refuse(Failure.Of(DiagnosticDescriptors.SettingsConflict, "--explain", "--" + idle.LongName));
        }

        if (_explain.HasValue() && _plans.TokenOption is { } option)
        {
            return Refuse(Failure.Of(DiagnosticDescriptors.SettingsConflict, "--explain", option));
        }

        if (!(await _plans.ResolveAsync(_console, cancellation)).Succeeded(out IReadOnlyList<InjectPlan>? plans, out Failure? failure))
        {
            return Refuse(failure);
        }

        if (_explain.HasValue())
        {
            return Explain([.. plans.SelectMany(plan => plan.Destinations)]);
        }

        if (JobOutput.Refusal(plans, _json) is { } refusal)
        {
            return Refuse(refusal);
        }

        plans = [.. plans.Select(
            plan => plan
            with { IsDryRun = _dryRun.HasValue(), IsForced = _force.HasValue(), IsIdentityStrict = _strictIdentity.HasValue() })];
        InjectRun run = await InjectOperation.RunAsync(plans, cancellation);
        if (_json.HasValue())
        {
            _console.WriteData(JsonReportWriter.Of(Name, run));
        }

        InjectWriter.Write(run, _console);
        return ToolExit.Of(run);
    }

    private int Refuse(Failure failure)
    {
        if (_json.HasValue())
        {
            _console.WriteData(JsonReportWriter.Of(Name, failure));
        }

        _console.Error(failure);
        return ToolExit.Of(failure);
    }

    private int Explain(IReadOnlyList<Destination> destinations)
    {
        IReadOnlyList<PreflightFinding> findings = Preflight.Look(destinations);
        Failure? refusal = findings.FirstOrDefault(finding => finding.Refusal is not null)?.Refusal;
        if (_json.HasValue())
        {
            _console.WriteData(ExplanationWriter.Json(Name, destinations, findings, refusal));
        }

        ExplanationWriter.Write(destinations, findings, _console);
        return refusal is null ? 0 : ToolExit.Of(refusal);
    }
}
