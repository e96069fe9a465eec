using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Destinations.Jobs;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Destinations.Building;

/// <summary>What a project says of the place where it reads the token.</summary>
/// <param name="UserSecretsId">Its user-secrets id.</param>
/// <param name="Key">Its configuration key, or null.</param>
public sealed record ProjectPlace(string UserSecretsId, string? Key);

/// <summary>Makes the destinations that a settings file declares.</summary>
/// <param name="file">The file.</param>
/// <param name="environment">Reads environment variables.</param>
/// <param name="projects">What was evaluated of each project that <see cref="Projects"/> names, by its absolute path.</param>
public sealed class DeclaredDestinations(
    SettingsFile file, Func<string, string?> environment, IReadOnlyDictionary<string, Result<ProjectPlace>> projects)
{
    private readonly KnownDirectories _directories = new();

    /// <summary>Gets what the programs of command destinations say, line by line, with the token masked.</summary>
    public Action<string> Say { get; init; } = static _ => { };

    /// <summary>The standard output of the job, for the systems that read commands from it; null where there is none.</summary>
    public WorkflowCommandSink? JobOutput { get; init; }

    /// <summary>The projects that must be evaluated before the destinations can be made: absolute paths.</summary>
    /// <returns>The paths; or 122 with the place.</returns>
    public static Result<IReadOnlyList<string>> Projects(SettingsFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        List<string> paths = [];
        var directories = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DestinationEntry entry in file.Tokens.SelectMany(token => token.Destinations))
        {
            if (entry.Text("project") is { } project)
            {
                if (!Inside(file, entry, project, directories).Succeeded(out string? path, out Failure? failure))
                {
                    return failure;
                }

                paths.Add(path);
            }
        }

        return paths.Distinct().ToArray();
    }

    /// <summary>Makes one destination.</summary>
    /// <returns>The destination; or the failure with the place where it is declared.</returns>
    public Result<Destination> Make(DestinationEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        Result<Destination> made = MakeOfKind(entry);
        if (made.Failure is null)
        {
            made.Value.DeclaredBy = file.Path;
            made.Value.DeclaredReloads = entry.FlagOrNull("reloads");
        }

        return made.Failure is { } failure && !failure.Message.StartsWith(entry.DeclaredAt, StringComparison.Ordinal)
            ? failure.At(entry.DeclaredAt) : made;
    }

    private Result<Destination> MakeOfKind(DestinationEntry entry)
    {
        ProjectPlace? project = null;
        string? path = null;
        if (!ValueTemplate.Parse(entry.Text("value") ?? ValueTemplate.Placeholder)
            .Succeeded(out ValueTemplate? template, out Failure? failure)
            || (entry.Text("project") is { } projectPath && !Evaluated(entry, projectPath).Succeeded(out project, out failure))
            || (entry.Text("path") is { } given && !PathOf(entry, given).Succeeded(out path, out failure)))
        {
            return failure;
        }

        ConfigurationKey key = ConfigurationKey.Default;
        if ((entry.Text("key") ?? project?.Key) is { Length: > 0 } text && !entry.Kind.StartsWith("kubernetes", StringComparison.Ordinal)
            && !ConfigurationKey.Parse(text).Succeeded(out key!, out failure))
        {
            return failure;
        }

        var builder = new DestinationBuilder(environment, Path.GetDirectoryName(file.Path)!)
        {
            Key = key,
            Names = entry.Texts("name"),
            Template = template,
            DeclaredAt = entry.DeclaredAt,
            Say = Say,
            JobOutput = JobOutput,
            Directories = _directories,
        };
        return entry.Kind switch
        {
            "user-secrets" => builder.UserSecrets(project?.UserSecretsId ?? entry.Text("id")!),
            "json" => builder.Json(path!),
            "dotenv" => builder.Dotenv(path!),
            "kubernetes" =>
                builder.Kubernetes(path!, entry.Text("secret")!, entry.Text("namespace"), entry.Text("key"), entry.Text("form")),
            "kubernetes-api" => builder.KubernetesApi(entry.Text("secret")!, entry.Text("namespace"), entry.Text("key")),
            "github" => builder.GitHub(entry.Text("name")!, entry.Text("to")),
            "azure-pipelines" => builder.AzurePipelines(entry.Text("name")!, entry.Flag("output")),
            "gitlab" => builder.GitLab(path!, entry.Text("report")),
            "tekton" => builder.Tekton(path!),
            "command" when entry.Text("preset") is { } preset => builder.Preset(preset, entry.Map("with"), Seconds(entry)),
            "command" => builder.Command(entry.Texts("run"), entry.Text("environment"), Seconds(entry)),
            _ => throw new InvalidOperationException($"The kind {entry.Kind} has a shape, but nothing makes it."),
        };
    }

    private static int? Seconds(DestinationEntry entry) =>
        entry.Text("timeoutSeconds") is { } seconds
            ? (int)Math.Min(int.MaxValue, long.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture)) : null;

    /// <summary>The path of a file: in the repository, or for Tekton in a workspace, which is never in it.</summary>
    private Result<string> PathOf(DestinationEntry entry, string path)
    {
        if (path.Any(char.IsControl))
        {
            return Inside(file, entry, path, _directories.Canonical);
        }

        string absolute = Path.GetFullPath(path, Path.GetDirectoryName(file.Path)!);
        bool isWorkspace = entry.Kind == "tekton" && absolute.StartsWith("/workspace/", StringComparison.Ordinal)
            && CanonicalPath.Of(absolute) is { Failure: null } canonical
            && canonical.Value.StartsWith("/workspace/", StringComparison.Ordinal);

        // What leads to a result is refused with its own reason.
        return isWorkspace || (entry.Kind == "tekton" && TektonFile.IsResult(path, absolute))
            ? path : Inside(file, entry, path, _directories.Canonical);
    }

    private Result<ProjectPlace> Evaluated(DestinationEntry entry, string project) =>
        Inside(file, entry, project, _directories.Canonical).Succeeded(out string? path, out Failure? failure) ? projects[path] : failure;

    /// <summary>The absolute path, which no spelling and no link among its directories may lead out of the repository.</summary>
    private static Result<string> Inside(SettingsFile file, DestinationEntry entry, string path, Dictionary<string, string> directories)
    {
        if (string.IsNullOrWhiteSpace(path) || path.Any(char.IsControl))
        {
            return Failure.Of(
                DiagnosticDescriptors.SettingInvalid, "A path", PrintableText.Of(path),
                "it is empty or has control characters").At(entry.DeclaredAt);
        }

        string absolute = Path.GetFullPath(path, Path.GetDirectoryName(file.Path)!);
        if (!CanonicalPath.Of(absolute, directories).Succeeded(out string? canonical, out Failure? failure)
            || !CanonicalPath.Of(Path.Combine(file.Repository, SettingsFile.Name), directories).Succeeded(out string? root, out failure))
        {
            return failure.At(entry.DeclaredAt);
        }

        return PathRules.Here.IsWithin(canonical, Path.GetDirectoryName(root)!)
            ? absolute
            : Failure.Of(DiagnosticDescriptors.PathOutsideRepository, entry.DeclaredAt, path, file.Repository);
    }
}
