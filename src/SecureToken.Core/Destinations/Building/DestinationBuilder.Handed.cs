using SecureToken.Core.Destinations.Cluster;
using SecureToken.Core.Destinations.Commands;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Destinations.Jobs;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Settings;
using SecureToken.Core.Text.Kubernetes;

namespace SecureToken.Core.Destinations.Building;

/// <content>Destinations that hand the token on: to a program, or to the system that runs the job.</content>
public sealed partial class DestinationBuilder
{
    /// <summary>The standard output of the job, for the systems that read commands from it; null where there is none.</summary>
    public WorkflowCommandSink? JobOutput { get; init; }

    /// <summary>Gets what programs say, line by line, with the token masked.</summary>
    public Action<string> Say { get; init; } = static _ => { };

    private CommandSettings CommandSettings => new()
    {
        BaseDirectory = _baseDirectory,
        Variables = _environment,
        Say = Say,
        Template = Template,
        DeclaredAt = DeclaredAt,
    };

    /// <summary>A program that takes the token.</summary>
    /// <param name="run">The program and its arguments.</param>
    /// <param name="environmentName">The variable that holds the value; null for standard input.</param>
    /// <param name="timeoutSeconds">How long it may take; null for a minute.</param>
    public Result<Destination> Command(IReadOnlyList<string> run, string? environmentName = null, int? timeoutSeconds = null) =>
        CommandDestination.Of(CommandSettings with { Run = run, EnvironmentName = environmentName, TimeoutSeconds = timeoutSeconds });

    /// <summary>A program whose command line is known.</summary>
    /// <param name="preset">The name of the preset.</param>
    /// <param name="with">What it needs, by name.</param>
    /// <param name="timeoutSeconds">How long it may take; null for a minute.</param>
    public Result<Destination> Preset(string preset, IReadOnlyDictionary<string, string> with, int? timeoutSeconds = null) =>
        CommandPresets.Make(preset, with, CommandSettings with { TimeoutSeconds = timeoutSeconds });

    /// <summary>A key of a Secret in the cluster of this pod.</summary>
    /// <param name="secret">The name of the Secret.</param>
    /// <param name="inNamespace">Its namespace; null for that of the pod.</param>
    /// <param name="key">The key; null for <c>token</c>.</param>
    public Result<Destination> KubernetesApi(string secret, string? inNamespace = null, string? key = null) =>
        KubernetesSecret.SlotOf(secret, inNamespace, key).Succeeded(out ManifestKey? slot, out Failure? failure)
            ? new ClusterSecret(ServiceAccount.Of(_environment), slot.Secret, slot.Namespace, slot.Key)
            { Template = Template, DeclaredAt = DeclaredAt }
            : failure;

    /// <summary>A variable of GitHub Actions.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="to"><c>env</c> or <c>output</c>; null for <c>env</c>.</param>
    public Result<Destination> GitHub(string name, string? to = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (to is not (null or "env" or "output"))
        {
            return Failure.Of(
                DiagnosticDescriptors.SettingInvalid, "The target of a GitHub variable", PrintableText.Of(to, 300),
                "it must be env or output");
        }

        GitHubTarget target = to == "output" ? GitHubTarget.Output : GitHubTarget.Env;
        string asVariable = target == GitHubTarget.Output ? name.Replace('-', '_') : name;
        return Named("The name of a GitHub variable", name, asVariable, GitHubVariable.Fault(name, target)) ?? (Result<Destination>)
            new GitHubVariable(name, target, _environment, JobOutput) { Template = Template, DeclaredAt = DeclaredAt };
    }

    /// <summary>A variable of Azure Pipelines.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isOutput">Whether later jobs can use it.</param>
    public Result<Destination> AzurePipelines(string name, bool isOutput = false)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Named("The name of an Azure Pipelines variable", name, name.Replace('.', '_'), AzurePipelinesVariable.Fault(name))
            ?? (Result<Destination>)
            new AzurePipelinesVariable(name, isOutput, _environment, JobOutput) { Template = Template, DeclaredAt = DeclaredAt };
    }

    /// <summary>A file for later commands of a GitLab job.</summary>
    /// <param name="path">The file.</param>
    /// <param name="report">Refused when it is <c>dotenv</c>; null or <c>none</c> for no report.</param>
    public Result<Destination> GitLab(string path, string? report = null) =>
        report == "dotenv" ? Failure.Of(DiagnosticDescriptors.DotenvReport, path)
        : report is not (null or "none")
            ? Failure.Of(
                DiagnosticDescriptors.SettingInvalid, "The report of a GitLab file", PrintableText.Of(report, 300), "it must be none")
        : File(path,
            (absolute, lockFile) => new GitLabFile(absolute, lockFile, _environment) { Template = Template, DeclaredAt = DeclaredAt });

    /// <summary>A file in a workspace of Tekton.</summary>
    public Result<Destination> Tekton(string path) =>
        File(path, (absolute, lockFile) => new TektonFile(absolute, lockFile) { Template = Template, DeclaredAt = DeclaredAt })
            .Succeeded(out Destination? file, out Failure? failure)
            ? TektonFile.IsResult(path, file.Location) ? Failure.Of(DiagnosticDescriptors.TektonResult, path) : file
            : failure;

    private static Failure? Named(string what, string name, string asVariable, string fault) =>
        ConfigurationKey.ParseEnvironmentName(asVariable).Failure is { } failure ? failure
        : fault.Length > 0 ? Failure.Of(DiagnosticDescriptors.SettingInvalid, what, name, fault)
        : null;
}
