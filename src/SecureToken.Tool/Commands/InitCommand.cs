using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Settings;
using SecureToken.Tool.Options;
using SecureToken.Tool.Projects;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Commands;

/// <summary><c>init</c>: makes a settings file from options and answers, and offers to prepare the project.</summary>
internal sealed class InitCommand
{
    private const string Name = "init";

    private readonly CommonOptions _common;
    private readonly CommandOption _project;
    private readonly CommandOption _dotenv;
    private readonly CommandOption _force;
    private readonly CommandOption _yes;
    private readonly ToolConsole _console;

    private InitCommand(CommandLineApplication command, ToolConsole console)
    {
        _console = console;
        _common = new CommonOptions(command);
        _project = command.Option("-p|--project <PATH>", "The project whose user-secrets get the token.", CommandOptionType.SingleValue);
        _dotenv = command.Option(
            "--dotenv <PATH>", "A file of NAME=value lines that gets the token instead.", CommandOptionType.SingleValue);
        _force = command.Option("--force", $"Replace an existing {SettingsFile.Name}.", CommandOptionType.NoValue);
        _yes = command.Option("-y|--yes", "Prepare the project without asking.", CommandOptionType.NoValue);
    }

    public static void Add(CommandLineApplication application, ToolConsole console, CancellationToken cancellation) =>
        application.Command(Name, command =>
        {
            command.Description = $"Create a {SettingsFile.Name} from options and answers, and prepare the project.";
            command.ExtendedHelpText = HelpTexts.Init;
            var init = new InitCommand(command, console);
            command.OnExecute(() => init.RunAsync(cancellation));
        });

    private async Task<int> RunAsync(CancellationToken cancellation)
    {
        _common.Apply(_console);
        string path = Path.Combine(Environment.CurrentDirectory, SettingsFile.Name);
        Result<SettingsFileDraft> drafted = _project.HasValue() && _dotenv.HasValue()
            ? Failure.Of(DiagnosticDescriptors.SettingsConflict, "--project", "--dotenv")
            : Path.Exists(path) && !_force.HasValue() ? Failure.Of(DiagnosticDescriptors.FileInTheWay, path)
            : await new InitQuestions(_common, _console, cancellation).DraftAsync(_project.Value(), _dotenv.Value());
        if (!drafted.Succeeded(out SettingsFileDraft? draft, out Failure? failure) || (failure = Write(path, draft)) is not null)
        {
            _console.Error(failure);
            return ToolExit.Of(failure);
        }

        _console.Say($"written   {path}");
        if (draft.Member == "project")
        {
            await new ProjectPreparation(_console, _yes.HasValue(), cancellation)
                .OfferAsync(Path.Combine(Environment.CurrentDirectory, draft.Place));
        }

        _console.Say("Next: 'dotnet sectoken inject' writes the token, 'dotnet sectoken status' lists the copies.");
        return 0;
    }

    /// <summary>
    /// Why the place of the token would be refused, a path out of the repository for one. No project is evaluated for that.
    /// </summary>
    private Failure? PlaceFault(SettingsFile file) =>
        DeclaredDestinations.Projects(file).Succeeded(out IReadOnlyList<string>? projects, out Failure? failure) && projects.Count == 0
            ? new DeclaredDestinations(file, _console.Environment, new Dictionary<string, Result<ProjectPlace>>())
                .Make(file.Tokens[0].Destinations[0]).Failure
            : failure;

    /// <summary>What this program would not read is not written.</summary>
    private Failure? Write(string path, SettingsFileDraft draft)
    {
        byte[] content = draft.ToUtf8();
        return !SettingsFile.Parse(path, content).Succeeded(out SettingsFile? file, out Failure? failure)
            || (failure = PlaceFault(file)) is not null ? failure
            : !Path.Exists(path) ? TextFileEditor.Create(path, content)
            : !_force.HasValue() ? Failure.Of(DiagnosticDescriptors.FileInTheWay, path)
            : TextFileEditor.Read(path).Succeeded(out byte[]? old, out failure) ? TextFileEditor.Replace(path, content, old)
            : failure;
    }
}
