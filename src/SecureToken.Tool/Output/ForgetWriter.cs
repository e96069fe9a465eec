using SecureToken.Core.Operations.Forget;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Output;

/// <summary>The report of <c>forget</c>.</summary>
internal static class ForgetWriter
{
    /// <summary>A line for each destination, and why some copies stay.</summary>
    public static void Write(IReadOnlyList<ForgetLine> lines, ToolConsole console)
    {
        foreach (ForgetLine line in lines)
        {
            string note = line.LeavesEmptyFile ? "; the file is now empty, and was not deleted" : string.Empty;
            console.Say($"{Word(line.Outcome),-9} {line.Destination.Kind,-12} {line.Destination.Location} ({line.Destination.Slot}){note}");
            if (line.Reason is { } reason)
            {
                if (reason.Descriptor.Exit == Core.Diagnostics.ExitStatus.Done)
                {
                    console.Warn(reason);
                }
                else
                {
                    console.Error(reason);
                }
            }
        }
    }

    public static ReadOnlySpan<byte> Json(string command, ForgetReport report, int exit) =>
        JsonReportWriter.Of(command, exit, json =>
        {
            json.WriteStartArray("destinations");
            foreach (ForgetLine line in report.Lines)
            {
                json.WriteStartObject();
                json.WriteString("kind", line.Destination.Kind);
                json.WriteString("location", line.Destination.Location);
                json.WriteString("slot", line.Destination.Slot);
                json.WriteString("outcome", Word(line.Outcome));
                json.WriteBoolean("leavesEmptyFile", line.LeavesEmptyFile);
                JsonReportWriter.WriteOne(json, "failure", line.Reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            JsonReportWriter.WriteAll(json, "ledgerFaults", report.LedgerFailures);
            JsonReportWriter.WriteOne(json, "failure", null);
        });

    private static string Word(ForgetOutcome outcome) => outcome switch
    {
        ForgetOutcome.Due => "due",
        ForgetOutcome.Removed => "removed",
        ForgetOutcome.Missing => "missing",
        ForgetOutcome.Kept => "kept",
        _ => "failed",
    };
}
