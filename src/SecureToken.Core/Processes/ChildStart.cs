namespace SecureToken.Core.Processes;

/// <summary>What is to be started, and what it is connected with.</summary>
/// <param name="Program">Absolute path of its file.</param>
/// <param name="Line">Its name as it was given, then its arguments.</param>
/// <param name="Environment">Its environment; it outlives the start.</param>
public sealed record ChildStart(string Program, IReadOnlyList<string> Line, ChildEnvironment Environment)
{
    /// <summary>Its working directory; null for ours.</summary>
    public string? Directory { get; init; }

    /// <summary>Whether its standard input is a pipe, see <see cref="Child.Input"/>; else it is ours.</summary>
    public bool PipesInput { get; init; }

    /// <summary>Whether its standard output is a pipe, see <see cref="Child.Output"/>; else it is ours.</summary>
    public bool PipesOutput { get; init; }

    /// <summary>Whether its standard error is a pipe, see <see cref="Child.Error"/>; else it is ours.</summary>
    public bool PipesError { get; init; }

    /// <summary>
    /// Whether it gets a session of its own: no terminal to ask a person on, and <see cref="Child.Kill"/> reaches what it started. One
    /// that a person works with must not have it: keys would not reach it.
    /// </summary>
    public bool IsOfOwnSession { get; init; }
}
