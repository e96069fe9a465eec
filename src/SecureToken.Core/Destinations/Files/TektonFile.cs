using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;

namespace SecureToken.Core.Destinations.Files;

/// <summary>Tekton: a file in a workspace, for later steps and tasks that share it.</summary>
public sealed class TektonFile : ValueFile
{
    internal TektonFile(string path, string? lockFile)
        : base(path, lockFile)
    {
    }

    /// <inheritdoc/>
    public override string Kind => "tekton";

    /// <inheritdoc/>
    public override bool IsPersistent => false;

    /// <summary>
    /// Whether a path leads to a result of a task or a step, which Tekton stores in the TaskRun (tekton.dev/docs/pipelines/tasks,
    /// "Emitting results", and .../stepactions). A variable that Tekton did not fill in leads nowhere.
    /// </summary>
    /// <param name="path">The path as it was given.</param>
    /// <param name="absolute">The absolute path.</param>
    public static bool IsResult(string path, string absolute)
    {
        ArgumentNullException.ThrowIfNull(path);
        string real = CanonicalPath.Of(absolute).Succeeded(out string? canonical, out _) ? canonical : absolute;
        string[] parts = PathRules.Here.Names(real);
        return path.Contains("$(results.", StringComparison.Ordinal)
            || path.Contains("$(step.results.", StringComparison.Ordinal)
            || parts is ["", "tekton", "results", ..] or ["", "tekton", "steps", _, "results", ..];
    }

    /// <inheritdoc/>
    public override Failure? Check() =>
        System.IO.Path.GetDirectoryName(Location) is { } workspace && !Directory.Exists(workspace)
            ? Failure.Of(DiagnosticDescriptors.WorkspaceMissing, workspace)
            : base.Check();

    /// <inheritdoc/>
    public override AccessSummary Explain() => base.Explain() with
    {
        Readers = "steps and tasks that share the workspace, and whoever may read its volume",
        Logs = "Tekton masks nothing, so a step that prints the value shows it",
    };
}
