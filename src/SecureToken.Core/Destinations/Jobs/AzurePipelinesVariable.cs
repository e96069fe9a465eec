using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Destinations.Jobs;

/// <summary>
/// Azure Pipelines: a secret variable of later steps, set by a logging command after its value was registered as a secret.
/// </summary>
/// <remarks>learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands has the grammar.</remarks>
public sealed class AzurePipelinesVariable : PipelineDestination
{
    private const string Marker = "TF_BUILD";
    private static readonly string[] Reserved = ["endpoint", "input", "secret", "path", "securefile"];

    private readonly string _name;
    private readonly bool _isOutput;
    private readonly bool _isJob;

    internal AzurePipelinesVariable(string name, bool isOutput, Func<string, string?> environment, WorkflowCommandSink? output)
        : base(output)
    {
        _name = name;
        _isOutput = isOutput;
        _isJob = environment(Marker) is { Length: > 0 };
    }

    /// <inheritdoc/>
    public override string Kind => "azure-pipelines";

    /// <inheritdoc/>
    public override string Location => _isOutput ? "output variable of the job" : "variable of the job";

    /// <inheritdoc/>
    public override string Slot => _name;

    /// <summary>Why a name cannot be used, or empty.</summary>
    public static string Fault(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Reserved.FirstOrDefault(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) is { } reserved
            ? $"Azure Pipelines reserves names that start with '{reserved}'"
            : string.Empty;
    }

    /// <inheritdoc/>
    public override AccessSummary Explain() => new(
        _isOutput
            ? $"steps of this and later jobs that take $({_name}) into their environment"
            : $"later steps of the job that take $({_name}) into their environment",
        null,
        "the agent masks the value and its base64 form");

    private protected override Failure? CheckJob() =>
        _isJob ? null : Failure.Of(DiagnosticDescriptors.NoPipeline, Marker, "an Azure Pipelines");

    private protected override void AddCommands(WorkflowCommands commands, ReadOnlySpan<byte> value, Token token) =>
        commands.AddMasks("##vso[task.setsecret]"u8, value, token)
            .Add(Encoding.ASCII.GetBytes(
                $"##vso[task.setvariable variable={_name};issecret=true{(_isOutput ? ";isoutput=true" : string.Empty)}]"))
            .Add(value)
            .Add("\n"u8);

    // The command has said it all.
    private protected override Failure? Hand(ReadOnlySpan<byte> value) => null;
}
