using McMaster.Extensions.CommandLineUtils;
using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Settings;
using SecureToken.Core.Text.Kubernetes;
using SecureToken.Tool.Projects;

namespace SecureToken.Tool.Options;

/// <summary>The options that say where the token goes.</summary>
internal sealed class DestinationOptions
{
    private readonly CommandOption _userSecrets;
    private readonly CommandOption _project;
    private readonly CommandOption _dotenv;
    private readonly CommandOption _json;
    private readonly CommandOption _kubernetes;
    private readonly CommandOption _secret;
    private readonly CommandOption _key;
    private readonly CommandOption _name;

    public DestinationOptions(CommandLineApplication command)
    {
        _project = command.Option(
            "-p|--project <PATH>", "The user-secrets of a project (file or directory).", CommandOptionType.SingleValue);
        _userSecrets = command.Option("--user-secrets <ID>", "User-secrets, by their id; repeatable.", CommandOptionType.MultipleValue);
        _dotenv = command.Option("--dotenv <PATH>", "A file of NAME=value lines; repeatable.", CommandOptionType.MultipleValue);
        _json = command.Option("--json-file <PATH>", "A JSON file of settings; repeatable.", CommandOptionType.MultipleValue);
        _kubernetes = command.Option("--kubernetes <PATH>", "A Kubernetes Secret manifest; repeatable.", CommandOptionType.MultipleValue);
        _secret = command.Option(
            "--secret <SECRET>", "The Secret in the manifest: [NAMESPACE/]NAME[:KEY] (default key: token).", CommandOptionType.SingleValue);
        _key = command.Option("--key <KEY>", $"Configuration key (default {ConfigurationKey.Default}).", CommandOptionType.SingleValue);
        _name = command.Option(
            "--name <NAME>", "Variable name in a dotenv file; repeatable (default: the key with ':' as '__').",
            CommandOptionType.MultipleValue);
    }

    /// <summary>The project that an option names, or null.</summary>
    public string? Project => _project.Value();

    /// <summary>Whether an option names a destination.</summary>
    public bool NamesDestination => _userSecrets.HasValue() || _dotenv.HasValue() || _json.HasValue() || _kubernetes.HasValue();

    /// <summary>An option that says how a destination of another option is filled in, or null.</summary>
    public string? Filling => _key.HasValue() ? "--key" : _secret.HasValue() ? "--secret" : _name.HasValue() ? "--name" : null;

    public Result<IReadOnlyList<Destination>> Resolve(ProjectSettings? project, Func<string, string?> environment)
    {
        if (_secret.HasValue() && !_kubernetes.HasValue())
        {
            return Failure.Of(DiagnosticDescriptors.OptionIdle, "--secret", "--kubernetes");
        }

        if (_name.HasValue() && !_dotenv.HasValue())
        {
            return Failure.Of(DiagnosticDescriptors.OptionIdle, "--name", "--dotenv");
        }

        if (project is { UserSecretsId.Length: 0 })
        {
            return Failure.Of(DiagnosticDescriptors.ProjectHasNoUserSecrets, project.Path);
        }

        ConfigurationKey key = ConfigurationKey.Default;
        if ((_key.Value() ?? project?.Key) is { Length: > 0 } text
            && !ConfigurationKey.Parse(text).Succeeded(out key!, out Failure? failure))
        {
            return failure;
        }

        var builder = new DestinationBuilder(environment, Environment.CurrentDirectory) { Key = key, Names = _name.Values };
        IEnumerable<string> ids = project is null ? _userSecrets.Values : _userSecrets.Values.Prepend(project.UserSecretsId);
        return builder
            .Add(ids.Select(builder.UserSecrets))
            .Add(_dotenv.Values.Select(builder.Dotenv))
            .Add(_json.Values.Select(builder.Json))
            .Add(_kubernetes.Values.Select(path => Kubernetes(builder, path!)))
            .Build();
    }

    private Result<Destination> Kubernetes(DestinationBuilder builder, string path) =>
        !_secret.HasValue() ? Failure.Of(DiagnosticDescriptors.SettingMissing, $"The Secret in {path}", "--secret [NAMESPACE/]NAME[:KEY]")
        : KubernetesSecret.ParseSlot(_secret.Value()!).Succeeded(out ManifestKey? slot, out Failure? failure)
            ? builder.Kubernetes(path, slot)
        : failure;
}
