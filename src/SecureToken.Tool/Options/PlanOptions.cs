using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Settings;
using SecureToken.Tool.Projects;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Options;

/// <summary>Which tokens are meant and where they go: what options, environment, projects and the settings file say together.</summary>
internal sealed class PlanOptions
{
    private readonly CommandArgument _path;
    private readonly DestinationOptions _destinations;
    private readonly CommonOptions _common;
    private readonly TokenInput? _token;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="takesToken">Whether the user may give the token itself.</param>
    public PlanOptions(CommandLineApplication command, bool takesToken = false)
    {
        _path = command.Argument(
            "PATH", $"A {SettingsFile.Name}, project or solution (default: nearest {SettingsFile.Name}, else project here).");
        _destinations = new DestinationOptions(command);
        _common = new CommonOptions(command);
        _token = takesToken ? new TokenInput(command) : null;
    }

    /// <summary>The option that gives the token itself; null when it was not used.</summary>
    public string? TokenOption => _token?.Given;

    /// <summary>The request that resets a token, where the settings file that was read last has one.</summary>
    public ResetEntry? Reset { get; private set; }

    /// <summary>Whether the run leaves nothing behind, not even what MSBuild said.</summary>
    public bool IsDryRun { get; set; }

    /// <summary>The options that say how to ask.</summary>
    public CommonOptions Common => _common;

    /// <summary>What narrows the run to some copies: an argument or option; null when nothing does.</summary>
    public string? Narrowing =>
        _path.Value is not null
            ? "a path" : _destinations.Project is not null ? "--project" : _destinations.NamesDestination ? "a destination as an option"
        : _destinations.Filling ?? _common.Narrowing;

    /// <summary>Sets how much the tool says.</summary>
    public void Apply(ToolConsole console) => _common.Apply(console);

    /// <summary>The plans, one for each token. Nothing is requested and no credential is read.</summary>
    public async Task<Result<IReadOnlyList<InjectPlan>>> ResolveAsync(ToolConsole console, CancellationToken cancellation)
    {
        if (!(await TokensAsync(console, cancellation)).Succeeded(out IReadOnlyList<TokenPlan>? tokens, out Failure? failure)
            || !_common.ResolveTransport(console).Succeeded(out TransportOptions? transport, out failure))
        {
            return failure;
        }

        if (!Credentials(console, cancellation).Succeeded(out CredentialOptions? credentials, out failure))
        {
            return failure;
        }

        if (TokenOption is { } option && tokens.Count > 1)
        {
            return Failure.Of(
                DiagnosticDescriptors.SettingsConflict, option,
                $"several tokens ({string.Join(", ", tokens.Select(token => $"team {token.Settings.Team}"))})");
        }

        foreach (TokenPlan token in tokens)
        {
            console.Detail(
                $"endpoint {token.Settings.Endpoint}, IAM {token.Settings.IamEndpoint}, instance {token.Settings.Instance}, team "
                    + $"{token.Settings.Team}");
        }

        return tokens.Select(token => new InjectPlan(token.Settings, credentials, token.Destinations, transport)).ToArray();
    }

    /// <summary>Where the credential comes from, or the token itself.</summary>
    public Result<CredentialOptions> Credentials(ToolConsole console, CancellationToken cancellation) =>
        TokenOption is { } option && _common.CredentialOption is { } other
            ? Failure.Of(DiagnosticDescriptors.SettingsConflict, option, other)
            : _common.CredentialsFrom(console, cancellation) with { OpenToken = _token?.From(console, cancellation) };

    private async Task<Result<IReadOnlyList<TokenPlan>>> TokensAsync(ToolConsole console, CancellationToken cancellation)
    {
        if (!Source().Succeeded(out PlanSource? source, out Failure? failure))
        {
            return failure;
        }

        if (source.Kind is PlanSourceKind.SettingsFile or PlanSourceKind.Solution && _destinations.Filling is { } filling)
        {
            return Failure.Of(DiagnosticDescriptors.SettingsConflict, filling, source.Path!);
        }

        return source.Kind switch
        {
            PlanSourceKind.SettingsFile => await FromFileAsync(source.Path!, console, cancellation),
            PlanSourceKind.Solution => await FromSolutionAsync(source.Path!, console, cancellation),
            _ => await FromOptionsAsync(source.Path, console, cancellation),
        };
    }

