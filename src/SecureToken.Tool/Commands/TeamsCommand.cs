using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Settings;
using SecureToken.Tool.Options;
using SecureToken.Tool.Output;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Commands;

/// <summary><c>teams</c>: the teams of an instance, and whether their tokens can be read.</summary>
internal sealed class TeamsCommand
{
    private const string Name = "teams";

    private readonly CommonOptions _common;
    private readonly CommandOption _json;
    private readonly ToolConsole _console;

    private TeamsCommand(CommandLineApplication command, ToolConsole console)
    {
        _console = console;
        _common = new CommonOptions(command);
        _json = command.Option("--json", "Print the list as one JSON object on standard output.", CommandOptionType.NoValue);
    }

    public static void Add(CommandLineApplication application, ToolConsole console, CancellationToken cancellation) =>
        application.Command(Name, command =>
        {
            command.Description = "List the teams of the instance, and whether their tokens can be read.";
            command.ExtendedHelpText = HelpTexts.Teams;
            var teams = new TeamsCommand(command, console);
            command.OnExecute(() => teams.RunAsync(cancellation));
        });

    private async Task<int> RunAsync(CancellationToken cancellation)
    {
        _common.Apply(_console);
        if (!(await ListAsync(cancellation)).Succeeded(out TeamList? list, out Failure? failure))
        {
            if (_json.HasValue())
            {
                _console.WriteData(TeamWriter.Json(Name, failure));
            }

            _console.Error(failure);
            return ToolExit.Of(failure);
        }

        _console.Detail($"credential from {list.CredentialSource}");
        if (_json.HasValue())
        {
            _console.WriteData(TeamWriter.Json(Name, list));
        }
        else
        {
            TeamWriter.Write(list, _console);
        }

        return 0;
    }

    /// <summary>
    /// Every team, unless one is asked for here: the team of a settings file or of the environment is that of other commands.
    /// </summary>
    private async Task<Result<TeamList>> ListAsync(CancellationToken cancellation) =>
        !_common.ResolveSettings(_console, null, isTeamNeeded: false).Succeeded(out TokenSettings? settings, out Failure? failure)
            || !_common.ResolveTransport(_console).Succeeded(out TransportOptions? transport, out failure)
                ? failure
                : await Teams.RunAsync(
                    _common.Teams.Count == 0 ? settings with { Team = TeamSelector.Any } : settings,
                    _common.CredentialsFrom(_console, cancellation), transport, cancellation);
}
