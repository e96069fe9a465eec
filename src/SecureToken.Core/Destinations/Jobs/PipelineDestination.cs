using System.Security.Cryptography;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Destinations.Jobs;

/// <summary>A variable of the job that runs now. It is gone with the job, and only the system that runs the job can read it.</summary>
public abstract class PipelineDestination : Destination
{
    private readonly WorkflowCommandSink? _output;

    /// <summary>A variable of a job.</summary>
    /// <param name="output">The standard output of the job; null where there is none.</param>
    private protected PipelineDestination(WorkflowCommandSink? output) => _output = output;

    /// <inheritdoc/>
    public sealed override bool IsReadable => false;

    /// <inheritdoc/>
    public sealed override bool IsPersistent => false;

    /// <inheritdoc/>
    public sealed override Failure? Check() => CheckJob() ?? (_output is null ? Failure.Of(DiagnosticDescriptors.NoJobOutput, Kind) : null);

    /// <inheritdoc/>
    public sealed override Result<Token?> ReadToken() => default(Token);

    /// <inheritdoc/>
    public sealed override Result<bool> Inject(FetchedToken currentToken, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(currentToken);
        if (Check() is { } refusal)
        {
            return refusal;
        }

        byte[] value = Template.Fill(currentToken.Token.Utf8);
        using var commands = new WorkflowCommands();
        try
        {
            AddCommands(commands, value, currentToken.Token);
            Failure? failure = _output!(commands.Lines) ?? Hand(value);
            return failure is null ? true : failure;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(value);
        }
    }

    /// <summary>Nothing is left to be taken back: a variable ends with its job.</summary>
    public sealed override Result<bool> Remove(CancellationToken cancellation) => false;

    /// <summary>Why this is no job of the system, or null.</summary>
    private protected abstract Failure? CheckJob();

    /// <summary>Adds the commands: those that mask first.</summary>
    private protected abstract void AddCommands(WorkflowCommands commands, ReadOnlySpan<byte> value, Token token);

    /// <summary>What is done when the value is masked.</summary>
    private protected abstract Failure? Hand(ReadOnlySpan<byte> value);
}
