using System.Buffers;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations;

namespace SecureToken.Tool.Output;

/// <summary>The report for a program: one object, <c>schemaVersion</c> 1; members are only ever added within a version.</summary>
internal static class JsonReport
{
    public static ReadOnlySpan<byte> Of(InjectReport report)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 1);
            json.WriteString("command", "inject");
            json.WriteNumber("exitStatus", ToolExit.Of(report));
            if (report.Scope is { } scope)
            {
                json.WriteString("endpoint", scope.Endpoint.ToString());
                json.WriteString("instance", scope.Instance.Id);
                json.WriteStartObject("team");
                json.WriteNumber("id", scope.Team.Id);
                json.WriteString("name", scope.Team.Name);
                json.WriteEndObject();
                json.WriteString("fingerprint", report.Fingerprint!.Value.Value);
            }

            json.WriteStartArray("destinations");
            foreach (DestinationReport line in report.Destinations)
            {
                json.WriteStartObject();
                json.WriteString("kind", line.Destination.Kind);
                json.WriteString("location", line.Destination.Location);
                json.WriteString("slot", line.Destination.Slot);
                json.WriteString("outcome", TextReport.Word(line.Outcome));
                WriteAll(json, "warnings", line.Warnings);
                WriteOne(json, "failure", line.Failure);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteAll(json, "warnings", report.Warnings);
            WriteOne(json, "failure", report.Failure);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan;
    }

    private static void WriteAll(Utf8JsonWriter json, string name, IReadOnlyList<Failure> failures)
    {
        json.WriteStartArray(name);
        foreach (Failure failure in failures)
        {
            WriteOne(json, null, failure);
        }

        json.WriteEndArray();
    }

    private static void WriteOne(Utf8JsonWriter json, string? name, Failure? failure)
    {
        if (name is not null)
        {
            json.WritePropertyName(name);
        }

        if (failure is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("code", failure.Code);
        json.WriteString("message", failure.Message);
        json.WriteString("next", failure.NextStep);
        json.WriteEndObject();
    }
}
