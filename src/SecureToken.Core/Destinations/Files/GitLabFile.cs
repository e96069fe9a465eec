using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Destinations.Files;

/// <summary>
/// GitLab CI: a file that hands the value to later commands of the job, as GitLab's own variables of type file do. GitLab has no command
/// that masks a value or sets a variable of the job.
/// </summary>
public sealed class GitLabFile : ValueFile
{
    private readonly bool _isJob;

    internal GitLabFile(string path, string? lockFile, Func<string, string?> environment)
        : base(path, lockFile) => _isJob = environment("GITLAB_CI") is { Length: > 0 };

    /// <inheritdoc/>
    public override string Kind => "gitlab";

    /// <inheritdoc/>
    public override bool IsPersistent => false;

    /// <inheritdoc/>
    public override Failure? Check() => _isJob ? base.Check() : Failure.Of(DiagnosticDescriptors.NoPipeline, "GITLAB_CI", "a GitLab CI");

    /// <inheritdoc/>
    public override AccessSummary Explain() => base.Explain() with
    {
        Readers = "later commands of the job; whoever may download the job's artifacts, if the file is made one",
        Logs = "GitLab masks only variables of its own, so a command that prints the value shows it",
    };
}
