using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Watch;
using SecureToken.Tool.Options;
using SecureToken.Tool.Output;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Commands;

/// <summary><c>watch</c>: detects a reset by someone else, and updates every destination to the new token.</summary>
internal sealed class WatchCommand
{
    private const string Name = "watch";

    private readonly PlanOptions _plans;
    private readonly CommandOption _interval;
    private readonly CommandOption _once;
    private readonly CommandOption _strictIdentity;
    private readonly CommandOption _json;
    private readonly ToolConsole _console;

    private WatchCommand(CommandLineApplication command, ToolConsole console)
    {
        _console = console;
        _plans = new PlanOptions(command);
        _interval = command.Option("--interval <SECONDS>", "Polling interval, 5 to 86400 (default 60).", CommandOptionType.SingleValue);
        _once = command.Option("--once", "Check once and exit; print nothing when there is nothing to do.", CommandOptionType.NoValue);
        _strictIdentity = command.Option(
            "--strict-identity", "Fail instead of overwriting a copy of another identity's token.", CommandOptionType.NoValue);
        _json = command.Option("--json", "Print each event as a JSON object on a line of standard output.", CommandOptionType.NoValue);
    }

    public static void Add(CommandLineApplication application, ToolConsole console, CancellationToken cancellation) =>
        application.Command(Name, command =>
        {
            command.Description = "Detect a reset by someone else, and update every copy.";
            command.ExtendedHelpText = HelpTexts.Watch;
            var watch = new WatchCommand(command, console);
            command.OnExecute(() => watch.RunAsync(cancellation));
        });

    private async Task<int> RunAsync(CancellationToken cancellation)
    {
        _plans.Apply(_console);
        if (!WatchInterval.Parse(_interval.Value()).Succeeded(out TimeSpan interval, out Failure? failure)
            || !(await _plans.ResolveAsync(_console, cancellation)).Succeeded(out IReadOnlyList<InjectPlan>? plans, out failure))
        {
            return Fail(failure);
        }

        plans = [.. plans.Select(plan => plan with { IsIdentityStrict = _strictIdentity.HasValue() })];
        if (JobOutput.Refusal(plans, _json) is { } refusal)
        {
            return Fail(refusal);
        }

        if (_once.HasValue())
        {
            return _interval.HasValue()
                ? Fail(Failure.Of(DiagnosticDescriptors.SettingsConflict, "--once", "--interval")) : await OnceAsync(plans, cancellation);
        }

        _console.Live.Say($"watching, polling every {interval.TotalSeconds} s; Ctrl+C ends it");
        _console.Detail($"polling every {interval.TotalSeconds} s");
        failure = await WatchOperation.RunAsync(plans, new WatchTimes { Interval = interval }, Tell, cancellation);

        // A signal is how a watch ends.
        return failure is null ? 0 : Fail(failure);
    }

    private async Task<int> OnceAsync(IReadOnlyList<InjectPlan> plans, CancellationToken cancellation)
    {
        InjectRun run = await InjectOperation.RunAsync(plans, cancellation);
        foreach (InjectReport report in run.Reports)
        {
            if (WatchEventWriter.Of(report, TimeProvider.System.GetUtcNow()) is { } one)
            {
                Tell(one);
            }
        }

        return ToolExit.Of(run);
    }

    private void Tell(WatchEvent one)
    {
        if (_json.HasValue())
        {
            _console.WriteData(WatchEventWriter.Json(one));
        }
        else
        {
            WatchEventWriter.Write(one, _console);
        }
    }

    private int Fail(Failure failure)
    {
        if (_json.HasValue())
        {
            // On one line, as every event.
            _console.WriteData(WatchEventWriter.Json(failure));
        }

        _console.Error(failure);
        return ToolExit.Of(failure);
    }
}
