using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.State;
using SecureToken.Tool.Options;
using SecureToken.Tool.Output;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Commands;

/// <summary><c>ledger</c>: what this user's runs remember of the copies that they made.</summary>
internal sealed class LedgerCommand
{
    private readonly ToolConsole _console;
    private readonly string _name;
    private readonly CommandOption _json;
    private readonly CommandOption _quiet;

    private LedgerCommand(CommandLineApplication command, string name, ToolConsole console)
    {
        _console = console;
        _name = name;
        _json = command.Option("--json", "Print the report as one JSON object on standard output.", CommandOptionType.NoValue);
        _quiet = command.Option("-q|--quiet", "Print errors only.", CommandOptionType.NoValue);
    }

    public static void Add(CommandLineApplication application, ToolConsole console, CancellationToken cancellation) =>
        application.Command("ledger", ledger =>
        {
            ledger.Description = "List the remembered copies, or forget them.";
            ledger.ExtendedHelpText = HelpTexts.Ledger;
            ledger.Command("list", command =>
            {
                command.Description = "List every copy in your ledgers.";
                var list = new LedgerCommand(command, "ledger list", console);
                command.OnExecute(list.List);
            });
            ledger.Command("forget", command =>
            {
                command.Description = "Forget a file or directory. No file is changed.";
                CommandArgument path = command.Argument("PATH", "The file or directory, or the id of user-secrets.");
                CommandOption gone = command.Option("--gone", "Forget all files that were deleted.", CommandOptionType.NoValue);
                var forget = new LedgerCommand(command, "ledger forget", console);
                command.OnExecute(() => forget.Forget(path.Value, gone.HasValue(), cancellation));
            });
            ledger.OnExecute(() =>
            {
                ledger.ShowHelp();
                return 0;
            });
        });

    private int List()
    {
        Apply();
        if (!LedgerQueries.Find(_console.Environment).Succeeded(out LedgerQueries? known, out Failure? failure))
        {
            return Fail(failure);
        }

        int exit = (int)(known.Faults.Count == 0 ? ExitStatus.Done : known.Faults[0].Descriptor.Exit);
        if (_json.HasValue())
        {
            _console.WriteData(LedgerWriter.Json(_name, known, exit));
        }
        else if (!_quiet.HasValue())
        {
            LedgerWriter.Write(known, TimeProvider.System.GetUtcNow(), _console);
        }

        Tell(known.Faults);
        return exit;
    }

    private int Forget(string? path, bool isGone, CancellationToken cancellation)
    {
        Apply();
        if (path is null == !isGone)
        {
            return Fail(
                isGone ? Failure.Of(DiagnosticDescriptors.SettingsConflict, "--gone", "a path")
                : Failure.Of(DiagnosticDescriptors.SettingMissing, "The copy to forget", "a path, or --gone"));
        }

        var match = new PlaceMatch(path ?? string.Empty, Environment.CurrentDirectory);
        Result<LedgerErasure> run = LedgerErasure.Run(
            place =>
            isGone ? KnownCopy.Of(place, _console.Environment).Look() == FilePresence.Deleted : match.Covers(place), _console.Environment,
            cancellation);
        if (!run.Succeeded(out LedgerErasure? erasure, out Failure? failure))
        {
            return Fail(failure);
        }

        if (erasure.Places.Count + erasure.Failures.Count == 0 && path is not null)
        {
            return Fail(Failure.Of(DiagnosticDescriptors.PlaceNotKnown, path));
        }

        int exit = erasure.Failures.Count == 0 ? 0 : ToolExit.Of(erasure.Failures[0]);
        if (_json.HasValue())
        {
            _console.WriteData(LedgerWriter.Json(_name, erasure, exit));
        }
        else
        {
            foreach (ForgottenPlace forgotten in erasure.Places)
            {
                _console.Say(
                    $"forgotten {forgotten.Place.Kind,-12} {forgotten.Place.Location} ({forgotten.Place.Slot}) of team "
                        + $"{LedgerWriter.TeamOf(forgotten.Ledger)}");
            }

            if (erasure.Places.Count == 0)
            {
                _console.Say("No remembered file was deleted.");
            }
        }

        Tell(erasure.Failures);
        return exit;
    }

    private void Apply()
    {
        _console.Verbosity = _quiet.HasValue() ? Verbosity.Quiet : Verbosity.Normal;
        CommonOptions.TellUnfinished(_console);
    }

    private void Tell(IReadOnlyList<Failure> failures)
    {
        foreach (Failure failure in failures)
        {
            _console.Error(failure);
        }
    }

    private int Fail(Failure failure)
    {
        if (_json.HasValue())
        {
            _console.WriteData(JsonReportWriter.Of(_name, failure));
        }

        _console.Error(failure);
        return ToolExit.Of(failure);
    }
}
