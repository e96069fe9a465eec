using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Inject;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Output;

/// <summary>The report for a person: a line for each destination, then what went wrong and what to do.</summary>
internal static class InjectWriter
{
    public static void Write(InjectRun run, ToolConsole console)
    {
        // What stops the whole run is in every report; a person reads it once.
        var told = new HashSet<Failure>();
        foreach (InjectReport report in run.Reports)
        {
            Write(report, console, told);
        }
    }

    private static void Write(InjectReport report, ToolConsole console, HashSet<Failure> told)
    {
        if (report.Scope is not null)
        {
            console.Say($"token {report.Fingerprint} of {report.Scope}");
            console.Detail(
                $"credential from {report.CredentialSource}{(report.Identity is { } identity ? $", {identity}" : string.Empty)}");
        }

        foreach (DestinationReport line in report.Destinations)
        {
            // Without a failure of its own, a destination that was not reached is told only when its state matters to the user.
            if (report.Failure is null || line.Outcome is InjectOutcome.Kept or InjectOutcome.Dead or InjectOutcome.Missing)
            {
                console.Say($"{Word(line.Outcome),-9} {line.Destination.Kind,-12} {line.Destination.Location} ({line.Destination.Slot})");
            }

            foreach (Failure warning in line.Warnings)
            {
                console.Warn(warning);
            }

            Tell(line.Failure == report.Failure ? null : line.Failure);
        }

        foreach (Failure warning in report.Warnings)
        {
            console.Warn(warning);
        }

        Tell(report.Failure);

        void Tell(Failure? failure)
        {
            if (failure is not null && told.Add(failure))
            {
                console.Error(failure);
            }
        }
    }

    /// <summary>The word for an outcome, the same in text and JSON.</summary>
    public static string Word(InjectOutcome outcome) => outcome switch
    {
        InjectOutcome.Unchanged => "unchanged",
        InjectOutcome.Written => "written",
        InjectOutcome.Due => "due",
        InjectOutcome.Kept => "kept",
        InjectOutcome.Dead => "dead",
        InjectOutcome.Missing => "missing",
        _ => "failed",
    };
}
