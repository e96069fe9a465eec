using System.Buffers;
using System.Globalization;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Watch;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Output;

/// <summary>
/// The events of <c>watch</c>: a line for each, as a journal keeps them; with <c>--json</c> an object on a line of its own.
/// </summary>
internal static class WatchEventWriter
{
    public static void Write(WatchEvent one, ToolConsole console)
    {
        // A line of a log that runs for days says nothing without its time.
        string time = one.At.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        string team = $"{time} team {one.Scope?.Team.ToString() ?? one.Team}: ";
        switch (one.Kind)
        {
            case WatchEventKind.Trouble:
                string again = one.Pause > TimeSpan.Zero ? $" Retrying in {Seconds(one.Pause)} s." : string.Empty;
                console.Always($"{team}{one.Failure!.Code}: {one.Failure.Message}{again}");
                break;
            case WatchEventKind.Recovered:
                console.Say($"{team}the token is available again: {one.Now}");
                break;
            default:
                string token = one.Before is { } before && before != one.Now ? $"token {before} -> {one.Now}" : $"token {one.Now}";
                console.Say(
                    $"{team}{(one.Kind == WatchEventKind.Watching ? "watching " : string.Empty)}{token}: {Counts(one.Destinations)}");
                foreach (Failure warning in one.Warnings)
                {
                    console.Say($"{team}warning {warning.Code}: {warning.Message}");
                }

                foreach (DestinationReport line in one.Destinations.Where(line => line.Failure is not null))
                {
                    console.Always(
                        $"{team}failed {line.Destination.Kind} {line.Destination.Location} ({line.Destination.Slot}): "
                            + $"{line.Failure!.Code}: {line.Failure.Message}");
                }

                break;
        }
    }

    public static ReadOnlySpan<byte> Json(WatchEvent one) => Line(Word(one.Kind), json =>
    {
        JsonReportWriter.WriteTime(json, "at", one.At);
        if (one.Scope is { } scope)
        {
            JsonReportWriter.WriteScope(json, scope);
        }
        else
        {
            json.WriteStartObject("team");
            json.WriteString("name", one.Team);
            json.WriteEndObject();
        }

        json.WriteString("before", one.Before?.Value);
        json.WriteString("fingerprint", one.Now?.Value);
        json.WriteStartArray("destinations");
        foreach (DestinationReport line in one.Destinations)
        {
            JsonReportWriter.WriteDestination(json, line);
        }

        json.WriteEndArray();
        JsonReportWriter.WriteAll(json, "warnings", one.Warnings);
        JsonReportWriter.WriteOne(json, "failure", one.Failure);
    });

    /// <summary>The last event: why the watch ended, or never began.</summary>
    public static ReadOnlySpan<byte> Json(Failure failure) => Line("failed", json =>
    {
        json.WriteNumber("exitStatus", ToolExit.Of(failure));
        JsonReportWriter.WriteOne(json, "failure", failure);
    });

    /// <summary>The event that one injection is; null when there is nothing to tell.</summary>
    public static WatchEvent? Of(InjectReport report, DateTimeOffset now)
    {
        var one = new WatchEvent(
            report.Failure is null ? WatchEventKind.Brought : WatchEventKind.Trouble, now, report.Settings?.Team.ToString() ?? string.Empty)
        {
            Scope = report.Scope,
            Now = report.Fingerprint,
            Destinations = report.Failure is null ? report.Destinations : [],
            Failure = report.Failure,
        };
        return report.Failure is not null || report.Destinations.Any(line => line.Outcome != InjectOutcome.Unchanged) ? one : null;
    }

    private static ReadOnlySpan<byte> Line(string word, Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 2);
            json.WriteString("command", "watch");
            json.WriteString("event", word);
            members(json);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan;
    }

    private static string Counts(IReadOnlyList<DestinationReport> lines) => lines.Count == 0 ? "no destinations"
        : string.Join(", ", lines.GroupBy(line => line.Outcome).OrderBy(group => group.Key)
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {InjectWriter.Word(group.Key)}")));

    private static string Seconds(TimeSpan span) => span.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);

    private static string Word(WatchEventKind kind) => kind switch
    {
        WatchEventKind.Watching => "watching",
        WatchEventKind.Brought => "updated",
        WatchEventKind.Trouble => "trouble",
        _ => "recovered",
    };
}
