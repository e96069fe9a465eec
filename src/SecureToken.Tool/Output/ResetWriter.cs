using System.Globalization;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Reset;
using SecureToken.Core.State;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Output;

/// <summary>What came of a reset: a line for each destination, the proof, then what went wrong and what to do.</summary>
internal static class ResetWriter
{
    public static ReadOnlySpan<byte> Json(string command, ResetReport report, int exit) => JsonReportWriter.Of(command, exit, json =>
    {
        ResetReceipt.WriteMembers(json, report);
        JsonReportWriter.WriteOne(json, "failure", report.Failures is [var first, ..] ? first : null);
    });

    public static void Write(ResetReport report, ToolConsole console)
    {
        bool hasEnded = report.After is not null;
        foreach ((DestinationReport line, double? milliseconds) in report.Destinations)
        {
            if (hasEnded || line.Failure is not null)
            {
                string took = milliseconds is { } known ? string.Create(CultureInfo.InvariantCulture, $"  {known:0} ms") : string.Empty;
                console.Say(
                    $"{ResetReceipt.WordOf(line.Outcome),-9} {line.Destination.Kind,-12} {line.Destination.Location} "
                        + $"({line.Destination.Slot}){took}");
            }

            foreach (Failure warning in line.Warnings)
            {
                console.Warn(warning);
            }

            if (line.Failure is not null)
            {
                console.Error(line.Failure);
            }
        }

        foreach (string line in Conclusion(report, console.Environment).Concat(Reloads(report)).Concat(Todo(report)))
        {
            console.Say(line);
        }

        // Those that were told before the reset are not told twice.
        foreach (Failure warning in report.Warnings.Where(warning => !ResetGuide.TellsAhead(warning)))
        {
            console.Warn(warning);
        }

        foreach (Failure failure in report.Failures)
        {
            console.Error(failure);
        }
    }

    private static IEnumerable<string> Conclusion(ResetReport report, Func<string, string?> environment)
    {
        if (report is { Manner: ResetManner.Rehearsed, Failures.Count: 0, Outage: { } predicted })
        {
            yield return $"Rehearsal with token {report.After} of {report.Scope}: the token was not reset.";
            yield return $"A reset would cause an outage of about {Span(predicted)} for "
                + $"{(report.Destinations.Count == 1 ? "the destination" : $"the {report.Destinations.Count} destinations")}.";
            yield break;
        }

        if (report.Manner == ResetManner.Resumed && report.After is not null && !report.WasReset)
        {
            yield return $"The token of {report.Scope} was not reset: it is still {report.After}.";
        }

        if (!report.WasReset || report.Destinations.Count == 0)
        {
            yield break;
        }

        yield return $"Token {report.Before} of {report.Scope} was reset to {report.After}.";
        if (report.IsOldTokenRefused == true)
        {
            yield return "The old token is rejected.";
        }

        if (report.Outage is { } outage)
        {
            yield return outage.AtMostSeconds == 0
                ? "No outage: the old token was accepted until every copy was updated."
                : $"Outage: {Span(outage)} ({Measure(outage)}).";
        }

        if (StateDirectory.Find(environment).Succeeded(out string? state, out _))
        {
            yield return $"Receipt: {Path.Combine(state, ResetReceipt.LogName)}";
        }
    }

    /// <summary>The copies that programs read again by themselves.</summary>
    private static IEnumerable<string> Reloads(ResetReport report)
    {
        DestinationReport[] followed = report.WasReset
            ? [.. report.Destinations.Select(line => line.Result)
                .Where(line => line.Destination.Reloads && line.Outcome is InjectOutcome.Written or InjectOutcome.Unchanged)]
            : [];
        return followed.Length == 0 ? []
            : ["Programs that read these copies reload them without a restart:",
                .. followed.Select(line => $"  - {line.Destination.Kind} {line.Destination.Location} ({line.Destination.Slot})")];
    }

    /// <summary>A copy is no program: what has read the old token uses it until it reads again.</summary>
    private static IEnumerable<string> Todo(ResetReport report) =>
        report.Todo.Count == 0 ? []
            : ["Still to do, so that every program uses the new token:", .. report.Todo.Select(step => $"  - {step}")];

    /// <summary>What the outage is counted from, and what it ends with.</summary>
    private static string Measure(ResetOutage outage) =>
        outage.AtLeastSeconds is { } least && Math.Round(least, 1) < Math.Round(outage.AtMostSeconds, 1)
            ? "from the first response that rejected the old token, or the last that accepted it, until the last copy was written"
            : "from the last response that accepted the old token until the last copy was written";

    /// <summary>How long, as a range where only a range is known.</summary>
    public static string Span(ResetOutage outage) =>
        outage.AtLeastSeconds is { } least && Math.Round(least, 1) < Math.Round(outage.AtMostSeconds, 1)
        ? string.Create(CultureInfo.InvariantCulture, $"{Round(least)} to {Round(outage.AtMostSeconds)} s")
        : outage.AtLeastSeconds is null
            ? $"at most {Round(outage.AtMostSeconds)} s"
            : $"{Round(outage.AtMostSeconds)} s";

    private static string Round(double seconds) =>
        seconds.ToString(seconds < 1 ? "0.00#" : seconds < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
