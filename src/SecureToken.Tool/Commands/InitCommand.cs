using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Settings;
using SecureToken.Tool.Options;
using SecureToken.Tool.Projects;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Commands;

/// <summary><c>init</c>: makes a settings file from options and answers, and offers to prepare the project.</summary>
internal sealed class InitCommand
{
    public const string Name = "init";

    private readonly CommonOptions _common;
    private readonly CommandOption _project;
    private readonly CommandOption _dotenv;
    private readonly CommandOption _force;
    private readonly CommandOption _yes;
    private readonly CommandOption _fromEnvironment;
    private readonly ToolConsole _console;
    private PreflightFinding? _place;

    private InitCommand(CommandLineApplication command, ToolConsole console)
    {
        _console = console;
        _common = new CommonOptions(command);
        _project = command.Option("-p|--project <PATH>", "The project whose user-secrets get the token.", CommandOptionType.SingleValue);
        _dotenv = command.Option(
            "--dotenv <PATH>", "A file of NAME=value lines that gets the token instead.", CommandOptionType.SingleValue);
        _force = command.Option("--force", $"Replace an existing {SettingsFile.Name}.", CommandOptionType.NoValue);
        _yes = command.Option("-y|--yes", "Prepare the project, or add the file to .gitignore, without asking.", CommandOptionType.NoValue);
        _fromEnvironment = command.Option(
            "--from-environment", "Ask nothing, also on a terminal: take options and environment.", CommandOptionType.NoValue);
    }

    private bool CanAsk => ToolConsole.CanAsk && !_fromEnvironment.HasValue();

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
            : await new InitQuestions(_common, _console, CanAsk, cancellation).DraftAsync(_project.Value(), _dotenv.Value());
        if (!drafted.Succeeded(out SettingsFileDraft? draft, out Failure? failure) || (failure = Write(path, draft)) is not null)
        {
            _console.Error(failure);
            return ToolExit.Of(failure);
        }

        _console.Say($"written   {path}");
        string place = Path.GetFullPath(draft.Place, Environment.CurrentDirectory);
        if (draft.Member == "project")
        {
            await PrepareAsync(path, draft, place, cancellation);
            return 0;
        }

        if (_place?.Git == GitState.NotIgnored
            && new IgnoreOffer(_console, _yes.HasValue(), CanAsk, cancellation).Offer(place) is { } unwritten)
        {
            _console.Warn(unwritten);
        }

        _console.Say("Next: 'dotnet sectoken inject' writes the token, 'dotnet sectoken status' lists the copies.");
        return 0;
    }

    /// <summary>
    /// Prepares the project. Then its user-secrets have an id, and the file names that: MSBuild is not asked for it in every command.
    /// </summary>
    private async Task PrepareAsync(string path, SettingsFileDraft draft, string project, CancellationToken cancellation)
    {
        PreparedProject prepared = await new ProjectPreparation(_console, _yes.HasValue(), CanAsk, cancellation).OfferAsync(project);
        byte[] written = draft.ToUtf8();
        if (prepared is { IsReady: true, UserSecretsId: { } id }
            && TextFileEditor.Replace(path, (draft with { Member = "id", Place = id }).ToUtf8(), written) is { } unwritten)
        {
            _console.Warn(unwritten);
        }

        _console.Say(
            prepared.IsReady
                ? "Next: 'dotnet build' writes the token into the user-secrets, 'dotnet sectoken status' lists the copies."
                : "Next: prepare the project with the commands above. Then 'dotnet build' writes the token into its user-secrets.");
    }

    /// <summary>
    /// Why the place of the token would be refused, a path out of the repository for one. No project is evaluated for that.
    /// </summary>
    private Failure? PlaceFault(SettingsFile file)
    {
        if (!DeclaredDestinations.Projects(file).Succeeded(out IReadOnlyList<string>? projects, out Failure? failure) || projects.Count > 0)
        {
            return failure;
        }

        var destinations = new DeclaredDestinations(file, _console.Environment, new Dictionary<string, Result<ProjectPlace>>());
        DestinationEntry entry = file.Tokens[0].Destinations[0];
        if (!destinations.Make(entry).Succeeded(out Destination? destination, out failure))
        {
            return failure.NotAt(entry.DeclaredAt);
        }

        _place = Preflight.Look([destination])[0];
        return _place.Refusal?.NotAt(entry.DeclaredAt);
    }

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
