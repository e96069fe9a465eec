using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Run;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Operations.Watch;
using SecureToken.Core.Processes;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;
using SecureToken.Tool.Options;
using SecureToken.Tool.Output;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Commands;

/// <summary><c>run</c>: a program with tokens in its environment, and on no disk.</summary>
internal sealed class RunCommand
{
    /// <summary>The name of the command.</summary>
    public const string Name = "run";

    private readonly CommonOptions _common;
    private readonly CommandOption _names;
    private readonly CommandOption _template;
    private readonly CommandOption _keepCredentials;
    private readonly CommandOption _noMask;
    private readonly CommandOption _onReset;
    private readonly CommandOption _signal;
    private readonly CommandOption _interval;
    private readonly CommandLineApplication _command;
    private readonly ToolConsole _console;

    private RunCommand(CommandLineApplication command, ToolConsole console)
    {
        _command = command;
        _console = console;
        _names = command.Option(
            "--name <NAME>", "Name of the variable (default Sysdig__SecureApiToken); repeatable, one per team.",
            CommandOptionType.MultipleValue);
        _template = command.Option(
            "--template <TEXT>", "Value of the variable, for example \"Bearer {token}\".", CommandOptionType.SingleValue);
        _keepCredentials = command.Option(
            "--keep-credentials", "Keep the IBM Cloud credentials in the program's environment.", CommandOptionType.NoValue);
        _noMask = command.Option("--no-mask", "Do not mask the token in output to a pipe or file.", CommandOptionType.NoValue);
        _onReset = command.Option(
            "--on-reset <WHAT>", "What to do after a reset: ignore (default), restart, signal or exit.", CommandOptionType.SingleValue);
        _signal = command.Option("--signal <NAME>", "The signal for --on-reset signal (default HUP).", CommandOptionType.SingleValue);
        _interval = command.Option(
            "--interval <SECONDS>", "Interval of the checks for a reset, 5 to 86400 (default 60).", CommandOptionType.SingleValue);
        _common = new CommonOptions(command, takesSeveralTeams: true);
    }

    public static void Add(CommandLineApplication application, ToolConsole console, CancellationToken cancellation) =>
        application.Command(Name, command =>
        {
            command.Description = "Run a program with the current token in its environment.";
            command.ExtendedHelpText = HelpTexts.Run;
            command.AllowArgumentSeparator = true;
            var run = new RunCommand(command, console);
            command.OnExecute(() => run.RunAsync(cancellation));
        });

    private async Task<int> RunAsync(CancellationToken cancellation)
    {
        _common.Apply(_console);
        Result<int> ended = await PrepareAsync(cancellation);
        if (ended.Succeeded(out int status, out Failure? failure))
        {
            return status;
        }

        _console.Error(failure);
        return ToolExit.OfRun(failure);
    }

    private async Task<Result<int>> PrepareAsync(CancellationToken cancellation)
    {
        List<string> line = _command.RemainingArguments;
        if (line.Count == 0)
        {
            return Failure.Of(DiagnosticDescriptors.ProgramMissing);
        }

        // A program that is not there is told before the service is asked.
        if (!ProgramSearch.Find(line[0], _console.Environment, Environment.CurrentDirectory)
            .Succeeded(out string? program, out Failure? failure)
            || !ValueTemplate.Parse(_template.Value() ?? ValueTemplate.Placeholder).Succeeded(out ValueTemplate? template, out failure)
            || !TeamVariables.Pair(_common.Teams.Count, _names.Values).Succeeded(out IReadOnlyList<TeamVariable>? variables, out failure)
            || !_common.ResolveTeams(_console).Succeeded(out IReadOnlyList<TokenSettings>? settings, out failure)
            || !_common.ResolveTransport(_console).Succeeded(out TransportOptions? transport, out failure)
            || !OnResetOptions.Parse(_onReset, _signal, _interval).Succeeded(out OnResetOptions? onReset, out failure))
        {
            return failure;
        }

        if (onReset.What != OnReset.Ignore)
        {
            return await KeepAsync(
                new SupervisedProcessPlan(
                    settings, _common.CredentialsFrom(_console, cancellation), transport, program, line, tokens =>
                    EnvironmentOf(variables, template, tokens))
                {
                    OnReset = onReset.What,
                    Signal = onReset.Signal,
                    Times = new WatchTimes { Interval = onReset.Interval },
                    Tell = one => ProgramEventWriter.Write(one, onReset.What, _console),
                },
                cancellation);
        }

        using ServiceClient client = ServiceClient.Open(_common.CredentialsFrom(_console, cancellation), transport);
        if (!(await client.FetchAllAsync(settings, cancellation)).Succeeded(out IReadOnlyList<FetchedToken>? tokens, out failure))
        {
            return failure;
        }

        using ChildEnvironment environment = EnvironmentOf(variables, template, tokens);
        using var forms = new SecretForms([.. tokens.Select(token => token.Token)]);
        foreach (FetchedToken token in tokens)
        {
            Tell(token);
            token.Dispose();
        }

        cancellation.ThrowIfCancellationRequested();
        return Start(new ChildStart(program, line, environment), forms);
    }

