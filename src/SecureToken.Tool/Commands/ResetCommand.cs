using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Reset;
using SecureToken.Core.Settings;
using SecureToken.Core.State;
using SecureToken.Tool.Options;
using SecureToken.Tool.Output;
using SecureToken.Tool.Reports;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Commands;

/// <summary><c>reset</c>: a new token, and every copy follows.</summary>
internal sealed class ResetCommand
{
    private const string Name = "reset";

    private readonly PlanOptions _plans;
    private readonly CommandOption _allKnown;
    private readonly CommandOption _rehearse;
    private readonly CommandOption _resume;
    private readonly CommandOption _request;
    private readonly CommandOption _yes;
    private readonly CommandOption _wait;
    private readonly CommandOption _assumeBrowserUser;
    private readonly CommandOption _noBrowser;
    private readonly CommandOption _json;
    private readonly CommandOption _html;
    private readonly ToolConsole _console;

    private ResetCommand(CommandLineApplication command, ToolConsole console)
    {
        _console = console;
        _plans = new PlanOptions(command, takesToken: true);
        _allKnown = command.Option(
            "--all-known", "Also update the copies that your ledger lists in other repositories.", CommandOptionType.NoValue);
        _rehearse = command.Option("--rehearse", "Do everything except the reset, with the current token.", CommandOptionType.NoValue);
        _resume = command.Option("--resume", "Finish an interrupted reset.", CommandOptionType.NoValue);
        _request = command.Option(
            "--request <METHOD_PATH>", "Send this request instead of guiding you to the page.", CommandOptionType.SingleValue);
        _yes = command.Option("-y|--yes", "Send the request without asking for confirmation.", CommandOptionType.NoValue);
        _wait = command.Option("--wait <TIME>", "How long to wait for the reset: 90s, 15m (default), 2h.", CommandOptionType.SingleValue);
        _assumeBrowserUser = command.Option(
            "--assume-browser-user", "The copies hold the token of the user who is logged in to the browser.", CommandOptionType.NoValue);
        _noBrowser = command.Option("--no-browser", "Do not open the page in a browser.", CommandOptionType.NoValue);
        _json = command.Option("--json", "Print the receipt as one JSON object on standard output.", CommandOptionType.NoValue);
        _html = command.Option(
            "--html <FILE>", "Also write the receipt to a file, as one page for a browser.", CommandOptionType.SingleValue);
    }

    public static void Add(CommandLineApplication application, ToolConsole console, CancellationToken cancellation) =>
        application.Command(Name, command =>
        {
            command.Description = "Reset the token and update every copy.";
            command.ExtendedHelpText = HelpTexts.Reset;
            var reset = new ResetCommand(command, console);
            command.OnExecute(() => reset.RunAsync(cancellation));
        });

    private async Task<int> RunAsync(CancellationToken cancellation)
    {
        _plans.Common.ApplyVerbosity(_console);
        ReportFile? file = null;
        Result<ResetReport> done = _html.Value() is { } path && !ReportFile.Find(path).Succeeded(out file, out Failure? refusal)
            ? refusal
            : _resume.HasValue() ? await ResumeAsync(cancellation) : await ResetAsync(cancellation);
        if (!done.Succeeded(out ResetReport? report, out Failure? failure))
        {
            if (_json.HasValue())
            {
                _console.WriteData(JsonReportWriter.Of(Name, failure));
            }

            _console.Error(failure);
            return ToolExit.Of(failure);
        }

        int exit = ToolExit.Of(report);
        if (_json.HasValue())
        {
            _console.WriteData(ResetWriter.Json(Name, report, exit));
        }

        ResetWriter.Write(report, _console);
        return file is null ? exit : file.Write(ResetReportPage.Of(report, TimeProvider.System.GetUtcNow()), exit, _console);
    }

    private async Task<Result<ResetReport>> ResetAsync(CancellationToken cancellation)
    {
        if (!(await PrepareAsync(cancellation)).Succeeded(out ResetPlan? plan, out Failure? failure))
        {
            return failure;
        }

        using var guide = new ResetGuide(_console, !_noBrowser.HasValue());
        return await ResetOperation.RunAsync(plan, guide, cancellation);
    }