    /// <summary>What the argument and the options mean, or what lies in the current directory.</summary>
    private Result<PlanSource> Source()
    {
        if (_path.Value is { } path)
        {
            return _destinations.Project is not null ? Failure.Of(DiagnosticDescriptors.SettingsConflict, "--project", path)
                : !PlanSource.Of(path).Succeeded(out PlanSource? source, out Failure? failure) ? failure
                : source.Kind != PlanSourceKind.Project && _destinations.NamesDestination
                    ? Failure.Of(DiagnosticDescriptors.SettingsConflict, "a destination as an option", path)
                : source;
        }

        return _destinations.Project is { } project ? PlanSource.OfProject(project)
            : _destinations.NamesDestination ? new PlanSource(PlanSourceKind.Project, null)
            : PlanSource.Here();
    }

    private async Task<Result<IReadOnlyList<TokenPlan>>> FromOptionsAsync(
        string? projectPath, ToolConsole console, CancellationToken cancellation)
    {
        ProjectSettings? project = null;
        if (projectPath is not null
            && (!(await ReadAsync([projectPath], console, cancellation))
                .Succeeded(out IReadOnlyList<EvaluatedProject>? evaluated, out Failure? failure)
                || !evaluated[0].Settings.Succeeded(out project, out failure)))
        {
            return failure;
        }

        return !_common.ResolveSettings(console, project?.Layer).Succeeded(out TokenSettings? settings, out failure)
            || !_destinations.Resolve(project, console.Environment).Succeeded(out IReadOnlyList<Destination>? destinations, out failure)
                ? failure
                : new TokenPlan[] { new(settings, destinations) };
    }

    private async Task<Result<IReadOnlyList<TokenPlan>>> FromFileAsync(string path, ToolConsole console, CancellationToken cancellation)
    {
        if (!SettingsFile.Read(path).Succeeded(out SettingsFile? file, out Failure? failure)
            || !SettingsLayer.FromEnvironment(console.Environment).Succeeded(out SettingsLayer? environment, out failure)
            || !DeclaredDestinations.Projects(file).Succeeded(out IReadOnlyList<string>? projects, out failure))
        {
            return failure;
        }

        if (file.Tokens.Count == 0)
        {
            return Failure.Of(DiagnosticDescriptors.SettingsFileEmpty, path);
        }

        var places = new Dictionary<string, Result<ProjectPlace>>(StringComparer.Ordinal);
        if (projects.Count > 0)
        {
            if (!(await ReadAsync(projects, console, cancellation))
                .Succeeded(out IReadOnlyList<EvaluatedProject>? evaluated, out failure))
            {
                return failure;
            }

            foreach (EvaluatedProject project in evaluated)
            {
                places[project.Path] = PlaceOf(project);
            }
        }

        Reset = file.Reset;
        return DeclaredPlans.Resolve(
            file, new DeclaredDestinations(file, console.Environment, places) { Say = console.Say, JobOutput = console.TryWriteData },
            _common.OptionsLayer, environment, _common.TrustFrom(console));
    }

    private async Task<Result<IReadOnlyList<TokenPlan>>> FromSolutionAsync(string path, ToolConsole console, CancellationToken cancellation)
    {
        if (!SettingsLayer.FromEnvironment(console.Environment).Succeeded(out SettingsLayer? environment, out Failure? failure)
            || !(await ReadAsync([path], console, cancellation))
                .Succeeded(out IReadOnlyList<EvaluatedProject>? evaluated, out failure))
        {
            return failure;
        }

        List<ProjectSettings> projects = [];
        foreach (EvaluatedProject project in evaluated)
        {
            if (!project.Settings.Succeeded(out ProjectSettings? settings, out failure))
            {
                return failure;
            }

            projects.Add(settings);
        }

        return SolutionPlans.Resolve(path, projects, console.Environment, _common.OptionsLayer, environment, _common.TrustFrom(console));
    }

    private async Task<Result<IReadOnlyList<EvaluatedProject>>> ReadAsync(
        IReadOnlyList<string> paths, ToolConsole console, CancellationToken cancellation)
    {
        console.Live.Say($"evaluating {(paths.Count == 1 ? Path.GetFileName(paths[0]) : $"{paths.Count} projects")} with the .NET SDK");
        Result<IReadOnlyList<EvaluatedProject>> read = await ProjectEvaluation.ReadAsync(paths, isKept: !IsDryRun, cancellation);
        console.Live.Say("working");
        return read;
    }

    private static Result<ProjectPlace> PlaceOf(EvaluatedProject project) =>
        !project.Settings.Succeeded(out ProjectSettings? settings, out Failure? failure) ? failure
        : settings.UserSecretsId.Length == 0 ? Failure.Of(DiagnosticDescriptors.ProjectHasNoUserSecrets, project.Path)
        : new ProjectPlace(settings.UserSecretsId, settings.Key);
}
