using SecureToken.Core.Secrets;

namespace SecureToken.Core.Processes;

/// <summary>A program that is run to its end, without a person: what it gets, and what limits it.</summary>
/// <param name="Line">The program and its arguments. There is no shell in between.</param>
public sealed record ProgramCall(IReadOnlyList<string> Line)
{
    /// <summary>Its working directory, from which a relative path of the program starts too.</summary>
    public required string Directory { get; init; }

    /// <summary>Reads environment variables, to find the program.</summary>
    public required Func<string, string?> Variables { get; init; }

    /// <summary>Its environment; the caller disposes it.</summary>
    public required ChildEnvironment Environment { get; init; }

    /// <summary>What it must not say; the caller disposes it.</summary>
    public required SecretForms Secrets { get; init; }

    /// <summary>Its standard input, in memory that is not moved; null for nothing. A program that does not read it has failed.</summary>
    public ReadOnlyMemory<byte>? Input { get; init; }

    /// <summary>How long it may run.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets what it says on standard output and error, line by line, with secrets masked.</summary>
    public Action<string> Say { get; init; } = static _ => { };
}
