using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Operations.Inject;

/// <summary>The result of an injection of several tokens: one report for each, in the given order.</summary>
/// <param name="Reports">The reports.</param>
public sealed record InjectRun(IReadOnlyList<InjectReport> Reports)
{
    /// <summary>
    /// The exit status that says it all: that of the failure when there is only one kind of it and nothing was done, else partial.
    /// </summary>
    public ExitStatus Exit
    {
        get
        {
            ExitStatus[] different = [.. Reports.Select(report => report.Exit).Distinct()];
            return different is [] ? ExitStatus.Done
                : different is [var one] ? one
                : Reports.Any(report => report.IsCurrentSomewhere) ? ExitStatus.Partial
                : Reports.First(report => report.Exit != ExitStatus.Done).Exit;
        }
    }
}