    /// <summary>Runs the program, and keeps it on the current tokens.</summary>
    private async Task<Result<int>> KeepAsync(SupervisedProcessPlan plan, CancellationToken cancellation)
    {
        using ChildOutput? output = Filtered(Console.IsOutputRedirected, "The program's standard output", ToolConsole.OpenOutput);
        using ChildOutput? error = Filtered(Console.IsErrorRedirected, "The program's standard error", ToolConsole.OpenError);
        using var program = new SupervisedProcess(plan with { Output = output, Error = error });
        if (await program.FetchAsync(cancellation) is { } failure)
        {
            return failure;
        }

        foreach (FetchedToken token in program.Tokens)
        {
            Tell(token);
        }

        cancellation.ThrowIfCancellationRequested();

        // The terminal is the program's now.
        _console.Live.Stop();
        using var signals = new ForwardedSignals(program.Forward);
        return !(await program.RunAsync()).Succeeded(out KeptProgramEnd end, out failure) ? failure
            : Ended(end.IsForReset ? ToolExit.EndedForReset : end.Exit.Status, output, error);
    }

    /// <summary>
    /// The exit status: the program's own. Where that says that all went well although some of its output is lost, it is a failure of ours:
    /// the program could not notice it.
    /// </summary>
    private Result<int> Ended(int status, params ReadOnlySpan<ChildOutput?> outputs)
    {
        foreach (ChildOutput? output in outputs)
        {
            if (output?.Loss is not { } reason)
            {
                continue;
            }

            Failure failure = Failure.Of(DiagnosticDescriptors.OutputLost, output.Name, reason);
            if (status == 0)
            {
                return failure;
            }

            // A program whose reader has gone knows it, and ends as it would without us.
            if (!output.HasLostReader)
            {
                _console.Warn(failure);
            }
        }

        return status;
    }

    private ChildEnvironment EnvironmentOf(
        IReadOnlyList<TeamVariable> variables, ValueTemplate template, IReadOnlyList<FetchedToken> tokens)
    {
        ChildEnvironment environment = _keepCredentials.HasValue() ? new ChildEnvironment() : ChildEnvironment.WithoutCredentials();
        foreach (TeamVariable variable in variables)
        {
            variable.Set(environment, template, tokens[variable.Team]);
        }

        return environment;
    }

    private ChildOutput? Filtered(bool isRedirected, string name, Func<Stream> open) =>
        !_noMask.HasValue() && isRedirected ? new ChildOutput(name, open()) : null;

    private Result<int> Start(ChildStart start, SecretForms forms)
    {
        // The terminal is the program's now.
        _console.Live.Stop();
        using ChildOutput? output = Filtered(Console.IsOutputRedirected, "The program's standard output", ToolConsole.OpenOutput);
        using ChildOutput? error = Filtered(Console.IsErrorRedirected, "The program's standard error", ToolConsole.OpenError);
        if (output is null && error is null && !OperatingSystem.IsWindows())
        {
            return Child.Replace(start);
        }

        // The signals are taken before the child is there, so that none is lost; what comes early is passed on when it is.
        using var child = new ForegroundProcess();
        using var signals = new ForwardedSignals(child.Forward);
        return child.Run(start, forms, output, error).Succeeded(out ChildExit exit, out Failure? failure)
            ? Ended(exit.Status, output, error) : failure;
    }

    private void Tell(FetchedToken token)
    {
        foreach (Failure warning in token.Warnings)
        {
            _console.Warn(warning);
        }

        _console.Detail($"token {token.Fingerprint} of {token.Scope}, credential from {token.CredentialSource}");
    }
}