    private async Task<Result<ResetPlan>> PrepareAsync(CancellationToken cancellation)
    {
        TimeSpan wait = new ResetTimes().Wait;
        if (_request.HasValue() && _wait.HasValue())
        {
            return Failure.Of(DiagnosticDescriptors.SettingsConflict, "--request", "--wait");
        }

        // Without a credential nobody can send the request, and nobody limits a person who is asked for the token.
        if (_plans.TokenOption is { } option
            && ((CommandOption[])[_request, _wait]).FirstOrDefault(given => given.HasValue()) is { } idle)
        {
            return Failure.Of(DiagnosticDescriptors.SettingsConflict, option, "--" + idle.LongName);
        }

        if ((_wait.Value() is { } text && !WaitTime.Parse(text).Succeeded(out wait, out Failure? failure))
            || !(await _plans.ResolveAsync(_console, cancellation)).Succeeded(out IReadOnlyList<InjectPlan>? plans, out failure))
        {
            return failure;
        }

        if (JobOutput.Refusal(plans, _json) is { } refusal)
        {
            return refusal;
        }

        if (plans is not [var token])
        {
            return Failure.Of(
                DiagnosticDescriptors.ResetSeveralTokens,
                string.Join(", ", plans.Select(plan => $"team {plan.Settings.Team} of instance {plan.Settings.Instance}")));
        }

        Result<ResetRequest?> request = Request();
        return request.Failure is not null ? request.Failure

            // Told before anything is asked for: a script would find it out at the end of its work.
            : request.Value is not null && !_yes.HasValue() && !_rehearse.HasValue() && !ToolConsole.CanAsk
                ? Failure.Of(
                    DiagnosticDescriptors.ResetNotConfirmed,
                    $"team {token.Settings.Team} of instance {token.Settings.Instance} at {token.Settings.Endpoint}")
                : new ResetPlan(token with { Credentials = NewTokenAfterReset(token.Credentials, cancellation) })
                {
                    Request = request.Value,
                    IsConfirmed = _yes.HasValue(),
                    IsRehearsal = _rehearse.HasValue(),
                    IncludesKnown = _allKnown.HasValue(),
                    AssumesBrowserUser = _assumeBrowserUser.HasValue(),
                    Times = new ResetTimes { Wait = wait },
                };
    }

    /// <summary>The new token is awaited while the reset runs, so a signal ends the reset first.</summary>
    private CredentialOptions NewTokenAfterReset(CredentialOptions credentials, CancellationToken cancellation) =>
        credentials.OpenToken is null
            ? credentials
            : credentials with { OpenToken = () => _console.OpenToken("New token", cancellation, endsBySignal: false) };

    /// <summary>The request that the user has written down: as an option, or in the settings file.</summary>
    private Result<ResetRequest?> Request()
    {
        Result<ResetRequest> given;
        if (_request.Value() is { } text)
        {
            given = ResetRequest.Parse(text, new SettingSource("--request"));
        }
        else if (_plans is { Reset: { } entry, TokenOption: null })
        {
            given = ResetRequest.Parse(entry.Method, entry.Path, new SettingSource(entry.DeclaredAt, IsCommitted: true));
        }
        else
        {
            return (ResetRequest?)null;
        }

        return given.Failure is { } failure ? failure : given.Value;
    }

    private async Task<Result<ResetReport>> ResumeAsync(CancellationToken cancellation)
    {
        if (((CommandOption[])[_rehearse, _request, _allKnown, _wait]).FirstOrDefault(option => option.HasValue()) is { } other)
        {
            return Failure.Of(DiagnosticDescriptors.SettingsConflict, "--resume", "--" + other.LongName);
        }

        if (!Choice().Succeeded(out ResumeChoice? choice, out Failure? failure)
            || !ResumePlan.Choose(ResetOperation.Unfinished(_console.Environment), choice)
                .Succeeded(out UnfinishedReset? unfinished, out failure)
            || !_plans.Common.ResolveTransport(_console).Succeeded(out TransportOptions? transport, out failure)
            || !_plans.Credentials(_console, cancellation).Succeeded(out CredentialOptions? credentials, out failure)
            || !_plans.Common.ResolveVerify(_console).Succeeded(out VerifyMode verify, out failure))
        {
            return failure;
        }

        // The journal names every destination and describes the files among them. Where there are others, the settings at hand do.
        Result<IReadOnlyList<InjectPlan>> settings = ResumePlan.NeedsSettings(unfinished)
            ? await _plans.ResolveAsync(_console, cancellation)
            : Array.Empty<InjectPlan>();
        return await ResetOperation.ResumeAsync(
            new ResumePlan(unfinished, credentials, transport)
            {
                Verify = verify,
                Given = settings.Failure is null ? [.. settings.Value.SelectMany(plan => plan.Destinations)] : [],
            },
            cancellation);
    }

    /// <summary>What the options say of the reset that is to be resumed.</summary>
    private Result<ResumeChoice> Choice()
    {
        SettingsLayer options = _plans.Common.OptionsLayer;
        var choice = new ResumeChoice();
        Failure? failure = null;
        if (options.Team is { } team)
        {
            choice = TeamSelector.Parse(team.Text).Succeeded(out TeamSelector? named, out failure) ? choice with { Team = named } : choice;
        }

        if (failure is null && options.Instance is { } instance)
        {
            choice = InstanceSelector.Parse(instance.Text).Succeeded(out InstanceSelector? named, out failure)
                ? choice with { Instance = named } : choice;
        }

        if (failure is null && (options.Endpoint is not null || options.Region is not null))
        {
            Result<Endpoint> endpoint = options.Endpoint is { } url
                ? Endpoint.Parse(url.Text) : Endpoint.FromRegion(options.RegionName!);
            choice = endpoint.Succeeded(out Endpoint? named, out failure) ? choice with { Endpoint = named } : choice;
        }

        return failure is null ? choice : failure;
    }
}
