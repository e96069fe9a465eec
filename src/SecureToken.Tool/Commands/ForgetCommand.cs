using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Forget;
using SecureToken.Core.Operations.Inject;
using SecureToken.Tool.Options;
using SecureToken.Tool.Output;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Commands;

/// <summary><c>forget</c>: takes copies out of local destinations and out of the ledger.</summary>
internal sealed class ForgetCommand
{
    private const string Name = "forget";

    private readonly PlanOptions _plans;
    private readonly CommandOption _force;
    private readonly CommandOption _yes;
    private readonly CommandOption _json;
    private readonly ToolConsole _console;

    private ForgetCommand(CommandLineApplication command, ToolConsole console)
    {
        _console = console;
        _plans = new PlanOptions(command, takesToken: true);
        _force = command.Option("--force", "Also remove a value that is not known as a token of the team.", CommandOptionType.NoValue);
        _yes = command.Option("-y|--yes", "Do not ask for confirmation.", CommandOptionType.NoValue);
        _json = command.Option("--json", "Print the report as one JSON object on standard output.", CommandOptionType.NoValue);
    }

    public static void Add(CommandLineApplication application, ToolConsole console, CancellationToken cancellation) =>
        application.Command(Name, command =>
        {
            command.Description = "Remove the copies from local destinations and from the ledger.";
            command.ExtendedHelpText = HelpTexts.Forget;
            var forget = new ForgetCommand(command, console);
            command.OnExecute(() => forget.RunAsync(cancellation));
        });

    private async Task<int> RunAsync(CancellationToken cancellation)
    {
        _plans.Apply(_console);
        if (!(await _plans.ResolveAsync(_console, cancellation)).Succeeded(out IReadOnlyList<InjectPlan>? plans, out Failure? failure))
        {
            return Fail(failure);
        }

        ForgetOperation forget = await ForgetOperation.LookAsync(plans, _force.HasValue(), cancellation);
        ForgetLine[] due = [.. forget.Lines.Where(line => line.Outcome == ForgetOutcome.Due)];
        if (due.Length > 0 && !_yes.HasValue() && !IsConfirmed(due, cancellation))
        {
            return Fail(Failure.Of(DiagnosticDescriptors.RemovalNotConfirmed, due.Length));
        }

        cancellation.ThrowIfCancellationRequested();
        ForgetReport report = forget.Run(cancellation);
        int exit = ToolExit.Of(report);
        if (_json.HasValue())
        {
            _console.WriteData(ForgetWriter.Json(Name, report, exit));
        }

        ForgetWriter.Write(report.Lines, _console);
        foreach (Failure unforgotten in report.LedgerFailures)
        {
            _console.Error(unforgotten);
        }

        return exit;
    }

    private bool IsConfirmed(ForgetLine[] due, CancellationToken cancellation)
    {
        if (!ToolConsole.CanAsk)
        {
            return false;
        }

        ForgetWriter.Write(due, _console);
        return _console.Confirm(due.Length == 1 ? "Remove this copy?" : $"Remove these {due.Length} copies?", cancellation);
    }

    private int Fail(Failure failure)
    {
        if (_json.HasValue())
        {
            _console.WriteData(JsonReportWriter.Of(Name, failure));
        }

        _console.Error(failure);
        return ToolExit.Of(failure);
    }
}
