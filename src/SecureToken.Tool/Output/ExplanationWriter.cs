using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Inject;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Output;

/// <summary>Who will be able to read each copy.</summary>
internal static class ExplanationWriter
{
    public static void Write(IReadOnlyList<Destination> destinations, IReadOnlyList<PreflightFinding> findings, ToolConsole console)
    {
        for (int i = 0; i < destinations.Count; i++)
        {
            Destination destination = destinations[i];
            AccessSummary exposure = destination.Explain();
            console.Say($"{destination.Kind} {destination.Location} ({destination.Slot})");
            if (!destination.Template.IsTokenAlone)
            {
                console.Say($"  stores   {destination.Template}");
            }

            console.Say($"  readers  {exposure.Readers}{(exposure.Mode is { } mode ? $", mode {mode}" : string.Empty)}");
            if (findings[i].Git is { } git)
            {
                console.Say($"  git      {Words(git)}");
            }

            console.Say($"  logs     {exposure.Logs}");
            foreach (Failure warning in findings[i].Warnings)
            {
                console.Warn(warning);
            }

            if (findings[i].Refusal is { } refusal)
            {
                console.Error(refusal);
            }
        }
    }

    public static ReadOnlySpan<byte> Json(
        string command, IReadOnlyList<Destination> destinations, IReadOnlyList<PreflightFinding> findings, Failure? refusal) =>
        JsonReportWriter.Of(command, refusal is null ? 0 : ToolExit.Of(refusal), json =>
        {
            json.WriteStartArray("destinations");
            for (int i = 0; i < destinations.Count; i++)
            {
                Destination destination = destinations[i];
                AccessSummary exposure = destination.Explain();
                json.WriteStartObject();
                json.WriteString("kind", destination.Kind);
                json.WriteString("location", destination.Location);
                json.WriteString("slot", destination.Slot);
                json.WriteString("value", destination.Template.Text);
                json.WriteString("readers", exposure.Readers);
                json.WriteString("mode", exposure.Mode);
                json.WriteString("git", findings[i].Git is { } git ? Words(git) : null);
                json.WriteString("logs", exposure.Logs);
                JsonReportWriter.WriteAll(json, "warnings", findings[i].Warnings);
                JsonReportWriter.WriteOne(json, "failure", findings[i].Refusal);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            JsonReportWriter.WriteOne(json, "failure", refusal);
        });

    private static string Words(GitState state) => state switch
    {
        GitState.Outside => "outside a work tree",
        GitState.Ignored => "ignored",
        GitState.NotIgnored => "not ignored",
        GitState.Tracked => "tracked",
        GitState.Failed => "failed",
        _ => "unknown",
    };
}
