using System.Security.Cryptography;
using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Destinations.Jobs;

/// <summary>Where a variable of GitHub Actions goes.</summary>
public enum GitHubTarget
{
    /// <summary>Into the environment of the steps that follow.</summary>
    Env,

    /// <summary>Into the outputs of this step.</summary>
    Output,
}

/// <summary>
/// GitHub Actions: a variable of later steps. The value is masked first, then appended to the file that the runner named.
/// </summary>
/// <remarks>
/// docs.github.com/actions/reference/workflows-and-actions/workflow-commands has the grammar of the file and of the commands.
/// </remarks>
public sealed class GitHubVariable : PipelineDestination
{
    private readonly string _name;
    private readonly GitHubTarget _target;
    private readonly string? _file;

    internal GitHubVariable(string name, GitHubTarget target, Func<string, string?> environment, WorkflowCommandSink? output)
        : base(output)
    {
        _name = name;
        _target = target;
        _file = environment(Variable) is { Length: > 0 } file ? file : null;
    }

    /// <inheritdoc/>
    public override string Kind => "github";

    /// <inheritdoc/>
    public override string Location => _file ?? Variable;

    /// <inheritdoc/>
    public override string Slot => _name;

    private string Variable => _target == GitHubTarget.Env ? "GITHUB_ENV" : "GITHUB_OUTPUT";

    /// <summary>Why a name cannot be used, or empty.</summary>
    public static string Fault(string name, GitHubTarget target)
    {
        ArgumentNullException.ThrowIfNull(name);
        return target == GitHubTarget.Output ? string.Empty
            : name.StartsWith("GITHUB_", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("RUNNER_", StringComparison.OrdinalIgnoreCase)
                ? "GitHub reserves names that start with GITHUB_ or RUNNER_"
            : name.Equals("NODE_OPTIONS", StringComparison.OrdinalIgnoreCase) ? "the runner does not allow a step to set it"
            : string.Empty;
    }

    /// <inheritdoc/>
    public override AccessSummary Explain() => new(
        _target == GitHubTarget.Env
            ? "every later step of the job, and the actions they use"
            : "later steps of the job that refer to the output; GitHub keeps it from other jobs, because it is masked",
        null,
        "the runner masks the value and its base64 form");

    private protected override Failure? CheckJob() =>
        _file is null ? Failure.Of(DiagnosticDescriptors.NoPipeline, Variable, "a GitHub Actions")
        : !Path.IsPathFullyQualified(_file)
            ? Failure.Of(DiagnosticDescriptors.SettingInvalid, Variable, _file, "it is not an absolute path")
        : SharedLog.Check(_file);

    private protected override void AddCommands(WorkflowCommands commands, ReadOnlySpan<byte> value, Token token) =>
        commands.AddMasks("::add-mask::"u8, value, token);

    private protected override Failure? Hand(ReadOnlySpan<byte> value)
    {
        // Whoever knew the delimiter could end the value early and go on with a variable of his own.
        string delimiter = "sectoken_" + RandomNumberGenerator.GetHexString(32, lowercase: true);
        using var lines = new WorkflowCommands();
        lines.Add(Encoding.ASCII.GetBytes($"{_name}<<{delimiter}\n")).Add(value).Add(Encoding.ASCII.GetBytes($"\n{delimiter}\n"));
        return SharedLog.Append(_file!, lines.Lines);
    }
}
