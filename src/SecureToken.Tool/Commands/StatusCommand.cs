using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Status;
using SecureToken.Core.Settings;
using SecureToken.Tool.Options;
using SecureToken.Tool.Output;
using SecureToken.Tool.Reports;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Commands;

/// <summary><c>status</c>: compares every copy with the current token, and writes nothing.</summary>
internal sealed class StatusCommand
{
    private const string Name = "status";

    private readonly PlanOptions _plans;
    private readonly CommandOption _all;
    private readonly CommandOption _offline;
    private readonly CommandOption _json;
    private readonly CommandOption _html;
    private readonly ToolConsole _console;

    private StatusCommand(CommandLineApplication command, ToolConsole console)
    {
        _console = console;
        _plans = new PlanOptions(command, takesToken: true);
        _all = command.Option("--all", "Check every copy in your ledgers, in other repositories too.", CommandOptionType.NoValue);
        _offline = command.Option("--offline", "Request nothing; compare with the ledger only.", CommandOptionType.NoValue);
        _json = command.Option("--json", "Print the report as one JSON object on standard output.", CommandOptionType.NoValue);
        _html = command.Option(
            "--html <FILE>", "Also write the report to a file, as one page for a browser.", CommandOptionType.SingleValue);
    }

    public static void Add(CommandLineApplication application, ToolConsole console, CancellationToken cancellation) =>
        application.Command(Name, command =>
        {
            command.Description = "Compare every copy with the team's current token; write nothing.";
            command.ExtendedHelpText = HelpTexts.Status;
            var status = new StatusCommand(command, console);
            command.OnExecute(() => status.RunAsync(cancellation));
        });

    private async Task<int> RunAsync(CancellationToken cancellation)
    {
        _plans.Apply(_console);
        ReportFile? file = null;
        Result<StatusRun> compared = _html.Value() is { } path && !ReportFile.Find(path).Succeeded(out file, out Failure? refusal)
            ? refusal
            : _plans.TokenOption is { } option && _offline.HasValue()
            ? Failure.Of(DiagnosticDescriptors.SettingsConflict, "--offline", option)
            : _all.HasValue()
            ? await OfAllAsync(cancellation)
            : await OfPlansAsync(cancellation);
        if (!compared.Succeeded(out StatusRun? run, out Failure? failure))
        {
            if (_json.HasValue())
            {
                _console.WriteData(JsonReportWriter.Of(Name, failure));
            }

            _console.Error(failure);
            return ToolExit.Of(failure);
        }

        if (_json.HasValue())
        {
            _console.WriteData(StatusWriter.Json(Name, run));
        }
        else if (_console.Verbosity > Verbosity.Quiet)
        {
            StatusWriter.Write(run, TimeProvider.System.GetUtcNow(), _console);
        }

        StatusWriter.Tell(run, _console);
        int exit = ToolExit.Of(run);
        return file is null ? exit : file.Write(StatusReportPage.Of(run, TimeProvider.System.GetUtcNow()), exit, _console);
    }

    private async Task<Result<StatusRun>> OfPlansAsync(CancellationToken cancellation) =>
        (await _plans.ResolveAsync(_console, cancellation)).Succeeded(out IReadOnlyList<InjectPlan>? plans, out Failure? failure)
            ? await StatusOperation.RunAsync(plans, _offline.HasValue(), cancellation)
            : failure;

    private async Task<Result<StatusRun>> OfAllAsync(CancellationToken cancellation) =>
        (_plans.Narrowing ?? _plans.TokenOption) is { } narrowing ? Failure.Of(DiagnosticDescriptors.SettingsConflict, "--all", narrowing)
            : !_plans.Common.ResolveRemembered(_console).Succeeded(out RememberedSettings? settings, out Failure? failure)
                || !_plans.Common.ResolveTransport(_console).Succeeded(out TransportOptions? transport, out failure) ? failure
            : await StatusOperation.RunAllAsync(
                settings, _plans.Common.CredentialsFrom(_console, cancellation), transport, _offline.HasValue(), cancellation);
}
