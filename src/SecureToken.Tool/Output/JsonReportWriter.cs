using System.Buffers;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Settings;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Output;

/// <summary>
/// The report for a program: one object, <c>schemaVersion</c> 2; members are only ever added within a version. <c>failure</c> is the first
/// reason why a token is not known, or why nothing was begun.
/// </summary>
internal static class JsonReportWriter
{
    /// <summary>The report of a command that could not begin.</summary>
    public static ReadOnlySpan<byte> Of(string command, Failure failure) =>
        Of(command, ToolExit.Of(failure), json =>
        {
            json.WriteStartArray("tokens");
            json.WriteEndArray();
            WriteOne(json, "failure", failure);
        });

    /// <summary>The report of an injection.</summary>
    public static ReadOnlySpan<byte> Of(string command, InjectRun run) =>
        Of(command, ToolExit.Of(run), json =>
        {
            json.WriteStartArray("tokens");
            foreach (InjectReport report in run.Reports)
            {
                WriteToken(json, report);
            }

            json.WriteEndArray();
            WriteOne(json, "failure", run.Reports.FirstOrDefault(report => report.Failure is not null)?.Failure);
        });

    /// <summary>An object with the members that all reports have, and those of a command.</summary>
    public static ReadOnlySpan<byte> Of(string command, int exit, Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 2);
            json.WriteString("command", command);
            json.WriteNumber("exitStatus", exit);
            members(json);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan;
    }

    /// <summary>Whose token it is; nothing where that is not known.</summary>
    public static void WriteIdentity(Utf8JsonWriter json, TokenIdentity? identity)
    {
        if (identity is not null)
        {
            json.WriteStartObject("identity");
            json.WriteString("iamId", identity.IamId);
            json.WriteString("kind", identity.KindText);
            json.WriteString("name", identity.Name);
            json.WriteEndObject();
        }
    }

    /// <summary>The members that say which token it is.</summary>
    public static void WriteScope(Utf8JsonWriter json, TokenScope scope)
    {
        json.WriteString("endpoint", scope.Endpoint.ToString());
        json.WriteString("instance", scope.Instance.Id);
        json.WriteStartObject("team");
        json.WriteNumber("id", scope.Team.Id);
        json.WriteString("name", scope.Team.Name);
        json.WriteEndObject();
    }

    /// <summary>The members that say which token it is, as far as that is known.</summary>
    public static void WriteScope(Utf8JsonWriter json, TokenScope? scope, TokenSettings? settings)
    {
        if (scope is { Team.Id: > 0 })
        {
            WriteScope(json, scope);
            return;
        }

        json.WriteString("endpoint", (scope?.Endpoint ?? settings!.Endpoint).ToString());
        json.WriteString("instance", scope?.Instance.Id ?? settings!.Instance.IdOrName);
        json.WriteStartObject("team");
        if (settings?.Team.Id is { } id)
        {
            json.WriteNumber("id", id);
        }

        json.WriteString("name", scope?.Team.Name ?? settings!.Team.Name);
        json.WriteEndObject();
    }

    /// <summary>A moment (UTC), or null.</summary>
    public static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } moment)
        {
            json.WriteString(name, moment.ToUniversalTime());
        }
        else
        {
            json.WriteNull(name);
        }
    }

    /// <summary>A list of failures or warnings.</summary>
    public static void WriteAll(Utf8JsonWriter json, string name, IReadOnlyList<Failure> failures)
    {
        json.WriteStartArray(name);
        foreach (Failure failure in failures)
        {
            WriteOne(json, null, failure);
        }

        json.WriteEndArray();
    }

    /// <summary>One failure, or null.</summary>
    public static void WriteOne(Utf8JsonWriter json, string? name, Failure? failure)
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

    /// <summary>What became of one destination.</summary>
    public static void WriteDestination(Utf8JsonWriter json, DestinationReport line)
    {
        json.WriteStartObject();
        json.WriteString("kind", line.Destination.Kind);
        json.WriteString("location", line.Destination.Location);
        json.WriteString("slot", line.Destination.Slot);
        json.WriteString("outcome", InjectWriter.Word(line.Outcome));
        WriteAll(json, "warnings", line.Warnings);
        WriteOne(json, "failure", line.Failure);
        json.WriteEndObject();
    }

    private static void WriteToken(Utf8JsonWriter json, InjectReport report)
    {
        json.WriteStartObject();
        WriteScope(json, report.Scope, report.Settings);
        if (report.Fingerprint is { } fingerprint)
        {
            json.WriteString("fingerprint", fingerprint.Value);
            WriteIdentity(json, report.Identity);
        }

        json.WriteStartArray("destinations");
        foreach (DestinationReport line in report.Destinations)
        {
            WriteDestination(json, line);
        }

        json.WriteEndArray();
        WriteAll(json, "warnings", report.Warnings);
        WriteOne(json, "failure", report.Failure);
        json.WriteEndObject();
    }
}
